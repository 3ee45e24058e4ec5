// Convolution with 3×3 windows and stride 1 by Winograd's algorithm, F(2×2, 3×3): 16 multiplications where 36 stand in the definition. The
// filter gradient is F(3×3, 2×2) on the same transformed tiles. Channels and outputs are multiples of four.
import { fma, splat } from './simd';
import { finish, first, second, tile } from './gemm';

/** Floats of one block of transformed tiles that should stay in the cache. */
const blockFloats: i32 = 1 << 15;
/** Tiles a block at most. */
const mostTiles: i32 = 64;

/** Tiles of a block for vectors of `width` values. */
export function winogradTiles(width: i32): i32 {
  return max(8, min(mostTiles, (blockFloats / (16 * width)) & ~3));
}

// @ts-ignore: decorator
@inline
function lane4(at: usize, step: usize, count: i32): v128 {
  let x = splat(load<f32>(at));
  if (count > 1) x = f32x4.replace_lane(x, 1, load<f32>(at + step));
  if (count > 2) x = f32x4.replace_lane(x, 2, load<f32>(at + 2 * step));
  if (count > 3) x = f32x4.replace_lane(x, 3, load<f32>(at + 3 * step));
  return x;
}

/**
 * Filters as 16 matrices of panels [place][outer / 8][inner][8]: G g Gᵀ. Element (tap, i, o) stands at w + tap · tapSize + i · row + o · column;
 * `flipped`: taps in reverse order. `to` is a multiple of eight outputs wide.
 */
export function winogradFilters(w: usize, tapSize: i32, inner: i32, outer: i32, row: i32, column: i32, flipped: i32, to: usize): void {
  const half = splat(0.5);
  const panels = (outer + 7) >> 3;
  const place = <usize>(panels * inner * 32);
  const step = <usize>column << 2;
  const tap = <usize>tapSize << 2;
  for (let o = 0; o < panels * 8; o += 4) {
    const count = min(4, outer - o);
    for (let i = 0; i < inner; i++) {
      const at = w + (<usize>(i * row) << 2) + <usize>o * step;
      let out = to + <usize>((o >> 3) * inner * 32 + i * 32 + (o & 4) * 4);
      if (count <= 0) {
        for (let p = 0; p < 16; p++, out += place) v128.store(out, splat(0));
        continue;
      }
      for (let r = 0; r < 4; r++) {
        // one row of G g, then times Gᵀ
        let a = splat(0), b = a, c = a;
        for (let k = 0; k < 3; k++) {
          if ((r == 0 && k != 0) || (r == 3 && k != 2)) continue;
          const base = 3 * k;
          const t = flipped ? 8 - base : base;
          const d = flipped ? -1 : 1;
          const p0 = at + <usize>t * tap, p1 = at + <usize>(t + d) * tap, p2 = at + <usize>(t + 2 * d) * tap;
          let x = column == 1 && count == 4 ? v128.load(p0) : lane4(p0, step, count);
          let y = column == 1 && count == 4 ? v128.load(p1) : lane4(p1, step, count);
          let z = column == 1 && count == 4 ? v128.load(p2) : lane4(p2, step, count);
          if (r == 1 || r == 2) {
            const factor = r == 2 && k == 1 ? splat(-0.5) : half;
            x = f32x4.mul(x, factor);
            y = f32x4.mul(y, factor);
            z = f32x4.mul(z, factor);
          }
          a = f32x4.add(a, x);
          b = f32x4.add(b, y);
          c = f32x4.add(c, z);
        }
        const outside = f32x4.mul(half, f32x4.add(a, c));
        const middle = f32x4.mul(half, b);
        v128.store(out, a);
        v128.store(out + place, f32x4.add(outside, middle));
        v128.store(out + 2 * place, f32x4.sub(outside, middle));
        v128.store(out + 3 * place, c);
        out += 4 * place;
      }
    }
  }
}

/** Bᵀ d B of the 4×4 pixels whose addresses stand at `pixels`, for all channels; place p of chunk k goes to to + p · place + k · chunk. */
// @ts-ignore: decorator
@inline
function transformInput(pixels: usize, channels: i32, to: usize, place: usize, chunk: usize): void {
  const row0 = 4 * place, row1 = 8 * place, row2 = 12 * place;
  for (let c: usize = 0; c < <usize>channels << 2; c += 16, to += chunk) {
    let out = to;
    // columns of Bᵀ d
    let a0 = splat(0), a1 = a0, a2 = a0, a3 = a0;
    let b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    let c0 = a0, c1 = a0, c2 = a0, c3 = a0;
    {
      const d0 = v128.load(<usize>load<u32>(pixels, 0) + c), d1 = v128.load(<usize>load<u32>(pixels, 16) + c);
      const d2 = v128.load(<usize>load<u32>(pixels, 32) + c), d3 = v128.load(<usize>load<u32>(pixels, 48) + c);
      a0 = f32x4.sub(d0, d2); a1 = f32x4.add(d1, d2); a2 = f32x4.sub(d2, d1); a3 = f32x4.sub(d1, d3);
    }
    {
      const d0 = v128.load(<usize>load<u32>(pixels, 4) + c), d1 = v128.load(<usize>load<u32>(pixels, 20) + c);
      const d2 = v128.load(<usize>load<u32>(pixels, 36) + c), d3 = v128.load(<usize>load<u32>(pixels, 52) + c);
      b0 = f32x4.sub(d0, d2); b1 = f32x4.add(d1, d2); b2 = f32x4.sub(d2, d1); b3 = f32x4.sub(d1, d3);
    }
    {
      const d0 = v128.load(<usize>load<u32>(pixels, 8) + c), d1 = v128.load(<usize>load<u32>(pixels, 24) + c);
      const d2 = v128.load(<usize>load<u32>(pixels, 40) + c), d3 = v128.load(<usize>load<u32>(pixels, 56) + c);
      c0 = f32x4.sub(d0, d2); c1 = f32x4.add(d1, d2); c2 = f32x4.sub(d2, d1); c3 = f32x4.sub(d1, d3);
    }
    v128.store(out, f32x4.sub(a0, c0));
    v128.store(out + place, f32x4.add(b0, c0));
    v128.store(out + 2 * place, f32x4.sub(c0, b0));
    v128.store(out + row0, f32x4.sub(a1, c1));
    v128.store(out + row0 + place, f32x4.add(b1, c1));
    v128.store(out + row0 + 2 * place, f32x4.sub(c1, b1));
    v128.store(out + row1, f32x4.sub(a2, c2));
    v128.store(out + row1 + place, f32x4.add(b2, c2));
    v128.store(out + row1 + 2 * place, f32x4.sub(c2, b2));
    v128.store(out + row2, f32x4.sub(a3, c3));
    v128.store(out + row2 + place, f32x4.add(b3, c3));
    v128.store(out + row2 + 2 * place, f32x4.sub(c3, b3));
    const d0 = v128.load(<usize>load<u32>(pixels, 12) + c), d1 = v128.load(<usize>load<u32>(pixels, 28) + c);
    const d2 = v128.load(<usize>load<u32>(pixels, 44) + c), d3 = v128.load(<usize>load<u32>(pixels, 60) + c);
    out += 3 * place;
    v128.store(out, f32x4.sub(b0, f32x4.sub(d0, d2)));
    v128.store(out + row0, f32x4.sub(b1, f32x4.add(d1, d2)));
    v128.store(out + row1, f32x4.sub(b2, f32x4.sub(d2, d1)));
    v128.store(out + row2, f32x4.sub(b3, f32x4.sub(d1, d3)));
  }
}

/** Addresses of the size × size pixels from (row, column) on; pixels outside are `zeros`. */
// @ts-ignore: decorator
@inline
function addresses(x: usize, height: i32, width: i32, xPixel: i32, row: i32, column: i32, size: i32, zeros: usize, to: usize): void {
  for (let i = row; i < row + size; i++) {
    for (let j = column; j < column + size; j++, to += 4) {
      const inside = <u32>i < <u32>height && <u32>j < <u32>width;
      store<u32>(to, <u32>(inside ? x + (<usize>((i * width + j) * xPixel) << 2) : zeros));
    }
  }
}

/** Four rows, `down` bytes apart, times a panel of eight columns; the four results stand side by side. */
// @ts-ignore: decorator
@inline
function product(rows: usize, down: usize, panel: usize, inner: i32, to: usize): void {
  let x0 = splat(0), y0 = x0, x1 = x0, y1 = x0, x2 = x0, y2 = x0, x3 = x0, y3 = x0;
  let r1 = rows + down, r2 = r1 + down, r3 = r2 + down;
  for (let k = 0; k < inner; k += 2) {
    let b0 = v128.load(panel), b1 = v128.load(panel, 16);
    let a = v128.load32_splat(rows);
    x0 = fma(a, b0, x0); y0 = fma(a, b1, y0);
    a = v128.load32_splat(r1);
    x1 = fma(a, b0, x1); y1 = fma(a, b1, y1);
    a = v128.load32_splat(r2);
    x2 = fma(a, b0, x2); y2 = fma(a, b1, y2);
    a = v128.load32_splat(r3);
    x3 = fma(a, b0, x3); y3 = fma(a, b1, y3);
    b0 = v128.load(panel, 32); b1 = v128.load(panel, 48);
    a = v128.load32_splat(rows, 4);
    x0 = fma(a, b0, x0); y0 = fma(a, b1, y0);
    a = v128.load32_splat(r1, 4);
    x1 = fma(a, b0, x1); y1 = fma(a, b1, y1);
    a = v128.load32_splat(r2, 4);
    x2 = fma(a, b0, x2); y2 = fma(a, b1, y2);
    a = v128.load32_splat(r3, 4);
    x3 = fma(a, b0, x3); y3 = fma(a, b1, y3);
    rows += 8; r1 += 8; r2 += 8; r3 += 8;
    panel += 64;
  }
  v128.store(to, x0); v128.store(to, y0, 16);
  v128.store(to, x1, 32); v128.store(to, y1, 48);
  v128.store(to, x2, 64); v128.store(to, y2, 80);
  v128.store(to, x3, 96); v128.store(to, y3, 112);
}

/**
 * y = x ∗ W (+ bias, activation), the first tap `top` rows above and `left` columns before the result's pixel. Result pixels stand at
 * y + n · yImage + a · yRow + b · yPixel. `filters`: from winogradFilters. `scratch`: 16 · tiles · (channels + 8) + 32 floats.
 */
export function winograd(
  x: usize, batch: i32, height: i32, width: i32, channels: i32, xPixel: i32,
  y: usize, yImage: i32, yRow: i32, yPixel: i32, rows: i32, columns: i32, top: i32, left: i32,
  filters: usize, outputs: i32, bias: usize, activation: i32, zeros: usize, scratch: usize,
): void {
  const tiles = winogradTiles(channels);
  const across = (columns + 1) >> 1;
  const image = ((rows + 1) >> 1) * across;
  const total = batch * image;
  const pixels = scratch;
  const blocks = scratch + 128;
  const down = <usize>channels << 2;
  const place = <usize>tiles * down;
  const results = blocks + 16 * place;
  const resultPlace = <usize>tiles << 5;
  const panel = <usize>(channels * 32);
  const matrix = panel * <usize>((outputs + 7) >> 3);
  for (let p0 = 0; p0 < total; p0 += tiles) {
    const count = min(tiles, total - p0);
    // 1. Tiles of the image, transformed.
    for (let p = 0; p < count; p++) {
      const n = (p0 + p) / image;
      const rest = p0 + p - n * image;
      const a = rest / across;
      const from = x + (<usize>(n * height * width * xPixel) << 2);
      addresses(from, height, width, xPixel, 2 * a - top, 2 * (rest - a * across) - left, 4, zeros, pixels);
      transformInput(pixels, channels, blocks + <usize>p * down, place, 16);
    }
    for (let o = 0; o < outputs; o += 8) {
      // 2. Sixteen matrix products. Rows beyond `count` are whatever stood there.
      const columnsOf = filters + panel * <usize>(o >> 3);
      for (let k: usize = 0; k < 16; k++) {
        for (let p = 0; p < count; p += 4) {
          product(blocks + k * place + <usize>p * down, down, columnsOf + k * matrix, channels, results + k * resultPlace + (<usize>p << 5));
        }
      }
      // 3. Transformed back: Aᵀ m A, two by two pixels a tile.
      const wide = outputs - o;
      const bias0 = bias ? first(bias + (<usize>o << 2), wide) : splat(0);
      const bias1 = bias ? second(bias + (<usize>o << 2), wide) : splat(0);
      for (let p = 0; p < count; p++) {
        const n = (p0 + p) / image;
        const rest = p0 + p - n * image;
        const a = 2 * (rest / across), b = 2 * (rest % across);
        const at = y + (<usize>(n * yImage + a * yRow + b * yPixel + o) << 2);
        const m = results + (<usize>p << 5);
        let x00 = bias0, x01 = bias0, x10 = bias0, x11 = bias0;
        let y00 = bias1, y01 = bias1, y10 = bias1, y11 = bias1;
        for (let j: usize = 0; j < 4; j++) {
          const q = m + j * resultPlace;
          const q1 = q + 4 * resultPlace, q2 = q + 8 * resultPlace, q3 = q + 12 * resultPlace;
          const u1 = v128.load(q1), u2 = v128.load(q2);
          const v1 = v128.load(q1, 16), v2 = v128.load(q2, 16);
          const s0 = f32x4.add(v128.load(q), f32x4.add(u1, u2)), s1 = f32x4.sub(f32x4.sub(u1, u2), v128.load(q3));
          const t0 = f32x4.add(v128.load(q, 16), f32x4.add(v1, v2)), t1 = f32x4.sub(f32x4.sub(v1, v2), v128.load(q3, 16));
          if (j < 3) {
            x00 = f32x4.add(x00, s0); x10 = f32x4.add(x10, s1);
            y00 = f32x4.add(y00, t0); y10 = f32x4.add(y10, t1);
          }
          if (j == 1) {
            x01 = f32x4.add(x01, s0); x11 = f32x4.add(x11, s1);
            y01 = f32x4.add(y01, t0); y11 = f32x4.add(y11, t1);
          } else if (j > 1) {
            x01 = f32x4.sub(x01, s0); x11 = f32x4.sub(x11, s1);
            y01 = f32x4.sub(y01, t0); y11 = f32x4.sub(y11, t1);
          }
        }
        const right = b + 1 < columns, below = a + 1 < rows;
        const nextPixel = <usize>yPixel << 2, nextRow = <usize>yRow << 2;
        finish(at, x00, y00, wide, activation);
        if (right) finish(at + nextPixel, x01, y01, wide, activation);
        if (below) finish(at + nextRow, x10, y10, wide, activation);
        if (right && below) finish(at + nextRow + nextPixel, x11, y11, wide, activation);
      }
    }
  }
}

/** G dy Gᵀ of 2×2 pixels for all outputs: panels of eight outputs [place][outputs / 8][tiles][8]. */
// @ts-ignore: decorator
@inline
function transformGradient(pixels: usize, outputs: i32, to: usize, place: usize, panel: usize): void {
  const half = splat(0.5);
  const d0 = <usize>load<u32>(pixels), d1 = <usize>load<u32>(pixels, 4), d2 = <usize>load<u32>(pixels, 8), d3 = <usize>load<u32>(pixels, 12);
  for (let o = 0; o < outputs; o += 4) {
    const at = <usize>o << 2;
    const y00 = v128.load(d0 + at), y01 = v128.load(d1 + at), y10 = v128.load(d2 + at), y11 = v128.load(d3 + at);
    let out = to + <usize>(o >> 3) * panel + <usize>((o & 4) << 2);
    for (let r = 0; r < 4; r++, out += 4 * place) {
      let a = y00, b = y01;
      if (r == 1) {
        a = f32x4.mul(half, f32x4.add(y00, y10));
        b = f32x4.mul(half, f32x4.add(y01, y11));
      } else if (r == 2) {
        a = f32x4.mul(half, f32x4.sub(y00, y10));
        b = f32x4.mul(half, f32x4.sub(y01, y11));
      } else if (r == 3) {
        a = y10;
        b = y11;
      }
      v128.store(out, a);
      v128.store(out + place, f32x4.mul(half, f32x4.add(a, b)));
      v128.store(out + 2 * place, f32x4.mul(half, f32x4.sub(a, b)));
      v128.store(out + 3 * place, b);
    }
  }
}

/**
 * dW[tap, c, o] += Σ over result pixels of x · dy. dW's rows are `dwRow` apart, its taps `dwTap`. `scratch`: 16 · tiles · (channels +
 * outputs rounded up to 8) + 16 · channels · outputs rounded up to 8 + 32 floats.
 */
export function winogradFilterGradient(
  x: usize, batch: i32, height: i32, width: i32, channels: i32, xPixel: i32,
  dy: usize, dyPixel: i32, rows: i32, columns: i32, top: i32, left: i32,
  outputs: i32, dw: usize, dwRow: i32, dwTap: i32, zeros: usize, scratch: usize,
): void {
  const tiles = winogradTiles(max(channels, outputs));
  const across = (columns + 1) >> 1;
  const image = ((rows + 1) >> 1) * across;
  const total = batch * image;
  const wide = (outputs + 7) & ~7;
  const pixels = scratch;
  const blocks = scratch + 128;
  const place = <usize>(tiles * channels) << 2;
  const chunk = <usize>tiles << 4;
  const gradients = blocks + 16 * place;
  const gradientPlace = <usize>(tiles * wide) << 2;
  const panel = <usize>tiles << 5;
  const sums = gradients + 16 * gradientPlace;
  const down = <usize>wide << 2;
  const matrix = <usize>channels * down;
  memory.fill(sums, 0, 16 * matrix);
  for (let p0 = 0; p0 < total; p0 += tiles) {
    const count = min(tiles, total - p0);
    // 1. Tiles of image and gradient, transformed.
    for (let p = 0; p < count; p++) {
      const n = (p0 + p) / image;
      const rest = p0 + p - n * image;
      const a = 2 * (rest / across), b = 2 * (rest % across);
      const from = x + (<usize>(n * height * width * xPixel) << 2);
      addresses(from, height, width, xPixel, a - top, b - left, 4, zeros, pixels);
      transformInput(pixels, channels, blocks + (<usize>p << 4), place, chunk);
      const gradient = dy + (<usize>(n * rows * columns * dyPixel) << 2);
      addresses(gradient, rows, columns, dyPixel, a, b, 2, zeros, pixels);
      transformGradient(pixels, outputs, gradients + (<usize>p << 5), gradientPlace, panel);
    }
    // 2. Sixteen products of channels by outputs.
    for (let k: usize = 0; k < 16; k++) {
      for (let c = 0; c < channels; c += 4) {
        const row = blocks + k * place + <usize>(c >> 2) * chunk;
        let to = sums + k * matrix + <usize>c * down;
        let columnsOf = gradients + k * gradientPlace;
        for (let o = 0; o < wide; o += 8) {
          tile(row, columnsOf, count, 0, to, to + down, to + 2 * down, to + 3 * down, 4, 8, 1, 0);
          columnsOf += panel;
          to += 32;
        }
      }
    }
  }
  // 3. Transformed back: Aᵀ S A, three by three taps.
  for (let c = 0; c < channels; c++) {
    for (let o = 0; o < outputs; o += 4) {
      const at = sums + <usize>c * down + (<usize>o << 2);
      let to = dw + (<usize>(c * dwRow + o) << 2);
      for (let r = 0; r < 3; r++) {
        let q = at;
        let s0 = splat(0), s1 = s0, s2 = s0, s3 = s0;
        for (let k = 0; k < 4; k++, q += 4 * matrix) {
          if ((r > 0 && k == 0) || (r < 2 && k == 3)) continue;
          const sign = splat((r == 1 && k == 2) || k == 3 ? -1 : 1);
          s0 = f32x4.add(s0, f32x4.mul(sign, v128.load(q)));
          s1 = f32x4.add(s1, f32x4.mul(sign, v128.load(q + matrix)));
          s2 = f32x4.add(s2, f32x4.mul(sign, v128.load(q + 2 * matrix)));
          s3 = f32x4.add(s3, f32x4.mul(sign, v128.load(q + 3 * matrix)));
        }
        const both = f32x4.add(s1, s2);
        const tap = <usize>dwTap << 2;
        v128.store(to, f32x4.add(v128.load(to), f32x4.add(s0, both)));
        v128.store(to + tap, f32x4.add(v128.load(to + tap), f32x4.sub(s1, s2)));
        v128.store(to + 2 * tap, f32x4.add(v128.load(to + 2 * tap), f32x4.sub(both, s3)));
        to += 3 * tap;
      }
    }
  }
}
