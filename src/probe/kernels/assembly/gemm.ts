// General matrix product in blocks that fit the cache: C (+)= op(A) · op(B) (+ bias, activation).
import { fma, sigmoid4, tanh4 } from './simd';

/** Rows of B and columns of B in one packed block. */
export const blockInner: i32 = 384;
export const blockColumns: i32 = 512;

/**
 * Columns j, j + 8, … of B as panels [inner][8], zero padded: element (k, j) stands at b + k · row + j · column.
 */
export function pack(b: usize, row: i32, column: i32, inner: i32, columns: i32, to: usize): void {
  for (let j = 0; j < columns; j += 8) {
    const width = min(8, columns - j);
    const from = b + (<usize>(j * column) << 2);
    if (width == 8 && column == 1) {
      let at = from;
      for (let k = 0; k < inner; k++) {
        v128.store(to, v128.load(at));
        v128.store(to, v128.load(at, 16), 16);
        at += <usize>row << 2;
        to += 32;
      }
    } else if (width == 8 && row == 1) {
      const step = <usize>column << 2;
      let k = 0;
      for (; k + 4 <= inner; k += 4, to += 128) {
        for (let half: usize = 0; half < 2; half++) {
          const p = from + half * 4 * step + (<usize>k << 2);
          transpose(v128.load(p), v128.load(p + step), v128.load(p + 2 * step), v128.load(p + 3 * step), to + half * 16, 32);
        }
      }
      for (; k < inner; k++, to += 32) {
        for (let c: usize = 0; c < 8; c++) {
          store<f32>(to + (c << 2), load<f32>(from + c * step + (<usize>k << 2)));
        }
      }
    } else {
      for (let k = 0; k < inner; k++, to += 32) {
        for (let c = 0; c < 8; c++) {
          const value: f32 = c < width ? load<f32>(from + (<usize>(k * row + c * column) << 2)) : 0;
          store<f32>(to + (<usize>c << 2), value);
        }
      }
    }
  }
}

/** Four vectors become four columns, `stride` bytes apart. */
// @ts-ignore: decorator
@inline
export function transpose(a0: v128, a1: v128, a2: v128, a3: v128, to: usize, stride: usize): void {
  const t0 = v128.shuffle<i32>(a0, a1, 0, 4, 1, 5);
  const t1 = v128.shuffle<i32>(a2, a3, 0, 4, 1, 5);
  const t2 = v128.shuffle<i32>(a0, a1, 2, 6, 3, 7);
  const t3 = v128.shuffle<i32>(a2, a3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(t0, t1, 0, 2));
  v128.store(to + stride, v128.shuffle<i64>(t0, t1, 1, 3));
  v128.store(to + 2 * stride, v128.shuffle<i64>(t2, t3, 0, 2));
  v128.store(to + 3 * stride, v128.shuffle<i64>(t2, t3, 1, 3));
}

/** Four rows of A as [inner][4]; rows beyond `height` repeat the first. Element k of a row stands at row + k · step. */
export function packRows(a0: usize, a1: usize, a2: usize, a3: usize, step: i32, inner: i32, to: usize): usize {
  const bytes = <usize>step << 2;
  let k = 0;
  if (step == 1) {
    for (; k + 4 <= inner; k += 4, to += 64) {
      const at = <usize>k << 2;
      transpose(v128.load(a0 + at), v128.load(a1 + at), v128.load(a2 + at), v128.load(a3 + at), to, 16);
    }
  } else if (a1 == a0 + 4 && a2 == a0 + 8 && a3 == a0 + 12) {
    let at = a0;
    for (; k < inner; k++, to += 16) {
      v128.store(to, v128.load(at));
      at += bytes;
    }
  }
  for (; k < inner; k++, to += 16) {
    const at = <usize>k * bytes;
    store<f32>(to, load<f32>(a0 + at));
    store<f32>(to, load<f32>(a1 + at), 4);
    store<f32>(to, load<f32>(a2 + at), 8);
    store<f32>(to, load<f32>(a3 + at), 12);
  }
  return to;
}

// @ts-ignore: decorator
@inline
function activate(x: v128, activation: i32): v128 {
  if (activation == 0) {
    return x;
  }
  if (activation == 1) {
    // NaN stays NaN
    return f32x4.max(x, f32x4.splat(0));
  }
  return activation == 2 ? sigmoid4(x) : tanh4(x);
}

function storePart(to: usize, x: v128, y: v128, width: i32): void {
  store<f32>(to, f32x4.extract_lane(x, 0));
  if (width > 1) store<f32>(to, f32x4.extract_lane(x, 1), 4);
  if (width > 2) store<f32>(to, f32x4.extract_lane(x, 2), 8);
  if (width > 3) store<f32>(to, f32x4.extract_lane(x, 3), 12);
  if (width > 4) store<f32>(to, f32x4.extract_lane(y, 0), 16);
  if (width > 5) store<f32>(to, f32x4.extract_lane(y, 1), 20);
  if (width > 6) store<f32>(to, f32x4.extract_lane(y, 2), 24);
}

// @ts-ignore: decorator
@inline
export function finish(to: usize, x: v128, y: v128, width: i32, activation: i32): void {
  const a = activate(x, activation);
  const b = activate(y, activation);
  if (width >= 8) {
    v128.store(to, a);
    v128.store(to, b, 16);
  } else {
    storePart(to, a, b, width);
  }
}

/** Up to four floats; what lies beyond is 0. */
function loadPart(from: usize, width: i32): v128 {
  let x = f32x4.splat(0);
  if (width > 0) x = f32x4.replace_lane(x, 0, load<f32>(from));
  if (width > 1) x = f32x4.replace_lane(x, 1, load<f32>(from, 4));
  if (width > 2) x = f32x4.replace_lane(x, 2, load<f32>(from, 8));
  if (width > 3) x = f32x4.replace_lane(x, 3, load<f32>(from, 12));
  return x;
}

// @ts-ignore: decorator
@inline
export function first(from: usize, width: i32): v128 {
  return width >= 8 ? v128.load(from) : loadPart(from, min(4, width));
}

// @ts-ignore: decorator
@inline
export function second(from: usize, width: i32): v128 {
  return width >= 8 ? v128.load(from, 16) : loadPart(from + 16, width - 4);
}

/** Four rows by eight columns of C: packed rows times a packed panel. Rows beyond `height` are computed and thrown away. */
export function tile(
  rows: usize, panel: usize, inner: i32, bias: usize,
  c0: usize, c1: usize, c2: usize, c3: usize,
  height: i32, width: i32, accumulate: i32, activation: i32,
): void {
  let x0 = f32x4.splat(0), y0 = x0, x1 = x0, y1 = x0, x2 = x0, y2 = x0, x3 = x0, y3 = x0;
  if (accumulate) {
    x0 = first(c0, width); y0 = second(c0, width);
    if (height > 1) { x1 = first(c1, width); y1 = second(c1, width); }
    if (height > 2) { x2 = first(c2, width); y2 = second(c2, width); }
    if (height > 3) { x3 = first(c3, width); y3 = second(c3, width); }
  } else if (bias) {
    x0 = x1 = x2 = x3 = first(bias, width);
    y0 = y1 = y2 = y3 = second(bias, width);
  }
  for (let k = 0; k < inner; k++) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    let a = v128.load32_splat(rows);
    x0 = fma(a, b0, x0); y0 = fma(a, b1, y0);
    a = v128.load32_splat(rows, 4);
    x1 = fma(a, b0, x1); y1 = fma(a, b1, y1);
    a = v128.load32_splat(rows, 8);
    x2 = fma(a, b0, x2); y2 = fma(a, b1, y2);
    a = v128.load32_splat(rows, 12);
    x3 = fma(a, b0, x3); y3 = fma(a, b1, y3);
    rows += 16;
    panel += 32;
  }
  finish(c0, x0, y0, width, activation);
  if (height > 1) finish(c1, x1, y1, width, activation);
  if (height > 2) finish(c2, x2, y2, width, activation);
  if (height > 3) finish(c3, x3, y3, width, activation);
}

/**
 * C[rows, columns] (stride cRow) = op(A) · op(B) + bias, activated; or C += op(A) · op(B).
 * A's element (i, k) stands at a + i · aRow + k · aStep, B's (k, j) at b + k · bRow + j · bStep. `scratch`: blockInner · (blockColumns + 4) floats.
 */
export function gemm(
  a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, c: usize, cRow: i32,
  rows: i32, inner: i32, columns: i32, accumulate: i32, bias: usize, activation: i32, scratch: usize,
): void {
  const packedRows = scratch + <usize>(blockInner * blockColumns * 4);
  for (let j0 = 0; j0 < columns; j0 += blockColumns) {
    const wide = min(blockColumns, columns - j0);
    for (let k0 = 0; k0 < inner; k0 += blockInner) {
      const deep = min(blockInner, inner - k0);
      const last = k0 + deep == inner;
      const add = accumulate != 0 || k0 > 0 ? 1 : 0;
      pack(b + (<usize>(k0 * bRow + j0 * bStep) << 2), bRow, bStep, deep, wide, scratch);
      for (let i = 0; i < rows; i += 4) {
        const height = min(4, rows - i);
        const a0 = a + (<usize>(i * aRow + k0 * aStep) << 2);
        const down = <usize>aRow << 2;
        const a1 = height > 1 ? a0 + down : a0;
        const a2 = height > 2 ? a1 + down : a0;
        const a3 = height > 3 ? a2 + down : a0;
        packRows(a0, a1, a2, a3, aStep, deep, packedRows);
        let to = c + (<usize>(i * cRow + j0) << 2);
        const next = <usize>cRow << 2;
        let panel = scratch;
        for (let j = 0; j < wide; j += 8) {
          tile(
            packedRows, panel, deep, bias && k0 == 0 ? bias + (<usize>(j0 + j) << 2) : 0,
            to, to + next, to + 2 * next, to + 3 * next, height, wide - j, add, last ? activation : 0,
          );
          panel += <usize>(deep * 32);
          to += 32;
        }
      }
    }
  }
}
