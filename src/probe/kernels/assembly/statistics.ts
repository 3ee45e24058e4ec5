// Sums for the report, in float64, one pass each.

// @ts-ignore: decorator
@inline
function high2(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

/**
 * Of an output [batch, features]: result = Σx, Σx², number of zeros, number of values that are not finite, |mean over the batch|², as five
 * doubles. `means`: scratch of `features` doubles.
 */
export function outputSums(x: usize, batch: i32, features: i32, means: usize, result: usize): void {
  memory.fill(means, 0, <usize>features << 3);
  let sum0 = f64x2.splat(0), sum1 = sum0, square0 = sum0, square1 = sum0;
  let sum: f64 = 0, square: f64 = 0;
  let zeros: i32 = 0, bad: i32 = 0;
  const nothing = f32x4.splat(0);
  let zeroLanes = i32x4.splat(0);
  for (let b = 0; b < batch; b++) {
    let to = means;
    let k = 0;
    for (; k + 4 <= features; k += 4, x += 16, to += 32) {
      const four = v128.load(x);
      const low = f64x2.promote_low_f32x4(four), high = high2(four);
      sum0 = f64x2.add(sum0, low);
      sum1 = f64x2.add(sum1, high);
      square0 = f64x2.add(square0, f64x2.mul(low, low));
      square1 = f64x2.add(square1, f64x2.mul(high, high));
      v128.store(to, f64x2.add(v128.load(to), low));
      v128.store(to, f64x2.add(v128.load(to, 16), high), 16);
      // all bits set = −1
      zeroLanes = i32x4.sub(zeroLanes, f32x4.eq(four, nothing));
      const d = f32x4.sub(four, four);
      const hit = i32x4.bitmask(f32x4.ne(d, d));
      if (hit) bad += popcnt(hit);
    }
    for (; k < features; k++, x += 4, to += 8) {
      const one = <f64>load<f32>(x);
      sum += one;
      square += one * one;
      store<f64>(to, load<f64>(to) + one);
      if (one == 0) zeros++;
      if (one - one != 0) bad++;
    }
  }
  zeros += i32x4.extract_lane(zeroLanes, 0) + i32x4.extract_lane(zeroLanes, 1) + i32x4.extract_lane(zeroLanes, 2) + i32x4.extract_lane(zeroLanes, 3);
  const s = f64x2.add(sum0, sum1), q = f64x2.add(square0, square1);
  let ofMean: f64 = 0;
  for (let k = 0; k < features; k++) {
    const mean = load<f64>(means + (<usize>k << 3)) / <f64>batch;
    ofMean += mean * mean;
  }
  store<f64>(result, sum + f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1));
  store<f64>(result, square + f64x2.extract_lane(q, 0) + f64x2.extract_lane(q, 1), 8);
  store<f64>(result, <f64>zeros, 16);
  store<f64>(result, <f64>bad, 24);
  store<f64>(result, ofMean, 32);
}

/** Σx² */
export function squares(x: usize, count: i32): f64 {
  let s0 = f64x2.splat(0), s1 = s0;
  const whole = count & ~3;
  for (let i = 0; i < whole; i += 4) {
    const four = v128.load(x + (<usize>i << 2));
    const low = f64x2.promote_low_f32x4(four), high = high2(four);
    s0 = f64x2.add(s0, f64x2.mul(low, low));
    s1 = f64x2.add(s1, f64x2.mul(high, high));
  }
  const both = f64x2.add(s0, s1);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (let i = whole; i < count; i++) {
    const one = <f64>load<f32>(x + (<usize>i << 2));
    sum += one * one;
  }
  return sum;
}

/** How many values lie beyond ±limit. */
export function countBeyond(x: usize, count: i32, limit: f32): i32 {
  let lanes = i32x4.splat(0);
  const edge = f32x4.splat(limit);
  const whole = count & ~3;
  for (let i = 0; i < whole; i += 4) {
    lanes = i32x4.sub(lanes, f32x4.gt(f32x4.abs(v128.load(x + (<usize>i << 2))), edge));
  }
  let hits = i32x4.extract_lane(lanes, 0) + i32x4.extract_lane(lanes, 1) + i32x4.extract_lane(lanes, 2) + i32x4.extract_lane(lanes, 3);
  for (let i = whole; i < count; i++) {
    if (abs<f32>(load<f32>(x + (<usize>i << 2))) > limit) hits++;
  }
  return hits;
}

/** Largest value of every column, as floats, at least 0: positive where a rectified unit lives. */
export function columnPeaks(x: usize, rows: i32, columns: i32, peaks: usize): void {
  memory.fill(peaks, 0, <usize>columns << 2);
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4, x += 16) {
      const at = peaks + (<usize>j << 2);
      v128.store(at, f32x4.pmax(v128.load(at), v128.load(x)));
    }
    for (; j < columns; j++, x += 4) {
      const at = peaks + (<usize>j << 2);
      if (load<f32>(x) > load<f32>(at)) store<f32>(at, load<f32>(x));
    }
  }
}
