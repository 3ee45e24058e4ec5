// Statistics and scaling of the columns of a matrix: batch normalization with channels last.

/** Rows whose sums are kept in registers; sums go on from what is in memory, so that blocks do not change them. */
const blockRows: i32 = 64;

// @ts-ignore: decorator
@inline
function high2(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

/** Mean and biased variance of `columns` columns, as doubles; rows are `stride` floats apart. */
export function columnMoments(x: usize, rows: i32, columns: i32, stride: i32, mean: usize, variance: usize): void {
  memory.fill(mean, 0, <usize>columns << 3);
  memory.fill(variance, 0, <usize>columns << 3);
  addColumns(x, rows, columns, stride, mean);
  for (let j = 0; j < columns; j++) {
    const to = mean + (<usize>j << 3);
    store<f64>(to, load<f64>(to) / <f64>rows);
  }
  const down = <usize>stride << 2;
  for (let i = 0; i < rows; i += blockRows) {
    const block = min(blockRows, rows - i);
    const from = x + <usize>i * down;
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const m = mean + (<usize>j << 3), to = variance + (<usize>j << 3);
      const mLow = v128.load(m), mHigh = v128.load(m, 16);
      let low = v128.load(to), high = v128.load(to, 16);
      let at = from + (<usize>j << 2);
      for (let k = 0; k < block; k++, at += down) {
        const four = v128.load(at);
        const dLow = f64x2.sub(f64x2.promote_low_f32x4(four), mLow);
        const dHigh = f64x2.sub(high2(four), mHigh);
        low = f64x2.add(low, f64x2.mul(dLow, dLow));
        high = f64x2.add(high, f64x2.mul(dHigh, dHigh));
      }
      v128.store(to, low);
      v128.store(to, high, 16);
    }
    for (; j < columns; j++) {
      const to = variance + (<usize>j << 3);
      const m = load<f64>(mean + (<usize>j << 3));
      let sum = load<f64>(to);
      let at = from + (<usize>j << 2);
      for (let k = 0; k < block; k++, at += down) {
        const d = <f64>load<f32>(at) - m;
        sum += d * d;
      }
      store<f64>(to, sum);
    }
  }
  for (let j = 0; j < columns; j++) {
    const to = variance + (<usize>j << 3);
    store<f64>(to, load<f64>(to) / <f64>rows);
  }
}

/** sums += Σ over rows of x, as doubles. */
export function addColumns(x: usize, rows: i32, columns: i32, stride: i32, sums: usize): void {
  const down = <usize>stride << 2;
  for (let i = 0; i < rows; i += blockRows) {
    const block = min(blockRows, rows - i);
    const from = x + <usize>i * down;
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const to = sums + (<usize>j << 3);
      let low = v128.load(to), high = v128.load(to, 16);
      let at = from + (<usize>j << 2);
      for (let k = 0; k < block; k++, at += down) {
        const four = v128.load(at);
        low = f64x2.add(low, f64x2.promote_low_f32x4(four));
        high = f64x2.add(high, high2(four));
      }
      v128.store(to, low);
      v128.store(to, high, 16);
    }
    for (; j < columns; j++) {
      const to = sums + (<usize>j << 3);
      let sum = load<f64>(to);
      let at = from + (<usize>j << 2);
      for (let k = 0; k < block; k++, at += down) sum += <f64>load<f32>(at);
      store<f64>(to, sum);
    }
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

/** Σ d and Σ d · (x − center) of `columns` columns, as doubles; rows are `stride` floats apart. */
export function columnProducts(d: usize, x: usize, rows: i32, columns: i32, stride: i32, center: usize, sums: usize, products: usize): void {
  memory.fill(sums, 0, <usize>columns << 3);
  memory.fill(products, 0, <usize>columns << 3);
  const down = <usize>stride << 2;
  for (let i = 0; i < rows; i += blockRows) {
    const block = min(blockRows, rows - i);
    const place = <usize>i * down;
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const s = sums + (<usize>j << 3), p = products + (<usize>j << 3);
      const middle = v128.load(center + (<usize>j << 2));
      let sLow = v128.load(s), sHigh = v128.load(s, 16);
      let pLow = v128.load(p), pHigh = v128.load(p, 16);
      let at = place + (<usize>j << 2);
      for (let k = 0; k < block; k++, at += down) {
        const gradient = v128.load(d + at);
        const moved = f32x4.sub(v128.load(x + at), middle);
        const low = f64x2.promote_low_f32x4(gradient), high = high2(gradient);
        sLow = f64x2.add(sLow, low);
        sHigh = f64x2.add(sHigh, high);
        pLow = f64x2.add(pLow, f64x2.mul(low, f64x2.promote_low_f32x4(moved)));
        pHigh = f64x2.add(pHigh, f64x2.mul(high, high2(moved)));
      }
      v128.store(s, sLow);
      v128.store(s, sHigh, 16);
      v128.store(p, pLow);
      v128.store(p, pHigh, 16);
    }
    for (; j < columns; j++) {
      const s = sums + (<usize>j << 3), p = products + (<usize>j << 3);
      const middle = load<f32>(center + (<usize>j << 2));
      let sum = load<f64>(s), product = load<f64>(p);
      let at = place + (<usize>j << 2);
      for (let k = 0; k < block; k++, at += down) {
        const gradient = <f64>load<f32>(d + at);
        sum += gradient;
        product += gradient * <f64>(load<f32>(x + at) - middle);
      }
      store<f64>(s, sum);
      store<f64>(p, product);
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
