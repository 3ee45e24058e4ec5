// One time step of an LSTM with sigmoid gates and tanh, for a whole batch; gates i, f, c, o side by side in a row of 4 · units.
import { sigmoid4, tanh4 } from './simd';

// @ts-ignore: decorator
@inline
function first(x: v128): f32 {
  return f32x4.extract_lane(x, 0);
}

/** Gates from pre-activations z to a, next cell and output from the ones before (`units` a row, next ones `batch · units` floats behind). */
export function lstmForward(z: usize, a: usize, c: usize, h: usize, batch: i32, units: i32): void {
  const gate = <usize>units << 2;
  const next = <usize>(batch * units) << 2;
  for (let b = 0; b < batch; b++) {
    let k = 0;
    for (; k + 4 <= units; k += 4) {
      const i = sigmoid4(v128.load(z));
      const f = sigmoid4(v128.load(z + gate));
      const g = tanh4(v128.load(z + 2 * gate));
      const o = sigmoid4(v128.load(z + 3 * gate));
      v128.store(a, i);
      v128.store(a + gate, f);
      v128.store(a + 2 * gate, g);
      v128.store(a + 3 * gate, o);
      const cell = f32x4.add(f32x4.mul(f, v128.load(c)), f32x4.mul(i, g));
      v128.store(c + next, cell);
      v128.store(h + next, f32x4.mul(o, tanh4(cell)));
      z += 16; a += 16; c += 16; h += 16;
    }
    for (; k < units; k++) {
      const i = first(sigmoid4(f32x4.splat(load<f32>(z))));
      const f = first(sigmoid4(f32x4.splat(load<f32>(z + gate))));
      const g = first(tanh4(f32x4.splat(load<f32>(z + 2 * gate))));
      const o = first(sigmoid4(f32x4.splat(load<f32>(z + 3 * gate))));
      store<f32>(a, i);
      store<f32>(a + gate, f);
      store<f32>(a + 2 * gate, g);
      store<f32>(a + 3 * gate, o);
      const cell = f * load<f32>(c) + i * g;
      store<f32>(c + next, cell);
      store<f32>(h + next, o * first(tanh4(f32x4.splat(cell))));
      z += 4; a += 4; c += 4; h += 4;
    }
    z += 3 * gate;
    a += 3 * gate;
  }
}

/**
 * Gradients at the pre-activations from those at the output (`dh` from the next step plus `dOut`, 0 for none) and at the cell; `dc` is
 * carried to the step before.
 */
export function lstmBackward(a: usize, c: usize, dh: usize, dOut: usize, dc: usize, dz: usize, batch: i32, units: i32): void {
  const gate = <usize>units << 2;
  const next = <usize>(batch * units) << 2;
  const one = f32x4.splat(1);
  for (let b = 0; b < batch; b++) {
    for (let k = 0; k < units; ) {
      const whole = k + 4 <= units;
      const i = take(a, whole), f = take(a + gate, whole), g = take(a + 2 * gate, whole), o = take(a + 3 * gate, whole);
      let d = take(dh, whole);
      if (dOut) d = f32x4.add(d, take(dOut, whole));
      const bent = tanh4(take(c + next, whole));
      const cell = f32x4.add(take(dc, whole), f32x4.mul(f32x4.mul(d, o), f32x4.sub(one, f32x4.mul(bent, bent))));
      put(dz, f32x4.mul(f32x4.mul(cell, g), f32x4.mul(i, f32x4.sub(one, i))), whole);
      put(dz + gate, f32x4.mul(f32x4.mul(cell, take(c, whole)), f32x4.mul(f, f32x4.sub(one, f))), whole);
      put(dz + 2 * gate, f32x4.mul(f32x4.mul(cell, i), f32x4.sub(one, f32x4.mul(g, g))), whole);
      put(dz + 3 * gate, f32x4.mul(f32x4.mul(d, bent), f32x4.mul(o, f32x4.sub(one, o))), whole);
      put(dc, f32x4.mul(cell, f), whole);
      const step: usize = whole ? 16 : 4;
      k += whole ? 4 : 1;
      a += step; c += step; dh += step; dc += step; dz += step;
      if (dOut) dOut += step;
    }
    a += 3 * gate;
    dz += 3 * gate;
  }
}

// @ts-ignore: decorator
@inline
function take(from: usize, whole: bool): v128 {
  return whole ? v128.load(from) : f32x4.splat(load<f32>(from));
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
