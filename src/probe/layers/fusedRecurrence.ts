import { customOperation } from '../engine/customOperation';
import type { Engine } from '../engine/engine';
import type * as tf from '../engine/tf';
import { matrix, type Outputs, type RecurrentKernels } from '../kernels/kernels';
import type { Recurrence, RecurrenceTensors } from './recurrence';

/** Kernels for this recurrence, where there are: sigmoid gates, tanh, no mask, LSTM or the GRU that resets after the product. */
export function recurrentKernelsFor(
  engine: Engine,
  how: Recurrence,
  { mask }: RecurrenceTensors,
): RecurrentKernels | null {
  return (how.kind === 'lstm' || how.kind === 'gru') &&
    how.activation.fused === 'tanh' &&
    how.recurrentActivation.fused === 'sigmoid' &&
    mask === null
    ? engine.kernels.recurrent
    : null;
}

/** What `recur` does, with one kernel for a whole sequence. */
export function recurByKernels(
  engine: Engine,
  own: RecurrentKernels,
  how: Recurrence,
  t: RecurrenceTensors,
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const { kernels } = engine;
  const [batch = 1, time = 1, features = 1] = t.x.shape;
  const units = t.recurrent.shape[0] ?? 1;
  const lstm = how.kind === 'lstm';
  const gates = lstm ? 4 : 3;
  const wide = gates * units;
  const states = batch * units;
  const rows = time * batch;
  const size = { time, batch, units };
  const scratchFloats = own.scratchOf(size, gates);
  const floats = (tensor: tf.Tensor | undefined) => engine.view(tensor as tf.Tensor) as Float32Array;
  const placesOf = (values: Float32Array): Outputs =>
    how.returnSequences ? { values, row: time * units, step: units } : { values, row: units, step: 0 };

  const plan = {
    y: how.returnSequences ? [batch, time, units] : [batch, units],
    lastH: [batch, units],
    lastC: [batch, units],
    xs: [rows * features],
    /** Gates, [time, batch, gates · units]. */
    gates: [rows * wide],
    /** States, [time + 1, batch, units]. */
    h: [(time + 1) * states],
    c: [lstm ? (time + 1) * states : 0],
    /** LSTM: tanh of the cells; GRU: h · U + b of the candidate. */
    inner: [rows * units],
    scratch: [scratchFloats],
  };
  const inputs = {
    x: t.x,
    kernel: t.kernel,
    recurrent: t.recurrent,
    h0: t.h0,
    c0: t.c0,
    ...(t.bias === null ? {} : { bias: t.bias }),
  } as Record<string, tf.Tensor>;

  return customOperation({
    inputs,
    forward: (save) => {
      const made = produced(engine, plan, ({ y, lastH, lastC, xs, gates: z, h, c, inner, scratch }) => {
        const bias = t.bias === null ? null : floats(t.bias);
        // the recurrent weights are read from a tensor, which stands still from here on
        const weights = floats(t.recurrent);
        own.swapAxes(floats(t.x), xs, [batch, time, features], how.goBackwards ? 'second' : null);
        kernels.gemm(
          matrix(xs, features),
          matrix(floats(t.kernel), wide),
          matrix(z, wide),
          { rows, inner: features, columns: wide },
          { bias: bias?.subarray(0, wide) ?? null },
        );
        h.set(floats(t.h0));
        if (lstm) {
          c.set(floats(t.c0));
          own.lstmForward({ z, c, h, bent: inner, weights, scratch }, placesOf(y), size);
          lastC.set(c.subarray(time * states));
        } else {
          own.gruForward({ z, h, inner, weights, scratch }, bias?.subarray(wide) ?? null, placesOf(y), size);
          lastC.fill(0);
        }
        lastH.set(h.subarray(time * states));
      });
      made.scratch.dispose();
      save(t.kernel, t.recurrent, made.xs, made.gates, made.h, made.c, made.inner);
      return [made.y, made.lastH, made.lastC];
    },
    backward: (dy, [kernel, recurrent, xs, gated, h, c, inner]) => {
      const { dz, dr, dxs, scratch, ...gradients } = produced(
        engine,
        {
          x: t.x.shape,
          kernel: t.kernel.shape,
          recurrent: t.recurrent.shape,
          bias: t.bias?.shape ?? [lstm ? wide : 2 * wide],
          h0: t.h0.shape,
          c0: t.c0.shape,
          dz: [rows * wide],
          dr: [lstm ? 0 : rows * wide],
          dxs: [rows * features],
          scratch: [scratchFloats],
        },
        (made) => {
          const [dOut, dLastH, dLastC] = dy.map(floats) as [Float32Array, Float32Array, Float32Array];
          made.h0.set(dLastH);
          made.c0.set(dLastC);
          if (!how.returnSequences) {
            kernels.addScaled(made.h0, dOut, 1);
          }
          const given = how.returnSequences ? placesOf(dOut) : null;
          const weights = floats(recurrent);
          // gradient at the recurrent product; the same as dz but for the GRU
          const dProduct = lstm ? made.dz : made.dr;
          if (lstm) {
            own.lstmBackward(
              {
                gates: floats(gated),
                c: floats(c),
                bent: floats(inner),
                dh: made.h0,
                dc: made.c0,
                dz: made.dz,
                weights,
                scratch: made.scratch,
              },
              given,
              size,
            );
          } else {
            own.gruBackward(
              {
                gates: floats(gated),
                h: floats(h),
                inner: floats(inner),
                dh: made.h0,
                dz: made.dz,
                dr: made.dr,
                weights,
                scratch: made.scratch,
              },
              given,
              size,
            );
          }
          const sum = (from: Float32Array, width: number, d: Float32Array, to: Float32Array) =>
            kernels.gemm(
              matrix(from, width),
              matrix(d, wide),
              matrix(to, wide),
              { rows: width, inner: rows, columns: wide },
              { transposeA: true },
            );
          sum(floats(xs), features, made.dz, made.kernel);
          sum(floats(h), units, dProduct, made.recurrent);
          kernels.columnSums(made.dz, rows, wide, made.bias.subarray(0, wide));
          if (!lstm) {
            kernels.columnSums(made.dr, rows, wide, made.bias.subarray(wide));
          }
          kernels.gemm(
            matrix(made.dz, wide),
            matrix(floats(kernel), wide),
            matrix(made.dxs, features),
            { rows, inner: wide, columns: features },
            { transposeB: true },
          );
          own.swapAxes(made.dxs, made.x, [time, batch, features], how.goBackwards ? 'first' : null);
        },
      );
      for (const tensor of [dz, dr, dxs, scratch]) {
        tensor.dispose();
      }
      return Object.fromEntries(
        Object.entries(gradients)
          .filter(([name]) => lstm || name !== 'c0')
          .map(([name, tensor]) => [name, () => tensor]),
      );
    },
  }) as [tf.Tensor, tf.Tensor, tf.Tensor];
}

/** Tensors of these shapes by name, filled by `fill` (every value of them). */
function produced<Name extends string>(
  engine: Engine,
  shapes: Readonly<Record<Name, readonly number[]>>,
  fill: (arrays: Record<Name, Float32Array>) => void,
): Record<Name, tf.Tensor> {
  const names = Object.keys(shapes) as Name[];
  const named = <T>(list: readonly T[]) =>
    Object.fromEntries(names.map((name, i) => [name, list[i]])) as Record<Name, T>;
  return named(
    engine.produce(
      names.map((name) => shapes[name]),
      (arrays) => fill(named(arrays)),
      'any',
    ),
  );
}
