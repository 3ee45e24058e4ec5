import { isLinear, type Activation } from '../activations/activation';
import type { ScalarFunction } from '../engine/elementwise';
import { customOperation } from '../engine/customOperation';
import type { Engine } from '../engine/engine';
import * as tf from '../engine/tf';
import type { Matrix } from '../kernels/kernels';

/** One recurrent layer over a whole sequence. Weights as Keras has them; bias rows: input, then recurrent (GRU with reset_after). */
export interface Recurrence {
  readonly kind: 'simple' | 'lstm' | 'gru' | 'gru-reset-before';
  readonly activation: ScalarFunction;
  readonly recurrentActivation: ScalarFunction;
  readonly goBackwards: boolean;
  readonly returnSequences: boolean;
  /** Masked steps put out 0 instead of the output before them. */
  readonly zeroMasked: boolean;
}

export interface RecurrenceTensors {
  /** [batch, time, features] */
  readonly x: tf.Tensor;
  readonly kernel: tf.Tensor;
  readonly recurrent: tf.Tensor;
  readonly bias: tf.Tensor | null;
  readonly h0: tf.Tensor;
  /** LSTM only. */
  readonly c0: tf.Tensor;
  readonly mask: tf.Tensor | null;
}

export function scalarOf(activation: Activation): ScalarFunction {
  if (activation.scalar === null && !isLinear(activation)) {
    throw new Error(`A recurrent layer with the activation "${activation.name}" is not known to the probe.`);
  }
  return activation.scalar ?? { f: (x) => x, slope: () => 1 };
}

const gatesOf = { simple: 1, lstm: 4, gru: 3, 'gru-reset-before': 3 } as const;

/** What the forward pass keeps for the backward pass; time-major. */
interface Trace {
  readonly xs: Float32Array;
  /** Pre-activations and activations, [time, batch, gates · units]. */
  readonly z: Float32Array;
  readonly a: Float32Array;
  /** States, [time + 1, batch, units]; slot 0 is the start. */
  readonly h: Float32Array;
  readonly c: Float32Array;
  /** GRU: U·h + b of the candidate (reset after), or r·h (reset before), [time, batch, units]. */
  readonly inner: Float32Array;
}

const at = (values: Float32Array, offset: number, stride: number): Matrix => ({ values, offset, stride });

/** [a, b, width] → [b, a, width], optionally with the new first axis reversed. */
function swapped(
  from: Float32Array,
  to: Float32Array,
  a: number,
  b: number,
  width: number,
  reversed: 'first' | 'second' | null,
): void {
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      const source = (i * b + j) * width;
      const place =
        ((reversed === 'second' ? b - 1 - j : j) * a + (reversed === 'first' ? a - 1 - i : i)) * width;
      to.set(from.subarray(source, source + width), place);
    }
  }
}

/**
 * Runs the recurrence with backpropagation through time written out. Outputs: the sequence (in the order of processing) or the last
 * output, then the last states h and c.
 */
export function recur(
  engine: Engine,
  how: Recurrence,
  t: RecurrenceTensors,
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const { kernels } = engine;
  const [batch = 1, time = 1, features = 1] = t.x.shape;
  const units = t.recurrent.shape[0] ?? 1;
  const gates = gatesOf[how.kind];
  const wide = gates * units;
  const states = batch * units;
  const { f: phi, slope: phiSlope } = how.activation;
  const { f: sigma, slope: sigmaSlope } = how.recurrentActivation;
  const mask = t.mask === null ? null : Float32Array.from(engine.view(t.mask));
  const valid = (step: number, b: number) =>
    mask === null || (mask[b * time + (how.goBackwards ? time - 1 - step : step)] as number) > 0;

  let trace: Trace | null = null;
  const bias = t.bias === null ? new Float32Array(2 * wide) : Float32Array.from(engine.view(t.bias));
  const inputBias = bias.subarray(0, wide);
  const recurrentBias =
    how.kind === 'gru' && t.bias !== null ? bias.subarray(wide, 2 * wide) : new Float32Array(wide);

  const forward = (): Float32Array => {
    const x = engine.view(t.x) as Float32Array;
    const w = engine.view(t.kernel) as Float32Array;
    const u = engine.view(t.recurrent) as Float32Array;
    const xs = new Float32Array(time * batch * features);
    swapped(x, xs, batch, time, features, how.goBackwards ? 'second' : null);
    const z = new Float32Array(time * batch * wide);
    for (let row = 0; row < time * batch; row++) {
      z.set(inputBias, row * wide);
    }
    kernels.gemm(
      at(xs, 0, features),
      at(w, 0, wide),
      at(z, 0, wide),
      { rows: time * batch, inner: features, columns: wide },
      { accumulate: true },
    );
    const a = new Float32Array(z.length);
    const h = new Float32Array((time + 1) * states);
    const c = new Float32Array(how.kind === 'lstm' ? (time + 1) * states : 0);
    const inner = new Float32Array(how.kind.startsWith('gru') ? time * states : 0);
    const out = new Float32Array(time * states);
    h.set(engine.view(t.h0));
    if (how.kind === 'lstm') {
      c.set(engine.view(t.c0));
    }
    const scratch = new Float32Array(batch * wide);
    for (let step = 0; step < time; step++) {
      const zAt = step * batch * wide;
      const hAt = step * states;
      const size = { rows: batch, inner: units, columns: wide };
      if (how.kind === 'simple' || how.kind === 'lstm') {
        kernels.gemm(at(h, hAt, units), at(u, 0, wide), at(z, zAt, wide), size, { accumulate: true });
      } else if (how.kind === 'gru') {
        for (let b = 0; b < batch; b++) {
          scratch.set(recurrentBias, b * wide);
        }
        kernels.gemm(at(h, hAt, units), at(u, 0, wide), at(scratch, 0, wide), size, { accumulate: true });
      } else {
        kernels.gemm(
          at(h, hAt, units),
          at(u, 0, wide),
          at(z, zAt, wide),
          { ...size, columns: 2 * units },
          { accumulate: true },
        );
        for (let b = 0; b < batch; b++) {
          for (let k = 0; k < units; k++) {
            const r = zAt + b * wide + units + k;
            a[r] = sigma(z[r] as number);
            inner[hAt + b * units + k] = (a[r] as number) * (h[hAt + b * units + k] as number);
          }
        }
        kernels.gemm(
          at(inner, hAt, units),
          at(u, 2 * units, wide),
          at(z, zAt + 2 * units, wide),
          { ...size, columns: units },
          { accumulate: true },
        );
      }
      for (let b = 0; b < batch; b++) {
        const on = valid(step, b);
        for (let k = 0; k < units; k++) {
          const g = zAt + b * wide + k;
          const s = hAt + b * units + k;
          const before = h[s] as number;
          let now: number;
          if (how.kind === 'simple') {
            now = phi(z[g] as number);
            a[g] = now;
          } else if (how.kind === 'lstm') {
            const i = sigma(z[g] as number);
            const f = sigma(z[g + units] as number);
            const candidate = phi(z[g + 2 * units] as number);
            const o = sigma(z[g + 3 * units] as number);
            a[g] = i;
            a[g + units] = f;
            a[g + 2 * units] = candidate;
            a[g + 3 * units] = o;
            const cell = f * (c[s] as number) + i * candidate;
            c[s + states] = on ? cell : (c[s] as number);
            now = o * phi(Math.fround(cell));
          } else {
            if (how.kind === 'gru') {
              const q = b * wide + k;
              z[g] = (z[g] as number) + (scratch[q] as number);
              z[g + units] = (z[g + units] as number) + (scratch[q + units] as number);
              inner[s] = scratch[q + 2 * units] as number;
              a[g + units] = sigma(z[g + units] as number);
              z[g + 2 * units] =
                (z[g + 2 * units] as number) + (a[g + units] as number) * (inner[s] as number);
            }
            a[g] = sigma(z[g] as number);
            a[g + 2 * units] = phi(z[g + 2 * units] as number);
            now = (a[g] as number) * before + (1 - (a[g] as number)) * (a[g + 2 * units] as number);
          }
          h[s + states] = on ? now : before;
          out[s] = on ? now : how.zeroMasked || step === 0 ? 0 : (out[s - states] as number);
        }
      }
    }
    trace = { xs, z, a, h, c, inner };
    return out;
  };

  const outShape = how.returnSequences ? [batch, time, units] : [batch, units];
  const inputs = {
    x: t.x,
    kernel: t.kernel,
    recurrent: t.recurrent,
    h0: t.h0,
    c0: t.c0,
    ...(t.bias === null ? {} : { bias: t.bias }),
  };

  const backward = (dy: readonly tf.Tensor[]): Record<string, Float32Array> => {
    const { xs, z, a, h, c, inner } = trace as unknown as Trace;
    const w = engine.view(t.kernel) as Float32Array;
    const u = engine.view(t.recurrent) as Float32Array;
    const [dOut, dLastH, dLastC] = dy.map((d) => engine.view(d) as Float32Array) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const dOuts = new Float32Array(how.returnSequences ? time * states : 0);
    if (how.returnSequences) {
      swapped(dOut, dOuts, batch, time, units, null);
    }
    const dz = new Float32Array(time * batch * wide);
    // gradient at the recurrent product; the same as dz but for the GRU that resets after it
    const dr = how.kind === 'gru' ? new Float32Array(time * batch * wide) : dz;
    const dh = Float32Array.from(dLastH);
    const dc = Float32Array.from(how.kind === 'lstm' ? dLastC : []);
    // gradient of outputs that masked steps repeat
    const carry = new Float32Array(states);
    if (!how.returnSequences) {
      carry.set(dOut);
    }
    const next = new Float32Array(states);
    const dReset = new Float32Array(how.kind === 'gru-reset-before' ? states : 0);
    for (let step = time - 1; step >= 0; step--) {
      const zAt = step * batch * wide;
      const hAt = step * states;
      next.fill(0);
      for (let b = 0; b < batch; b++) {
        const on = valid(step, b);
        for (let k = 0; k < units; k++) {
          const s = b * units + k;
          const g = zAt + b * wide + k;
          const dOutNow = (carry[s] as number) + (how.returnSequences ? (dOuts[hAt + s] as number) : 0);
          if (!on) {
            carry[s] = how.zeroMasked ? 0 : dOutNow;
            next[s] = dh[s] as number;
            continue;
          }
          carry[s] = 0;
          const d = (dh[s] as number) + dOutNow;
          const slopeOf = (slope: ScalarFunction['slope'], place: number) =>
            slope(z[place] as number, a[place] as number);
          if (how.kind === 'simple') {
            dz[g] = d * slopeOf(phiSlope, g);
          } else if (how.kind === 'lstm') {
            const i = a[g] as number;
            const f = a[g + units] as number;
            const candidate = a[g + 2 * units] as number;
            const o = a[g + 3 * units] as number;
            const cell = c[hAt + states + s] as number;
            const bent = phi(cell);
            const dCell = (dc[s] as number) + d * o * phiSlope(cell, bent);
            dz[g] = dCell * candidate * slopeOf(sigmaSlope, g);
            dz[g + units] = dCell * (c[hAt + s] as number) * slopeOf(sigmaSlope, g + units);
            dz[g + 2 * units] = dCell * i * slopeOf(phiSlope, g + 2 * units);
            dz[g + 3 * units] = d * bent * slopeOf(sigmaSlope, g + 3 * units);
            dc[s] = dCell * f;
          } else {
            const update = a[g] as number;
            const candidate = a[g + 2 * units] as number;
            dz[g] = d * ((h[hAt + s] as number) - candidate) * slopeOf(sigmaSlope, g);
            dz[g + 2 * units] = d * (1 - update) * slopeOf(phiSlope, g + 2 * units);
            next[s] = d * update;
            if (how.kind === 'gru') {
              const dCandidate = dz[g + 2 * units] as number;
              dz[g + units] = dCandidate * (inner[hAt + s] as number) * slopeOf(sigmaSlope, g + units);
              dr[g] = dz[g] as number;
              dr[g + units] = dz[g + units] as number;
              dr[g + 2 * units] = dCandidate * (a[g + units] as number);
            }
          }
        }
      }
      const size = { rows: batch, inner: wide, columns: units };
      if (how.kind === 'gru-reset-before') {
        kernels.gemm(
          at(dz, zAt + 2 * units, wide),
          at(u, 2 * units, wide),
          at(dReset, 0, units),
          { ...size, inner: units },
          { transposeB: true },
        );
        for (let b = 0; b < batch; b++) {
          for (let k = 0; k < units; k++) {
            const s = b * units + k;
            const r = zAt + b * wide + units + k;
            dz[r] =
              (dReset[s] as number) * (h[hAt + s] as number) * sigmaSlope(z[r] as number, a[r] as number);
            next[s] = (next[s] as number) + (dReset[s] as number) * (a[r] as number);
          }
        }
        kernels.gemm(
          at(dz, zAt, wide),
          at(u, 0, wide),
          at(next, 0, units),
          { ...size, inner: 2 * units },
          { transposeB: true, accumulate: true },
        );
      } else {
        kernels.gemm(at(dr, zAt, wide), at(u, 0, wide), at(next, 0, units), size, {
          transposeB: true,
          accumulate: true,
        });
      }
      dh.set(next);
    }
    const rows = time * batch;
    const dKernel = new Float32Array(features * wide);
    kernels.gemm(
      at(xs, 0, features),
      at(dz, 0, wide),
      at(dKernel, 0, wide),
      { rows: features, inner: rows, columns: wide },
      { transposeA: true },
    );
    const dRecurrent = new Float32Array(units * wide);
    if (how.kind === 'gru-reset-before') {
      kernels.gemm(
        at(h, 0, units),
        at(dz, 0, wide),
        at(dRecurrent, 0, wide),
        { rows: units, inner: rows, columns: 2 * units },
        { transposeA: true },
      );
      kernels.gemm(
        at(inner, 0, units),
        at(dz, 2 * units, wide),
        at(dRecurrent, 2 * units, wide),
        { rows: units, inner: rows, columns: units },
        { transposeA: true },
      );
    } else {
      kernels.gemm(
        at(h, 0, units),
        at(dr, 0, wide),
        at(dRecurrent, 0, wide),
        { rows: units, inner: rows, columns: wide },
        { transposeA: true },
      );
    }
    const dBias = new Float64Array(how.kind === 'gru' ? 2 * wide : wide);
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < wide; k++) {
        dBias[k] = (dBias[k] as number) + (dz[row * wide + k] as number);
        if (how.kind === 'gru') {
          dBias[wide + k] = (dBias[wide + k] as number) + (dr[row * wide + k] as number);
        }
      }
    }
    const dxs = new Float32Array(rows * features);
    kernels.gemm(
      at(dz, 0, wide),
      at(w, 0, wide),
      at(dxs, 0, features),
      { rows, inner: wide, columns: features },
      { transposeB: true },
    );
    const dx = new Float32Array(dxs.length);
    swapped(dxs, dx, time, batch, features, how.goBackwards ? 'first' : null);
    return { x: dx, kernel: dKernel, recurrent: dRecurrent, bias: Float32Array.from(dBias), h0: dh, c0: dc };
  };

  return customOperation({
    inputs,
    forward: (save) => {
      const out = forward();
      save();
      const { h, c } = trace as unknown as Trace;
      return engine.produce(
        [outShape, [batch, units], how.kind === 'lstm' ? [batch, units] : [batch, units]],
        ([y, lastH, lastC]) => {
          if (how.returnSequences) {
            swapped(out, y as Float32Array, time, batch, units, null);
          } else {
            (y as Float32Array).set(out.subarray((time - 1) * states));
          }
          (lastH as Float32Array).set(h.subarray(time * states));
          if (how.kind === 'lstm') {
            (lastC as Float32Array).set(c.subarray(time * states));
          }
        },
      );
    },
    backward: (dy) => {
      const gradients = backward(dy);
      const tensorOf = (name: keyof typeof inputs) => () =>
        engine.produce([(inputs[name] as tf.Tensor).shape], ([values]) =>
          (values as Float32Array).set(
            (gradients[name] as Float32Array).subarray(0, (values as Float32Array).length),
          ),
        )[0] as tf.Tensor;
      return {
        x: tensorOf('x'),
        kernel: tensorOf('kernel'),
        recurrent: tensorOf('recurrent'),
        bias: tensorOf('bias' as keyof typeof inputs),
        h0: tensorOf('h0'),
        ...(how.kind === 'lstm' ? { c0: tensorOf('c0') } : {}),
      };
    },
  }) as [tf.Tensor, tf.Tensor, tf.Tensor];
}
