import type { ScalarActivation } from '../activations/scalar';
import { isLinear, type Activation } from '../activations/activation';
import type { ScalarFunction } from '../engine/elementwise';
import { customOperation } from '../engine/customOperation';
import type { Engine } from '../engine/engine';
import type * as tf from '../engine/tf';
import type { Matrix } from '../kernels/kernels';
import { recurByKernels, recurrentKernelsFor } from './fusedRecurrence';

/** One recurrent layer over a whole sequence. Weights as Keras has them; bias rows: input, then recurrent (GRU with reset_after). */
export interface Recurrence {
  readonly kind: 'simple' | 'lstm' | 'gru' | 'gru-reset-before';
  readonly activation: ScalarActivation;
  readonly recurrentActivation: ScalarActivation;
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

export function scalarOf(activation: Activation): ScalarActivation {
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

/** What the backward pass makes: gradients of the inputs, then its scratch. */
interface Gradients {
  readonly x: Float32Array;
  readonly kernel: Float32Array;
  readonly recurrent: Float32Array;
  readonly bias: Float32Array;
  readonly dh: Float32Array;
  readonly dc: Float32Array;
  /** Gradients of the outputs, time-major. */
  readonly dOuts: Float32Array;
  readonly dz: Float32Array;
  readonly dr: Float32Array;
  readonly carry: Float32Array;
  readonly next: Float32Array;
  readonly dReset: Float32Array;
  readonly dxs: Float32Array;
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
  const [batch = 1, time = 1, features = 1] = t.x.shape;
  const units = t.recurrent.shape[0] ?? 1;
  const gates = gatesOf[how.kind];
  if (t.kernel.shape[0] !== features || t.kernel.shape[1] !== gates * units) {
    throw new Error(`A recurrent kernel for ${t.kernel.shape[0]} features was given ${features}.`);
  }
  const own = recurrentKernelsFor(engine, how, t);
  if (own !== null) {
    return recurByKernels(engine, own, how, t);
  }
  const { kernels } = engine;
  const wide = gates * units;
  const states = batch * units;
  const { f: phi, slope: phiSlope } = how.activation;
  const { f: sigma, slope: sigmaSlope } = how.recurrentActivation;
  const mask = t.mask === null ? null : Float32Array.from(engine.view(t.mask));
  const valid = (step: number, b: number) =>
    mask === null || (mask[b * time + (how.goBackwards ? time - 1 - step : step)] as number) > 0;

  const floats = (tensor: tf.Tensor | undefined) => engine.view(tensor as tf.Tensor) as Float32Array;
  const cells = how.kind === 'lstm' ? (time + 1) * states : 0;
  const inners = how.kind.startsWith('gru') ? time * states : 0;

  const forward = ({ xs, z, a, h, c, inner }: Trace, out: Float32Array, scratch: Float32Array): void => {
    const x = floats(t.x);
    const w = floats(t.kernel);
    const u = floats(t.recurrent);
    const bias = t.bias === null ? null : floats(t.bias);
    swapped(x, xs, batch, time, features, how.goBackwards ? 'second' : null);
    kernels.gemm(
      at(xs, 0, features),
      at(w, 0, wide),
      at(z, 0, wide),
      { rows: time * batch, inner: features, columns: wide },
      { bias: bias?.subarray(0, wide) ?? null },
    );
    h.set(floats(t.h0));
    if (how.kind === 'lstm') {
      c.set(floats(t.c0));
    }
    for (let step = 0; step < time; step++) {
      const zAt = step * batch * wide;
      const hAt = step * states;
      const size = { rows: batch, inner: units, columns: wide };
      if (how.kind === 'simple' || how.kind === 'lstm') {
        kernels.gemm(at(h, hAt, units), at(u, 0, wide), at(z, zAt, wide), size, { accumulate: true });
      } else if (how.kind === 'gru') {
        kernels.gemm(at(h, hAt, units), at(u, 0, wide), at(scratch, 0, wide), size, {
          bias: bias?.subarray(wide, 2 * wide) ?? null,
        });
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
            inner[hAt + b * units + k] = a[r] * (h[hAt + b * units + k] as number);
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
              z[g + 2 * units] = (z[g + 2 * units] as number) + (a[g + units] as number) * inner[s];
            }
            a[g] = sigma(z[g] as number);
            a[g + 2 * units] = phi(z[g + 2 * units] as number);
            now = a[g] * before + (1 - a[g]) * (a[g + 2 * units] as number);
          }
          h[s + states] = on ? now : before;
          out[s] = on ? now : how.zeroMasked || step === 0 ? 0 : (out[s - states] as number);
        }
      }
    }
  };

  const outShape = how.returnSequences ? [batch, time, units] : [batch, units];
  const inputs = {
    x: t.x,
    kernel: t.kernel,
    recurrent: t.recurrent,
    h0: t.h0,
    c0: t.c0,
    ...(t.bias === null ? {} : { bias: t.bias }),
  } as Record<string, tf.Tensor>;

  const backward = (
    { xs, z, a, h, c, inner }: Trace,
    dy: readonly tf.Tensor[],
    saved: { readonly kernel: tf.Tensor | undefined; readonly recurrent: tf.Tensor | undefined },
    made: Gradients,
  ): void => {
    const w = floats(saved.kernel);
    const u = floats(saved.recurrent);
    const [dOut, dLastH, dLastC] = dy.map(floats) as [Float32Array, Float32Array, Float32Array];
    const { dOuts, dz, dh, dc, carry, next, dReset, dxs } = made;
    if (how.returnSequences) {
      swapped(dOut, dOuts, batch, time, units, null);
    }
    // gradient at the recurrent product; the same as dz but for the GRU that resets after it
    const dr = how.kind === 'gru' ? made.dr : dz;
    dh.set(dLastH);
    if (how.kind === 'lstm') {
      dc.set(dLastC);
    }
    // gradient of outputs that masked steps repeat
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
              dr[g] = dz[g];
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
    kernels.gemm(
      at(xs, 0, features),
      at(dz, 0, wide),
      at(made.kernel, 0, wide),
      { rows: features, inner: rows, columns: wide },
      { transposeA: true },
    );
    if (how.kind === 'gru-reset-before') {
      kernels.gemm(
        at(h, 0, units),
        at(dz, 0, wide),
        at(made.recurrent, 0, wide),
        { rows: units, inner: rows, columns: 2 * units },
        { transposeA: true },
      );
      kernels.gemm(
        at(inner, 0, units),
        at(dz, 2 * units, wide),
        at(made.recurrent, 2 * units, wide),
        { rows: units, inner: rows, columns: units },
        { transposeA: true },
      );
    } else {
      kernels.gemm(
        at(h, 0, units),
        at(dr, 0, wide),
        at(made.recurrent, 0, wide),
        { rows: units, inner: rows, columns: wide },
        { transposeA: true },
      );
    }
    kernels.columnSums(dz, rows, wide, made.bias.subarray(0, wide));
    if (how.kind === 'gru') {
      kernels.columnSums(dr, rows, wide, made.bias.subarray(wide));
    }
    kernels.gemm(
      at(dz, 0, wide),
      at(w, 0, wide),
      at(dxs, 0, features),
      { rows, inner: wide, columns: features },
      { transposeB: true },
    );
    swapped(dxs, made.x, time, batch, features, how.goBackwards ? 'first' : null);
  };

  const traceShapes = [
    [time * batch * features],
    [time * batch * wide],
    [time * batch * wide],
    [(time + 1) * states],
    [cells],
    [inners],
  ];
  const traceOf = (arrays: readonly Float32Array[]): Trace => {
    const [xs, z, a, h, c, inner] = arrays as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    return { xs, z, a, h, c, inner };
  };
  return customOperation({
    inputs,
    forward: (save) => {
      const state = [batch, units];
      const all = engine.produce(
        [outShape, state, state, ...traceShapes, [batch * wide], [time * states]],
        (arrays) => {
          const [y, lastH, lastC] = arrays as [Float32Array, Float32Array, Float32Array];
          const trace = traceOf(arrays.slice(3));
          const out = arrays.at(-1) as Float32Array;
          forward(trace, out, arrays.at(-2) as Float32Array);
          if (how.returnSequences) {
            swapped(out, y, time, batch, units, null);
          } else {
            y.set(out.subarray((time - 1) * states));
          }
          lastH.set(trace.h.subarray(time * states));
          if (how.kind === 'lstm') {
            lastC.set(trace.c.subarray(time * states));
          }
        },
      );
      save(t.kernel, t.recurrent, ...all.slice(3, 9));
      return all.slice(0, 3);
    },
    backward: (dy, [kernel, recurrent, ...trace]) => {
      const sequences = how.returnSequences ? time * states : 0;
      const plan = {
        x: t.x.shape,
        kernel: t.kernel.shape,
        recurrent: t.recurrent.shape,
        bias: t.bias?.shape ?? [how.kind === 'gru' ? 2 * wide : wide],
        dh: t.h0.shape,
        dc: t.c0.shape,
        dOuts: [sequences],
        dz: [time * batch * wide],
        dr: [how.kind === 'gru' ? time * batch * wide : 0],
        carry: [states],
        next: [states],
        dReset: [how.kind === 'gru-reset-before' ? states : 0],
        dxs: [time * batch * features],
      };
      const names = Object.keys(plan) as (keyof Gradients)[];
      const made = engine.produce(Object.values(plan), (arrays) => {
        const named = Object.fromEntries(names.map((name, i) => [name, arrays[i]])) as unknown as Gradients;
        if (!how.returnSequences) {
          named.carry.set(floats(dy[0]));
        }
        backward(traceOf(trace.map(floats)), dy, { kernel, recurrent }, named);
      });
      const tensor = (name: keyof Gradients) => () => made[names.indexOf(name)] as tf.Tensor;
      return {
        x: tensor('x'),
        kernel: tensor('kernel'),
        recurrent: tensor('recurrent'),
        bias: tensor('bias'),
        h0: tensor('dh'),
        ...(how.kind === 'lstm' ? { c0: tensor('dc') } : {}),
      };
    },
  }) as [tf.Tensor, tf.Tensor, tf.Tensor];
}
