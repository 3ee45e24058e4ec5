// Convolution over images [batch, height, width, channels] without unfolding them: pixels are gathered block by block and multiplied with
// packed filters. A group of channels is a window into the pixel: `channels` values of `xPixel`.
import { pack, packRows, tile } from './gemm';

/** Pixels of one block of the filter gradient. */
const blockPixels: i32 = 256;
/** Bytes of gathered rows that should stay in the cache. */
const gatheredBytes: i32 = 1 << 17;

/**
 * y[n, a, b] = Σ_t x[n, a · strideA + th[t], b · strideB + tw[t]] · W[t] (+ bias, activation), pixels outside the image count as 0. Result
 * pixels stand at y + n · yImage + a · yRow + b · yPixel. `panels`: filters packed over [tap · channel][output]; `zeros`: a pixel of zeros.
 */
export function convolve(
  x: usize, batch: i32, height: i32, width: i32, channels: i32, xPixel: i32,
  y: usize, yImage: i32, yRow: i32, yPixel: i32, rows: i32, columns: i32, strideA: i32, strideB: i32,
  th: usize, tw: usize, taps: i32, panels: usize, outputs: i32, bias: usize, activation: i32, zeros: usize, gathered: usize,
): void {
  const inner = taps * channels;
  const groups = max(1, min(16, gatheredBytes / (inner * 16)));
  const total = batch * rows * columns;
  const image = rows * columns;
  // addresses of four result pixels a group
  const places = gathered;
  const block = gathered + <usize>(16 * 4 * 4);
  for (let p0 = 0; p0 < total; p0 += 4 * groups) {
    const pixels = min(4 * groups, total - p0);
    let to = block;
    for (let p = 0; p < pixels; p += 4) {
      const count = min(4, pixels - p);
      // 1. Where the four pixels are.
      for (let l = 0; l < count; l++) {
        const q = p0 + p + l;
        const n = q / image;
        const a = (q - n * image) / columns;
        const b = q - n * image - a * columns;
        store<u32>(places + (<usize>(p + l) << 2), <u32>(y + (<usize>(n * yImage + a * yRow + b * yPixel) << 2)));
      }
      // 2. Their neighbourhoods, four rows side by side.
      for (let t = 0; t < taps; t++) {
        const i = load<i32>(th + (<usize>t << 2));
        const j = load<i32>(tw + (<usize>t << 2));
        const r0 = pixel(x, p0 + p, image, columns, height, width, xPixel, strideA, strideB, i, j, zeros);
        const r1 = count > 1 ? pixel(x, p0 + p + 1, image, columns, height, width, xPixel, strideA, strideB, i, j, zeros) : r0;
        const r2 = count > 2 ? pixel(x, p0 + p + 2, image, columns, height, width, xPixel, strideA, strideB, i, j, zeros) : r0;
        const r3 = count > 3 ? pixel(x, p0 + p + 3, image, columns, height, width, xPixel, strideA, strideB, i, j, zeros) : r0;
        to = packRows(r0, r1, r2, r3, 1, channels, to);
      }
    }
    // 3. Times the filters, eight outputs at a time.
    let panel = panels;
    for (let o = 0; o < outputs; o += 8) {
      const at = <usize>o << 2;
      let from = block;
      for (let p = 0; p < pixels; p += 4) {
        const count = min(4, pixels - p);
        const place = places + (<usize>p << 2);
        tile(
          from, panel, inner, bias ? bias + at : 0,
          <usize>load<u32>(place) + at, <usize>load<u32>(place, 4) + at, <usize>load<u32>(place, 8) + at, <usize>load<u32>(place, 12) + at,
          count, outputs - o, 0, activation,
        );
        from += <usize>(inner * 16);
      }
      panel += <usize>(inner * 32);
    }
  }
}

/** The input pixel that tap (i, j) of result pixel q sees, or zeros. */
// @ts-ignore: decorator
@inline
function pixel(
  x: usize, q: i32, image: i32, columns: i32, height: i32, width: i32, xPixel: i32, strideA: i32, strideB: i32, i: i32, j: i32, zeros: usize,
): usize {
  const n = q / image;
  const rest = q - n * image;
  const a = rest / columns;
  const row = a * strideA + i;
  const column = (rest - a * columns) * strideB + j;
  if (<u32>row >= <u32>height || <u32>column >= <u32>width) {
    return zeros;
  }
  return x + (<usize>(((n * height + row) * width + column) * xPixel) << 2);
}

/**
 * dW[t, c, o] = Σ over result pixels of x[…, c] · dy[…, o], added to what is there. dW's rows are `dwRow` apart. `scratch`: blockPixels ·
 * (4 + outputs rounded up to 8 + taps) floats.
 */
export function convolveFilter(
  x: usize, batch: i32, height: i32, width: i32, channels: i32, xPixel: i32,
  dy: usize, dyPixel: i32, rows: i32, columns: i32, strideA: i32, strideB: i32,
  th: usize, tw: usize, taps: i32, outputs: i32, dw: usize, dwRow: i32, zeros: usize, scratch: usize,
): void {
  const image = rows * columns;
  const total = batch * image;
  const gathered = scratch;
  const places = scratch + <usize>(blockPixels * 16);
  const panels = places + <usize>(blockPixels * taps * 4);
  const inner = taps * channels;
  const down = <usize>dwRow << 2;
  for (let p0 = 0; p0 < total; p0 += blockPixels) {
    const pixels = min(blockPixels, total - p0);
    // 1. The block's gradients as panels, and where its pixels' neighbours are.
    pack(dy + (<usize>(p0 * dyPixel) << 2), dyPixel, 1, pixels, outputs, panels);
    for (let t = 0; t < taps; t++) {
      const i = load<i32>(th + (<usize>t << 2));
      const j = load<i32>(tw + (<usize>t << 2));
      for (let p = 0; p < pixels; p++) {
        const at = pixel(x, p0 + p, image, columns, height, width, xPixel, strideA, strideB, i, j, zeros);
        store<u32>(places + (<usize>(t * blockPixels + p) << 2), <u32>at);
      }
    }
    // 2. Four rows of dW at a time: (tap, channel) pairs, against all outputs.
    const whole = (channels & 3) == 0;
    for (let k = 0; k < inner; k += 4) {
      const count = min(4, inner - k);
      if (whole) {
        const t = k / channels;
        const c = <usize>(k - t * channels) << 2;
        const row = places + (<usize>(t * blockPixels) << 2);
        for (let p = 0; p < pixels; p++) {
          v128.store(gathered + (<usize>p << 4), v128.load(<usize>load<u32>(row + (<usize>p << 2)) + c));
        }
      } else {
        for (let r = 0; r < 4; r++) {
          const pair = min(k + r, inner - 1);
          const t = pair / channels;
          const c = <usize>(pair - t * channels) << 2;
          const row = places + (<usize>(t * blockPixels) << 2);
          for (let p = 0; p < pixels; p++) {
            store<f32>(gathered + (<usize>(p * 4 + r) << 2), load<f32>(<usize>load<u32>(row + (<usize>p << 2)) + c));
          }
        }
      }
      let to = dw + <usize>k * down;
      let panel = panels;
      for (let o = 0; o < outputs; o += 8) {
        tile(gathered, panel, pixels, 0, to, to + down, to + 2 * down, to + 3 * down, count, outputs - o, 1, 0);
        panel += <usize>(pixels * 32);
        to += 32;
      }
    }
  }
}

/**
 * Packs the filters of some taps over [tap · inner][outer]: element (tap, i, o) stands at w + tap · tapSize + i · row + o · column.
 */
export function packTaps(w: usize, ids: usize, taps: i32, tapSize: i32, inner: i32, outer: i32, row: i32, column: i32, to: usize): void {
  for (let o = 0; o < outer; o += 8) {
    const width = min(8, outer - o);
    for (let t = 0; t < taps; t++) {
      const tap = load<i32>(ids + (<usize>t << 2));
      pack(w + (<usize>(tap * tapSize + o * column) << 2), row, column, inner, width, to);
      to += <usize>(inner * 32);
    }
  }
}
