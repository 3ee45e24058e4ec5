import fc from 'fast-check';
import type { Config, Json, ModelSpec } from '../../../src/core/model/spec';
import { readKerasConfig } from '../../../src/core/source/keras/readKerasConfig';
import type { Engine } from '../../../src/probe/engine/engine';
import { scope } from '../../../src/probe/engine/scope';
import * as tf from '../../../src/probe/engine/tf';
import { forward } from '../../../src/probe/graph/execute';
import { ModelWeights } from '../../../src/probe/graph/weights';
import { RandomStream } from '../../../src/probe/initializers/random';

/**
 * How the values of a tensor are drawn. 'smooth': from (−2, 2). 'apart': 0.1 to 2 away from 0, either sign. 'distinct': multiples of `gap`, none
 * twice, 0 not among them. 'lattice': any multiples of `gap`, shifted by `offset`. 'positive': from (0.1, 2). 'share': from (0.2, 0.9). Integers: below `below`.
 */
export type Values =
  | { readonly kind: 'smooth' | 'apart' | 'positive' | 'share' }
  | { readonly kind: 'distinct'; readonly gap: number }
  | { readonly kind: 'lattice'; readonly gap: number; readonly offset: number }
  | { readonly kind: 'integers'; readonly below: number };

export const smooth: Values = { kind: 'smooth' };
export const apart: Values = { kind: 'apart' };
/** 0.1 apart: two neighbours that move towards each other by 2 · `step` each do not meet. */
export const distinct: Values = { kind: 'distinct', gap: 0.1 };

/** Half of the distance over which slopes are taken; no value moves by more than twice that. */
export const step = 2 ** -6;

/** Values are multiples of 2⁻¹⁰, moves of 2⁻¹²: in float32 they add up without rounding. */
const grid = 2 ** -10;

export function draw(values: Values, size: number, random: RandomStream): Float32Array {
  const snap = (x: number) => Math.round(x / grid) * grid;
  const sign = () => (random.below(2) === 0 ? -1 : 1);
  switch (values.kind) {
    case 'smooth':
      return Float32Array.from({ length: size }, () => snap(4 * random.uniform() - 2));
    case 'apart':
      return Float32Array.from({ length: size }, () => snap(sign() * (0.1 + 1.9 * random.uniform())));
    case 'positive':
      return Float32Array.from({ length: size }, () => snap(0.1 + 1.9 * random.uniform()));
    case 'share':
      return Float32Array.from({ length: size }, () => snap(0.2 + 0.7 * random.uniform()));
    case 'lattice':
      return Float32Array.from({ length: size }, () =>
        snap(values.offset + values.gap * (random.below(9) - 4)),
      );
    case 'integers':
      return Float32Array.from({ length: size }, () => random.below(values.below));
    case 'distinct': {
      const order = Array.from({ length: size }, (_, i) => i - Math.floor(size / 2));
      for (let i = size - 1; i > 0; i--) {
        const k = random.below(i + 1);
        [order[i], order[k]] = [order[k]!, order[i]!];
      }
      return Float32Array.from(order, (k) => snap((k + 0.5) * values.gap));
    }
  }
}

/** One layer called on inputs of its own. Shapes hold the batch. */
export interface Sample {
  readonly className: string;
  /** Of the class, where it is no layer: 'keras.src.ops.numpy'. */
  readonly module?: string;
  readonly config: Config;
  readonly inputs: readonly { readonly shape: readonly number[]; readonly values: Values }[];
  /** 'list': one argument that is a list; else the names of the call's arguments. */
  readonly call?: 'list' | readonly string[];
  readonly flags?: Config;
  /** A layer between the first input and this one. */
  readonly before?: readonly [className: string, config: Config];
  /** Weights whose gradient Keras leaves out on purpose: they are not moved. */
  readonly still?: readonly string[];
  /** Weights are drawn anew from these. */
  readonly weights?: Values;
  readonly seed: number;
}

/** A Functional model of that one layer, as Keras' config.json would hold it. */
export function modelOf({ className, module, config, inputs, call, flags = {}, before }: Sample): ModelSpec {
  const tensor = (name: string): Json => ({
    class_name: '__keras_tensor__',
    config: { keras_history: [name, 0, 0] },
  });
  const layer = (of: string, name: string, own: Config, args: Json, kwargs: Json): Json => ({
    class_name: of,
    name,
    ...(of === className && module !== undefined ? { module } : {}),
    config: { ...own, name },
    inbound_nodes: args === null ? [] : [{ args, kwargs }],
  });
  const names = inputs.map((_, i) => `input_${i}`);
  const sources = names.map((name, i) => (i === 0 && before !== undefined ? 'before' : name));
  const tensors = sources.map(tensor);
  const args: Json = call === undefined ? tensors : call === 'list' ? [tensors] : [];
  const named = Array.isArray(call) ? Object.fromEntries(tensors.map((t, i) => [call[i] as string, t])) : {};
  return readKerasConfig(
    {
      class_name: 'Functional',
      config: {
        name: 'model',
        layers: [
          ...names.map((name, i) =>
            layer(
              'InputLayer',
              name,
              {
                batch_shape: [null, ...inputs[i]!.shape.slice(1)],
                dtype: inputs[i]!.values.kind === 'integers' ? 'int32' : 'float32',
              },
              null,
              {},
            ),
          ),
          ...(before === undefined ? [] : [layer(before[0], 'before', before[1], [tensor('input_0')], {})]),
          layer(className, 'own', config, args, { ...named, ...flags }),
        ],
        input_layers: names.map((name) => [name, 0, 0]),
        output_layers: [['own', 0, 0]],
      },
    },
    { id: 'model', range: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 } },
  );
}

/** A tensor that may be moved, with what a scalar function of it gives. */
interface Movable {
  readonly name: string;
  readonly gradient: Float32Array;
  readonly set: (values: Float32Array) => void;
  readonly start: Float32Array;
}

/**
 * Compares a gradient with slopes along a random direction, five-point formula: its error is step⁴/30 · f⁽⁵⁾, 2e-9 for functions of scale 1.
 * What is left is rounding. `f` is summed in float64 from float32 values, each of which is off by some 10 of the last place where sums of dozens
 * of products make it: 10 · 2⁻²⁴ · size, where `size` = √Σ(r·y)²; divided by the width of the step, 2⁻⁶, that is 4e-5 · size. The gradient
 * Where summands of scale 1 cancel, `size` does not see them: 2e-5 more. The gradient
 * itself, in float32 too, is taken to be within 1e-3 of its own size: one wrong entry of a thousand changes it by 3e-2.
 */
function compare({ name, gradient, set, start }: Movable, f: () => Value, random: RandomStream): void {
  const direction = start.map(() => (random.below(129) - 64) / 64);
  const at = (by: number) => {
    set(start.map((x, i) => x + by * step * direction[i]!));
    return f();
  };
  const [a, b, c, d] = [at(-2), at(-1), at(1), at(2)] as [Value, Value, Value, Value];
  set(start);
  const slope = (8 * (c.sum - b.sum) - (d.sum - a.sum)) / (12 * step);
  const wanted = direction.reduce((sum, v, i) => sum + v * gradient[i]!, 0);
  const size = Math.sqrt(direction.reduce((sum, v, i) => sum + (v * gradient[i]!) ** 2, 0));
  const tolerance = 1e-3 * size + 4e-5 * Math.max(c.size, d.size) + 2e-5;
  if (!(Math.abs(slope - wanted) <= tolerance)) {
    throw new Error(`${name}: slope ${slope}, gradient ${wanted}, tolerance ${tolerance}`);
  }
}

interface Value {
  readonly sum: number;
  /** √Σ of the squares of what is summed. */
  readonly size: number;
}

/** The gradient of Σ r · y in every input and weight of the layer, for random r, against slopes. Throws where they differ. */
export function checkLayer(engine: Engine, sample: Sample): void {
  const spec = modelOf(sample);
  if (spec.unprobeable !== null) {
    throw new Error(spec.unprobeable.text);
  }
  const random = new RandomStream(`layer ${sample.seed}`);
  const weights = new ModelWeights(spec, engine, sample.seed, null);
  const anchor = tf.scalar(0);
  const inputs = sample.inputs.map(({ shape, values }) => {
    const drawn = tf.tensor(
      draw(
        values,
        shape.reduce((a, b) => a * b, 1),
        random,
      ),
      [...shape],
      values.kind === 'integers' ? 'int32' : 'float32',
    );
    const input = tf.variable(drawn, false);
    drawn.dispose();
    return input;
  });
  try {
    const moved = weights.trainable.filter(({ name }) => !(sample.still ?? []).includes(name));
    for (const weight of weights.all) {
      const size = weight.values.length;
      const drawn = sample.weights === undefined ? null : draw(sample.weights, size, random);
      weight.values.set(
        weight.values.map((w, i) =>
          drawn !== null && weight.spec.trainable
            ? drawn[i]!
            : Math.round((w + 0.3 * jitter(random)) / grid) * grid,
        ),
      );
      weight.commit();
    }
    const pass = { engine, weights, anchor, recorder: null, commits: false, trains: true };
    let factors: Float32Array[] | null = null;
    const run = () => {
      const { outputs, activityLoss } = forward(spec, inputs, pass);
      const ys = outputs.map(({ prediction }) => prediction);
      factors ??= ys.map((y) => Float32Array.from({ length: y.size }, () => jitter(random)));
      return { ys, activityLoss };
    };
    const value = (): Value =>
      scope(() => {
        const { ys, activityLoss } = run();
        let sum = activityLoss?.dataSync()[0] ?? 0;
        let square = sum * sum;
        ys.forEach((y, k) =>
          y.dataSync().forEach((v: number, i: number) => {
            sum += v * factors![k]![i]!;
            square += (v * factors![k]![i]!) ** 2;
          }),
        );
        return { sum, size: Math.sqrt(square) };
      });
    const floats = inputs.filter(({ dtype }) => dtype === 'float32');
    const movables = scope(() => {
      const { grads } = tf.engine().gradients(
        () => {
          const { ys, activityLoss } = run();
          const parts = ys.map((y, k) => tf.sum(tf.mul(y, tf.tensor(factors![k]!, y.shape))));
          const total = parts.reduce((p, q) => tf.add(p, q), activityLoss ?? tf.scalar(0));
          return tf.add<tf.Scalar>(total, tf.mul(anchor, 0));
        },
        [...floats, ...moved.map(({ tensor }) => tensor), anchor],
        undefined,
        true,
      );
      const made = (at: number, size: number) =>
        Float32Array.from(
          grads[at] === undefined || grads[at] === null ? new Float32Array(size) : grads[at].dataSync(),
        );
      return [
        ...floats.map((input, i): Movable => {
          const start = Float32Array.from(input.dataSync());
          return {
            name: `input ${i}`,
            gradient: made(i, input.size),
            start,
            set: (to) => engine.write(input, to),
          };
        }),
        ...moved.map((weight, i): Movable => {
          const gradient = made(floats.length + i, weight.values.length);
          for (const { ids, values, width } of weight.occurrences) {
            ids.forEach((row, n) => {
              for (let k = 0; k < width; k++) {
                gradient[row * width + k]! += values[n * width + k]!;
              }
            });
          }
          return {
            name: weight.name,
            gradient,
            start: weight.values.slice(),
            set: (to) => {
              weight.values.set(to);
              weight.commit();
            },
          };
        }),
      ];
    });
    for (const movable of movables) {
      compare(movable, value, random);
    }
    if (movables.length === 0) {
      throw new Error('There is nothing to move.');
    }
  } finally {
    weights.dispose();
    [anchor, ...inputs].forEach((t) => t.dispose());
  }
}

function jitter(random: RandomStream): number {
  return 2 * random.uniform() - 1;
}

/** The gradient of a scalar function of one tensor, against slopes. */
export function checkFunction(
  engine: Engine,
  f: (x: tf.Tensor) => tf.Tensor,
  x: tf.Variable,
  random: RandomStream,
): void {
  const gradient = scope(() => {
    const { grads } = tf.engine().gradients(() => tf.reshape<tf.Rank.R0>(f(x), []), [x], undefined, true);
    return Float32Array.from(grads[0]!.dataSync());
  });
  const value = (): Value =>
    scope(() => {
      const sum = f(x).dataSync()[0]!;
      return { sum, size: Math.abs(sum) };
    });
  const start = Float32Array.from(x.dataSync());
  compare({ name: 'prediction', gradient, start, set: (to) => engine.write(x, to) }, value, random);
}

export const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
