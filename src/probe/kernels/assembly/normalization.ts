// Statistics and scaling of the columns of a matrix: batch normalization with channels last.

// @ts-ignore: decorator
@inline
function add4(to: usize, low: v128, high: v128): void {
  v128.store(to, f64x2.add(v128.load(to), low));
  v128.store(to, f64x2.add(v128.load(to, 16), high), 16);
}

// @ts-ignore: decorator
@inline
function high2(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

/** Mean and biased variance of every column, as doubles. */
export function columnMoments(x: usize, rows: i32, columns: i32, mean: usize, variance: usize): void {
  memory.fill(mean, 0, <usize>columns << 3);
  memory.fill(variance, 0, <usize>columns << 3);
  let at = x;
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4, at += 16) {
      const four = v128.load(at);
      add4(mean + (<usize>j << 3), f64x2.promote_low_f32x4(four), high2(four));
    }
    for (; j < columns; j++, at += 4) {
      const to = mean + (<usize>j << 3);
      store<f64>(to, load<f64>(to) + <f64>load<f32>(at));
    }
  }
  for (let j = 0; j < columns; j++) {
    const to = mean + (<usize>j << 3);
    store<f64>(to, load<f64>(to) / <f64>rows);
  }
  at = x;
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4, at += 16) {
      const four = v128.load(at);
      const m = mean + (<usize>j << 3);
      const low = f64x2.sub(f64x2.promote_low_f32x4(four), v128.load(m));
      const high = f64x2.sub(high2(four), v128.load(m, 16));
      add4(variance + (<usize>j << 3), f64x2.mul(low, low), f64x2.mul(high, high));
    }
    for (; j < columns; j++, at += 4) {
      const d = <f64>load<f32>(at) - load<f64>(mean + (<usize>j << 3));
      const to = variance + (<usize>j << 3);
      store<f64>(to, load<f64>(to) + d * d);
    }
  }
  for (let j = 0; j < columns; j++) {
    const to = variance + (<usize>j << 3);
    store<f64>(to, load<f64>(to) / <f64>rows);
  }
}

/** out = (x − center) · scale + shift, one of each a column. */
export function centerAndScale(x: usize, rows: i32, columns: i32, center: usize, scale: usize, shift: usize, out: usize): void {
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4, x += 16, out += 16) {
      const at = <usize>j << 2;
      const d = f32x4.sub(v128.load(x), v128.load(center + at));
      v128.store(out, f32x4.add(f32x4.mul(d, v128.load(scale + at)), v128.load(shift + at)));
    }
    for (; j < columns; j++, x += 4, out += 4) {
      const at = <usize>j << 2;
      store<f32>(out, (load<f32>(x) - load<f32>(center + at)) * load<f32>(scale + at) + load<f32>(shift + at));
    }
  }
}

/** Σ d and Σ d · (x − center) of every column, as doubles. */
export function columnProducts(d: usize, x: usize, rows: i32, columns: i32, center: usize, sums: usize, products: usize): void {
  memory.fill(sums, 0, <usize>columns << 3);
  memory.fill(products, 0, <usize>columns << 3);
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4, d += 16, x += 16) {
      const gradient = v128.load(d);
      const moved = f32x4.sub(v128.load(x), v128.load(center + (<usize>j << 2)));
      const low = f64x2.promote_low_f32x4(gradient);
      const high = high2(gradient);
      add4(sums + (<usize>j << 3), low, high);
      add4(products + (<usize>j << 3), f64x2.mul(low, f64x2.promote_low_f32x4(moved)), f64x2.mul(high, high2(moved)));
    }
    for (; j < columns; j++, d += 4, x += 4) {
      const gradient = <f64>load<f32>(d);
      const at = <usize>j << 3;
      store<f64>(sums + at, load<f64>(sums + at) + gradient);
      store<f64>(products + at, load<f64>(products + at) + gradient * <f64>(load<f32>(x) - load<f32>(center + (<usize>j << 2))));
    }
  }
}

/** out = d · a + (x − center) · b + c, one of each a column. */
export function combineColumns(d: usize, x: usize, rows: i32, columns: i32, center: usize, a: usize, b: usize, c: usize, out: usize): void {
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4, d += 16, x += 16, out += 16) {
      const at = <usize>j << 2;
      const moved = f32x4.sub(v128.load(x), v128.load(center + at));
      const sum = f32x4.add(f32x4.mul(v128.load(d), v128.load(a + at)), f32x4.mul(moved, v128.load(b + at)));
      v128.store(out, f32x4.add(sum, v128.load(c + at)));
    }
    for (; j < columns; j++, d += 4, x += 4, out += 4) {
      const at = <usize>j << 2;
      const moved = load<f32>(x) - load<f32>(center + at);
      store<f32>(out, load<f32>(d) * load<f32>(a + at) + moved * load<f32>(b + at) + load<f32>(c + at));
    }
  }
}
