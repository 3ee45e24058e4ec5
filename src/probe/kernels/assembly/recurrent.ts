// Whole sequences of an LSTM and a GRU with sigmoid gates and tanh, for `rows` rows of a batch from row `start` on: rows know nothing of each
// other. Arrays are time-major, [time, batch, …]; a pass packs the recurrent weights once (`panels`, made by pack), not once a step.
import { packRows, tile } from './gemm';
import { fma, sigmoid4, splat, tanh4 } from './simd';

/** Rows of A packed at a time. */
const blockRows: i32 = 32;

/** C = A · B (or C +=), B packed whole; A's rows are aRow floats apart. `scratch`: blockRows · inner floats. */
function multiply(
  a: usize, aRow: i32, panels: usize, c: usize, cRow: i32, rows: i32, inner: i32, columns: i32, accumulate: i32, bias: usize, scratch: usize,
): void {
  const down = <usize>aRow << 2;
  const next = <usize>cRow << 2;
  const panelSize = <usize>(inner << 5);
  for (let i0 = 0; i0 < rows; i0 += blockRows) {
    const block = min(blockRows, rows - i0);
    let to = scratch;
    for (let i = 0; i < block; i += 4) {
      const height = block - i;
      const a0 = a + <usize>(i0 + i) * down;
      const a1 = height > 1 ? a0 + down : a0;
      const a2 = height > 2 ? a1 + down : a0;
      const a3 = height > 3 ? a2 + down : a0;
      to = packRows(a0, a1, a2, a3, 1, inner, to);
    }
    let panel = panels;
    for (let j = 0; j < columns; j += 8, panel += panelSize) {
      let from = scratch;
      let at = c + <usize>i0 * next + (<usize>j << 2);
      for (let i = 0; i < block; i += 4) {
        tile(
          from, panel, inner, bias ? bias + (<usize>j << 2) : 0, at, at + next, at + 2 * next, at + 3 * next,
          min(4, block - i), columns - j, accumulate, 0,
        );
        from += <usize>(inner << 4);
        at += 4 * next;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function take(from: usize, whole: bool): v128 {
  return whole ? v128.load(from) : splat(load<f32>(from));
}

// @ts-ignore: decorator
@inline
function put(to: usize, x: v128, whole: bool): void {
  if (whole) {
    v128.store(to, x);
  } else {
    store<f32>(to, f32x4.extract_lane(x, 0));
  }
}

/** a (1 − a): the sigmoid's slope. */
// @ts-ignore: decorator
@inline
function slope(a: v128): v128 {
  return f32x4.mul(a, f32x4.sub(splat(1), a));
}

/** 1 − a²: tanh's slope. */
// @ts-ignore: decorator
@inline
function bend(a: v128): v128 {
  return f32x4.sub(splat(1), f32x4.mul(a, a));
}

/**
 * z [time, batch, 4 · units], gates i, f, c, o: x · W + b, becomes the gates' values. Cells c and outputs h [time + 1, batch, units] start with
 * the given states; bent: tanh of the cells. Outputs also go to y + row · yRow + step · yStep. `scratch`: 32 · units floats.
 */
export function lstmForward(
  z: usize, c: usize, h: usize, bent: usize, y: usize, yRow: i32, yStep: i32, panels: usize,
  time: i32, batch: i32, start: i32, rows: i32, units: i32, scratch: usize,
): void {
  const gate = <usize>units << 2;
  const next = <usize>batch * gate;
  z += <usize>start * 4 * gate;
  c += <usize>start * gate;
  h += <usize>start * gate;
  bent += <usize>start * gate;
  y += <usize>(start * yRow) << 2;
  for (let step = 0; step < time; step++) {
    multiply(h, units, panels, z, 4 * units, rows, units, 4 * units, 1, 0, scratch);
    let zs = z, cs = c, hs = h, bs = bent;
    for (let b = 0; b < rows; b++, zs += 3 * gate) {
      let ys = y + (<usize>(b * yRow) << 2);
      for (let k = 0; k < units; ) {
        const whole = k + 4 <= units;
        const i = sigmoid4(take(zs, whole));
        const f = sigmoid4(take(zs + gate, whole));
        const g = tanh4(take(zs + 2 * gate, whole));
        const o = sigmoid4(take(zs + 3 * gate, whole));
        put(zs, i, whole);
        put(zs + gate, f, whole);
        put(zs + 2 * gate, g, whole);
        put(zs + 3 * gate, o, whole);
        const cell = f32x4.add(f32x4.mul(f, take(cs, whole)), f32x4.mul(i, g));
        const t = tanh4(cell);
        const out = f32x4.mul(o, t);
        put(cs + next, cell, whole);
        put(bs, t, whole);
        put(hs + next, out, whole);
        put(ys, out, whole);
        const wide: usize = whole ? 16 : 4;
        k += whole ? 4 : 1;
        zs += wide; cs += wide; hs += wide; bs += wide; ys += wide;
      }
    }
    z += 4 * next;
    c += next;
    h += next;
    bent += next;
    y += <usize>yStep << 2;
  }
}

/**
 * Gradients at the pre-activations to dz, from those at the outputs (dy + row · dyRow + step · dyStep; dyRow 0: none but what `dh` brings) and at
 * the last states, dh and dc [batch, units], which become those at the first. `gates`, `bent`: from lstmForward; `panels`: of the transposed
 * weights. `scratch`: 128 · units floats.
 */
export function lstmBackward(
  gates: usize, c: usize, bent: usize, dy: usize, dyRow: i32, dyStep: i32, dh: usize, dc: usize, dz: usize, panels: usize,
  time: i32, batch: i32, start: i32, rows: i32, units: i32, scratch: usize,
): void {
  const gate = <usize>units << 2;
  const next = <usize>batch * gate;
  const last = <usize>(time - 1);
  gates += last * 4 * next + <usize>start * 4 * gate;
  dz += last * 4 * next + <usize>start * 4 * gate;
  c += last * next + <usize>start * gate;
  bent += last * next + <usize>start * gate;
  dy += <usize>(start * dyRow + (time - 1) * dyStep) << 2;
  dh += <usize>start * gate;
  dc += <usize>start * gate;
  for (let step = time - 1; step >= 0; step--) {
    let a = gates, cs = c, bs = bent, h = dh, s = dc, to = dz;
    for (let b = 0; b < rows; b++, a += 3 * gate, to += 3 * gate) {
      let ds = dy + (<usize>(b * dyRow) << 2);
      for (let k = 0; k < units; ) {
        const whole = k + 4 <= units;
        const i = take(a, whole), f = take(a + gate, whole), g = take(a + 2 * gate, whole), o = take(a + 3 * gate, whole);
        let d = take(h, whole);
        if (dyRow) d = f32x4.add(d, take(ds, whole));
        const t = take(bs, whole);
        const cell = f32x4.add(take(s, whole), f32x4.mul(f32x4.mul(d, o), bend(t)));
        put(to, f32x4.mul(f32x4.mul(cell, g), slope(i)), whole);
        put(to + gate, f32x4.mul(f32x4.mul(cell, take(cs, whole)), slope(f)), whole);
        put(to + 2 * gate, f32x4.mul(f32x4.mul(cell, i), bend(g)), whole);
        put(to + 3 * gate, f32x4.mul(f32x4.mul(d, t), slope(o)), whole);
        put(s, f32x4.mul(cell, f), whole);
        const wide: usize = whole ? 16 : 4;
        k += whole ? 4 : 1;
        a += wide; cs += wide; bs += wide; h += wide; s += wide; to += wide; ds += wide;
      }
    }
    multiply(dz, 4 * units, panels, dh, units, rows, 4 * units, units, 0, 0, scratch);
    gates -= 4 * next;
    dz -= 4 * next;
    c -= next;
    bent -= next;
    dy -= <usize>dyStep << 2;
  }
}

/**
 * z [time, batch, 3 · units], gates z, r, h: x · W + b, becomes the gates' values (reset after the product). Outputs h [time + 1, batch, units]
 * start with the given state; inner: h · U + b of the candidate. `scratch`: (32 + 3 · rows) · units floats.
 */
export function gruForward(
  z: usize, h: usize, inner: usize, y: usize, yRow: i32, yStep: i32, panels: usize, bias: usize,
  time: i32, batch: i32, start: i32, rows: i32, units: i32, scratch: usize,
): void {
  const gate = <usize>units << 2;
  const next = <usize>batch * gate;
  const products = scratch + <usize>blockRows * gate;
  z += <usize>start * 3 * gate;
  h += <usize>start * gate;
  inner += <usize>start * gate;
  y += <usize>(start * yRow) << 2;
  for (let step = 0; step < time; step++) {
    multiply(h, units, panels, products, 3 * units, rows, units, 3 * units, 0, bias, scratch);
    let zs = z, q = products, hs = h, is = inner;
    for (let b = 0; b < rows; b++, zs += 2 * gate, q += 2 * gate) {
      let ys = y + (<usize>(b * yRow) << 2);
      for (let k = 0; k < units; ) {
        const whole = k + 4 <= units;
        const update = sigmoid4(f32x4.add(take(zs, whole), take(q, whole)));
        const reset = sigmoid4(f32x4.add(take(zs + gate, whole), take(q + gate, whole)));
        const own = take(q + 2 * gate, whole);
        const candidate = tanh4(fma(reset, own, take(zs + 2 * gate, whole)));
        put(zs, update, whole);
        put(zs + gate, reset, whole);
        put(zs + 2 * gate, candidate, whole);
        put(is, own, whole);
        const out = f32x4.add(f32x4.mul(update, take(hs, whole)), f32x4.mul(f32x4.sub(splat(1), update), candidate));
        put(hs + next, out, whole);
        put(ys, out, whole);
        const wide: usize = whole ? 16 : 4;
        k += whole ? 4 : 1;
        zs += wide; q += wide; hs += wide; is += wide; ys += wide;
      }
    }
    z += 3 * next;
    h += next;
    inner += next;
    y += <usize>yStep << 2;
  }
}

/**
 * Gradients of the GRU: at x · W + b to dz, at h · U + b to dr (both [time, batch, 3 · units]). `gates`, `h`, `inner`: from gruForward; the rest as
 * for lstmBackward. `scratch`: 96 · units floats.
 */
export function gruBackward(
  gates: usize, h: usize, inner: usize, dy: usize, dyRow: i32, dyStep: i32, dh: usize, dz: usize, dr: usize, panels: usize,
  time: i32, batch: i32, start: i32, rows: i32, units: i32, scratch: usize,
): void {
  const gate = <usize>units << 2;
  const next = <usize>batch * gate;
  const last = <usize>(time - 1);
  gates += last * 3 * next + <usize>start * 3 * gate;
  dz += last * 3 * next + <usize>start * 3 * gate;
  dr += last * 3 * next + <usize>start * 3 * gate;
  h += last * next + <usize>start * gate;
  inner += last * next + <usize>start * gate;
  dy += <usize>(start * dyRow + (time - 1) * dyStep) << 2;
  dh += <usize>start * gate;
  for (let step = time - 1; step >= 0; step--) {
    let a = gates, hs = h, is = inner, ds0 = dh, to = dz, too = dr;
    for (let b = 0; b < rows; b++, a += 2 * gate, to += 2 * gate, too += 2 * gate) {
      let ds = dy + (<usize>(b * dyRow) << 2);
      for (let k = 0; k < units; ) {
        const whole = k + 4 <= units;
        const update = take(a, whole), reset = take(a + gate, whole), candidate = take(a + 2 * gate, whole);
        let d = take(ds0, whole);
        if (dyRow) d = f32x4.add(d, take(ds, whole));
        const dUpdate = f32x4.mul(f32x4.mul(d, f32x4.sub(take(hs, whole), candidate)), slope(update));
        const dCandidate = f32x4.mul(f32x4.mul(d, f32x4.sub(splat(1), update)), bend(candidate));
        const dReset = f32x4.mul(f32x4.mul(dCandidate, take(is, whole)), slope(reset));
        put(to, dUpdate, whole);
        put(to + gate, dReset, whole);
        put(to + 2 * gate, dCandidate, whole);
        put(too, dUpdate, whole);
        put(too + gate, dReset, whole);
        put(too + 2 * gate, f32x4.mul(dCandidate, reset), whole);
        put(ds0, f32x4.mul(d, update), whole);
        const wide: usize = whole ? 16 : 4;
        k += whole ? 4 : 1;
        a += wide; hs += wide; is += wide; ds0 += wide; ds += wide; to += wide; too += wide;
      }
    }
    multiply(dr, 3 * units, panels, dh, units, rows, 3 * units, units, 1, 0, scratch);
    gates -= 3 * next;
    dz -= 3 * next;
    dr -= 3 * next;
    h -= next;
    inner -= next;
    dy -= <usize>dyStep << 2;
  }
}

/** [a, b, width] → [b, a, width], optionally with either of the old axes in reverse order. */
export function swapAxes(from: usize, to: usize, a: i32, b: i32, width: i32, reverseA: i32, reverseB: i32): void {
  const bytes = <usize>width << 2;
  for (let i = 0; i < a; i++) {
    const column = reverseA ? a - 1 - i : i;
    for (let j = 0; j < b; j++, from += bytes) {
      const row = reverseB ? b - 1 - j : j;
      memory.copy(to + <usize>(row * a + column) * bytes, from, bytes);
    }
  }
}
