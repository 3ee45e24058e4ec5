// Loops over plain arrays of floats: activations and their gradients, sums over rows, updates of weights.
import { addColumns } from './normalization';
import { sigmoid4, splat, tanh4 } from './simd';

export function zero(to: usize, count: i32): void {
  memory.fill(to, 0, <usize>count << 2);
}

/** out = activation(x): 1 relu, 2 sigmoid, 3 tanh. Reads and writes four at a time: arrays are padded by the caller's loop for the rest. */
export function activation(x: usize, out: usize, count: i32, kind: i32): void {
  const whole = count & ~3;
  for (let i = 0; i < whole; i += 4) {
    const at = <usize>i << 2;
    v128.store(out + at, apply(v128.load(x + at), kind));
  }
  for (let i = whole; i < count; i++) {
    const at = <usize>i << 2;
    store<f32>(out + at, f32x4.extract_lane(apply(f32x4.splat(load<f32>(x + at)), kind), 0));
  }
}

// @ts-ignore: decorator
@inline
function apply(x: v128, kind: i32): v128 {
  return kind == 1 ? f32x4.max(x, splat(0)) : kind == 2 ? sigmoid4(x) : tanh4(x);
}

/** out = d · activation′, from the activation's output y. */
export function activationGradient(d: usize, y: usize, out: usize, count: i32, kind: i32): void {
  const whole = count & ~3;
  for (let i = 0; i < whole; i += 4) {
    const at = <usize>i << 2;
    v128.store(out + at, slope(v128.load(d + at), v128.load(y + at), kind));
  }
  for (let i = whole; i < count; i++) {
    const at = <usize>i << 2;
    const one = slope(f32x4.splat(load<f32>(d + at)), f32x4.splat(load<f32>(y + at)), kind);
    store<f32>(out + at, f32x4.extract_lane(one, 0));
  }
}

// @ts-ignore: decorator
@inline
function slope(d: v128, y: v128, kind: i32): v128 {
  if (kind == 1) {
    // 0 where y is 0, NaN where it is NaN
    return v128.bitselect(f32x4.mul(d, y), v128.and(d, f32x4.gt(y, splat(0))), f32x4.ne(y, y));
  }
  if (kind == 2) {
    return f32x4.mul(d, f32x4.mul(y, f32x4.sub(splat(1), y)));
  }
  return f32x4.mul(d, f32x4.sub(splat(1), f32x4.mul(y, y)));
}

/** Sums over the rows of a matrix, `stride` floats apart, in float64. `sums`: scratch of `columns` doubles. */
export function columnSums(x: usize, rows: i32, columns: i32, stride: i32, out: usize, sums: usize): void {
  memory.fill(sums, 0, <usize>columns << 3);
  addColumns(x, rows, columns, stride, sums);
  for (let j = 0; j < columns; j++) {
    store<f32>(out + (<usize>j << 2), <f32>load<f64>(sums + (<usize>j << 3)));
  }
}

/** out = x · scale + shift, with one scale and shift a column; 0 for none. */
export function scaleRows(x: usize, rows: i32, columns: i32, scale: usize, shift: usize, out: usize): void {
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4, x += 16, out += 16) {
      const at = <usize>j << 2;
      let y = v128.load(x);
      if (scale) y = f32x4.mul(y, v128.load(scale + at));
      if (shift) y = f32x4.add(y, v128.load(shift + at));
      v128.store(out, y);
    }
    for (; j < columns; j++, x += 4, out += 4) {
      const at = <usize>j << 2;
      let y = load<f32>(x);
      if (scale) y *= load<f32>(scale + at);
      if (shift) y += load<f32>(shift + at);
      store<f32>(out, y);
    }
  }
}

/** Adam in place: m += (g − m)(1 − β₁), v += (s − v)(1 − β₂), w −= α m / (√v + ε); s stands at `squares`, else it is g². */
export function adam(w: usize, m: usize, v: usize, g: usize, squares: usize, count: i32, alpha: f32, c1: f32, c2: f32, epsilon: f32): void {
  const whole = count & ~3;
  const first = splat(c1), second = splat(c2), rate = splat(alpha), small = splat(epsilon);
  for (let i = 0; i < whole; i += 4) {
    const at = <usize>i << 2;
    const gradient = v128.load(g + at);
    let mean = v128.load(m + at);
    mean = f32x4.add(mean, f32x4.mul(f32x4.sub(gradient, mean), first));
    let square = v128.load(v + at);
    square = f32x4.add(square, f32x4.mul(f32x4.sub(squares ? v128.load(squares + at) : f32x4.mul(gradient, gradient), square), second));
    v128.store(m + at, mean);
    v128.store(v + at, square);
    const step = f32x4.div(f32x4.mul(rate, mean), f32x4.add(f32x4.sqrt(square), small));
    v128.store(w + at, f32x4.sub(v128.load(w + at), step));
  }
  for (let i = whole; i < count; i++) {
    const at = <usize>i << 2;
    const gradient = load<f32>(g + at);
    let mean = load<f32>(m + at);
    mean += (gradient - mean) * c1;
    let square = load<f32>(v + at);
    square += ((squares ? load<f32>(squares + at) : gradient * gradient) - square) * c2;
    store<f32>(m + at, mean);
    store<f32>(v + at, square);
    store<f32>(w + at, load<f32>(w + at) - (alpha * mean) / (sqrt<f32>(square) + epsilon));
  }
}

/** w += factor · g in place. */
export function addScaled(w: usize, g: usize, count: i32, factor: f32): void {
  const whole = count & ~3;
  const scale = splat(factor);
  for (let i = 0; i < whole; i += 4) {
    const at = <usize>i << 2;
    v128.store(w + at, f32x4.add(v128.load(w + at), f32x4.mul(v128.load(g + at), scale)));
  }
  for (let i = whole; i < count; i++) {
    const at = <usize>i << 2;
    store<f32>(w + at, load<f32>(w + at) + load<f32>(g + at) * factor);
  }
}

/** Σ g · (a − b), in float64. */
export function dotDifference(g: usize, a: usize, b: usize, count: i32): f64 {
  let low = f64x2.splat(0), high = f64x2.splat(0);
  const whole = count & ~3;
  for (let i = 0; i < whole; i += 4) {
    const at = <usize>i << 2;
    const gradient = v128.load(g + at);
    const moved = f32x4.sub(v128.load(a + at), v128.load(b + at));
    low = f64x2.add(low, f64x2.mul(f64x2.promote_low_f32x4(gradient), f64x2.promote_low_f32x4(moved)));
    const g2 = v128.shuffle<i64>(gradient, gradient, 1, 1);
    const m2 = v128.shuffle<i64>(moved, moved, 1, 1);
    high = f64x2.add(high, f64x2.mul(f64x2.promote_low_f32x4(g2), f64x2.promote_low_f32x4(m2)));
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (let i = whole; i < count; i++) {
    const at = <usize>i << 2;
    sum += <f64>load<f32>(g + at) * (<f64>load<f32>(a + at) - <f64>load<f32>(b + at));
  }
  return sum;
}

/** Σ (a − b)², in float64. */
export function squaredDistance(a: usize, b: usize, count: i32): f64 {
  let low = f64x2.splat(0), high = f64x2.splat(0);
  const whole = count & ~3;
  for (let i = 0; i < whole; i += 4) {
    const at = <usize>i << 2;
    const x = v128.load(a + at), y = v128.load(b + at);
    const near = f64x2.sub(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y));
    const far = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1)), f64x2.promote_low_f32x4(v128.shuffle<i64>(y, y, 1, 1)));
    low = f64x2.add(low, f64x2.mul(near, near));
    high = f64x2.add(high, f64x2.mul(far, far));
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (let i = whole; i < count; i++) {
    const at = <usize>i << 2;
    const d = <f64>load<f32>(a + at) - <f64>load<f32>(b + at);
    sum += d * d;
  }
  return sum;
}

/** How many values are NaN or infinite. */
export function countNonFinite(x: usize, count: i32): i32 {
  let bad = 0;
  const whole = count & ~3;
  for (let i = 0; i < whole; i += 4) {
    const four = v128.load(x + (<usize>i << 2));
    const d = f32x4.sub(four, four);
    // x − x is NaN exactly for those
    const hit = i32x4.bitmask(f32x4.ne(d, d));
    if (hit) bad += popcnt(hit);
  }
  for (let i = whole; i < count; i++) {
    const one = load<f32>(x + (<usize>i << 2));
    if (one - one != 0) bad++;
  }
  return bad;
}
