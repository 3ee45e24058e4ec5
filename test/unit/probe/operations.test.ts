import assert from 'node:assert/strict';
import fc from 'fast-check';
import { elementwise } from '../../../src/core/model/operations/elementwise';
import { linear } from '../../../src/core/model/operations/linear';
import { findOperation } from '../../../src/core/model/operations/operations';
import { reductions } from '../../../src/core/model/operations/reductions';
import { shaping } from '../../../src/core/model/operations/shaping';
import type { Config } from '../../../src/core/model/spec';
import { activationOf } from '../../../src/probe/activations/activation';
import { loadEngine } from '../../../src/probe/engine/loadEngine';
import { scope } from '../../../src/probe/engine/scope';
import * as tf from '../../../src/probe/engine/tf';
import { forward } from '../../../src/probe/graph/execute';
import { ModelWeights } from '../../../src/probe/graph/weights';
import { computesOperation } from '../../../src/probe/layers/operation';
import { checkLayer, distinct, modelOf, type Sample, smooth, type Values, whole } from './finiteDifference';

interface Row {
  readonly op: string;
  readonly shapes: readonly (readonly number[])[];
  readonly args?: Config;
  readonly values?: Values;
  /** Keras 3.15.1: `np.ravel(keras.ops.OP(x, …))` of inputs `sin(1 + 2 * arange(n)) * 0.9` in the shapes; the second input `cos` of the same. */
  readonly expected?: readonly number[];
}

const share: Values = { kind: 'share' };

const rows: readonly Row[] = [
  {
    op: 'arctan2',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    expected: [1.0, 3.0, -1.283185, 0.7168146, 2.716815, -1.566371],
  },
  {
    op: 'roll',
    shapes: [[2, 3, 2]],
    args: { shift: 1, axis: 1 },
    expected: [
      0.3709067, -0.8999912, 0.7573239, 0.127008, -0.8630319, 0.5912879, 0.7529901, -0.7615983, 0.3781503,
      0.5852591, -0.8652577, 0.1348895,
    ],
  },
  {
    op: 'roll',
    shapes: [[2, 5]],
    args: { shift: -2, axis: 1 },
    expected: [
      -0.8630319, 0.5912879, 0.3709067, 0.7573239, 0.127008, 0.5852591, -0.8652577, 0.1348895, -0.8999912,
      0.3781503,
    ],
  },
  {
    op: 'roll',
    shapes: [[2, 3]],
    args: { shift: 2 },
    expected: [0.3709067, -0.8999912, 0.7573239, 0.127008, -0.8630319, 0.5912879],
  },
  {
    op: 'cumprod',
    shapes: [[2, 3, 2]],
    args: { axis: 1 },
    expected: [
      0.7573239, 0.127008, -0.6535946, 0.0750983, -0.2424226, -0.06758781, 0.3781503, 0.5852591, -0.3271975,
      0.07894529, -0.2463765, -0.06012461,
    ],
  },
  {
    op: 'cumsum',
    shapes: [[2, 3, 2]],
    args: { axis: 1 },
    expected: [
      0.7573239, 0.127008, -0.105708, 0.7182959, 0.2651986, -0.1816953, 0.3781503, 0.5852591, -0.4871074,
      0.7201486, 0.2658827, -0.04144979,
    ],
  },
  {
    op: 'cumsum',
    shapes: [[2, 3]],
    expected: [0.7573239, 0.8843319, 0.02130002, 0.6125879, 0.9834946, 0.08350337],
  },
  {
    op: 'sort',
    shapes: [[2, 5]],
    values: distinct,
    expected: [
      -0.8630319, 0.127008, 0.3709067, 0.5912879, 0.7573239, -0.8999912, -0.8652577, 0.1348895, 0.3781503,
      0.5852591,
    ],
  },
  {
    op: 'sort',
    shapes: [[2, 3, 2]],
    args: { axis: 1 },
    values: distinct,
    expected: [
      -0.8630319, -0.8999912, 0.3709067, 0.127008, 0.7573239, 0.5912879, -0.8652577, -0.7615983, 0.3781503,
      0.1348895, 0.7529901, 0.5852591,
    ],
  },
  { op: 'argsort', shapes: [[2, 5]], expected: [2.0, 1.0, 4.0, 3.0, 0.0, 0.0, 3.0, 4.0, 1.0, 2.0] },
  {
    op: 'triu',
    shapes: [[2, 3, 4]],
    args: { k: 1 },
    expected: [
      0.0, 0.127008, -0.8630319, 0.5912879, 0.0, 0.0, 0.3781503, 0.5852591, 0.0, 0.0, 0.0, -0.7615983, 0.0,
      0.8607383, -0.5972705, -0.3636339, 0.0, 0.0, -0.5791843, 0.8674158, 0.0, 0.0, 0.0, 0.1112158,
    ],
  },
  {
    op: 'tril',
    shapes: [[2, 3, 3]],
    expected: [
      0.7573239, 0.0, 0.0, 0.5912879, 0.3709067, 0.0, 0.3781503, 0.5852591, -0.8652577, 0.1348895, 0.0, 0.0,
      -0.1191166, 0.8607383, 0.0, -0.3636339, 0.8999207, -0.3853644,
    ],
  },
  { op: 'full_like', shapes: [[2, 3]], args: { fill_value: 0.5 }, expected: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5] },
  { op: 'isnan', shapes: [[2, 3]], expected: [0.0, 0.0, 0.0, 0.0, 0.0, 0.0] },
  { op: 'isinf', shapes: [[2, 3]], expected: [0.0, 0.0, 0.0, 0.0, 0.0, 0.0] },
  { op: 'isfinite', shapes: [[2, 3]], expected: [1.0, 1.0, 1.0, 1.0, 1.0, 1.0] },
  {
    op: 'arcsin',
    shapes: [[2, 3]],
    values: share,
    expected: [0.8592054, 0.127352, -1.041241, 0.6326549, 0.3799851, -1.119749],
  },
  {
    op: 'arccos',
    shapes: [[2, 3]],
    values: share,
    expected: [0.711591, 1.443444, 2.612037, 0.9381414, 1.190811, 2.690546],
  },
  {
    op: 'arctanh',
    shapes: [[2, 3]],
    values: share,
    expected: [0.9899098, 0.1276976, -1.305106, 0.679644, 0.3894739, -1.472173],
  },
  {
    op: 'log_softmax',
    shapes: [[2, 3]],
    expected: [-0.548267, -1.178583, -2.168623, -0.7067036, -0.9270849, -2.197983],
  },
  { op: 'sparsemax', shapes: [[2, 5]], expected: [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.03626996, 0.0, 0.0] },
  {
    op: 'glu',
    shapes: [[2, 6]],
    expected: [0.4874595, 0.07514784, -0.2494614, 0.201808, 0.3978766, -0.275411],
  },
  { op: 'any', shapes: [[2, 3]], args: { axis: 1 }, expected: [1.0, 1.0] },
  { op: 'all', shapes: [[2, 3]], args: { axis: 1 }, expected: [1.0, 1.0] },
  { op: 'count_nonzero', shapes: [[2, 3]], args: { axis: 1 }, expected: [3.0, 3.0] },
  {
    op: 'tensordot',
    shapes: [
      [2, 3, 4],
      [4, 2],
    ],
    args: { axes: 1 },
    expected: [
      1.591297, -0.9963064, 0.1184899, -1.339777, -1.625778, 1.386181, 0.3546115, 0.9363978, 1.522586,
      -1.658673, -0.797684, -0.4537237,
    ],
  },
  {
    op: 'tensordot',
    shapes: [
      [2, 3, 4],
      [4, 3, 2],
    ],
    args: {
      axes: [
        [1, 2],
        [1, 0],
      ],
    },
    expected: [-0.07370589, -0.3386337, 0.3355815, -0.5521224],
  },
  {
    op: 'tile',
    shapes: [[2, 3]],
    args: { repeats: [1, 2] },
    expected: [
      0.7573239, 0.127008, -0.8630319, 0.7573239, 0.127008, -0.8630319, 0.5912879, 0.3709067, -0.8999912,
      0.5912879, 0.3709067, -0.8999912,
    ],
  },
  {
    op: 'split',
    shapes: [[2, 4]],
    args: { indices_or_sections: 2, axis: 1 },
    expected: [0.7573239, 0.127008, 0.3709067, -0.8999912],
  },
  {
    op: 'unstack',
    shapes: [[2, 1, 3]],
    args: { axis: 1 },
    expected: [0.7573239, 0.127008, -0.8630319, 0.5912879, 0.3709067, -0.8999912],
  },
];

/** Steps, counts and constants. */
const withoutSlope = new Set([
  'argsort',
  'full_like',
  'isnan',
  'isinf',
  'isfinite',
  'any',
  'all',
  'count_nonzero',
  'sparsemax',
]);

function sampleOf({ op, shapes, args = {}, values = smooth }: Row, seed: number): Sample {
  return {
    className: findOperation(op)!.className,
    module: 'keras.src.ops.numpy',
    config: {},
    inputs: shapes.map((shape) => ({ shape, values })),
    flags: args,
    seed,
  };
}

describe('operations', () => {
  it('that the reader knows are all known to the probe', () => {
    const missing = [...elementwise, ...reductions, ...linear, ...shaping].filter(
      ({ op }) => !computesOperation(op),
    );
    assert.deepEqual(
      missing.map(({ op }) => op),
      [],
    );
  });

  for (const row of rows) {
    it(`${row.op} ${JSON.stringify(row.args ?? {})} gives what Keras gives`, async () => {
      const engine = await loadEngine('wasm');
      const spec = modelOf(sampleOf(row, 1));
      const weights = new ModelWeights(spec, engine, 1, null);
      const made = scope(() => {
        const inputs = row.shapes.map((shape, i) =>
          tf.tensor(
            Float32Array.from(
              { length: shape.reduce((a, b) => a * b, 1) },
              (_, k) => 0.9 * (i === 0 ? Math.sin : Math.cos)(1 + 2 * k),
            ),
            [...shape],
          ),
        );
        const pass = { engine, weights, anchor: tf.scalar(0), recorder: null, commits: false, trains: false };
        return [...forward(spec, inputs, pass).outputs[0]!.prediction.dataSync()];
      });
      assert.equal(made.length, row.expected!.length);
      made.forEach((value, i) =>
        assert.ok(Math.abs(value - row.expected![i]!) <= 2e-6, `${i}: ${made.join()}`),
      );
    });

    if (!withoutSlope.has(row.op)) {
      it(`${row.op} ${JSON.stringify(row.args ?? {})} has a gradient that agrees with slopes`, async () => {
        const engine = await loadEngine('wasm');
        fc.assert(
          fc.property(whole(0, 999), (seed) => checkLayer(engine, sampleOf(row, seed))),
          { seed: 315, numRuns: 4 },
        );
      });
    }
  }

  it('sparsemax has the gradient that TensorFlow finds for it', async () => {
    // keras 3.15.1, tf.GradientTape of sum(keras.ops.sparsemax(x) * r): sparsemax bends wherever a value enters its support
    const engine = await loadEngine('wasm');
    const made = scope(() => {
      const x = tf.tensor([0.1, 0.5, -0.3, 1.2, 0.3, 0.9, 0.05, 0.1, 0.02], [3, 3]);
      const r = tf.tensor([1, 2, 3, -1, 1, 2, 0.5, 1, 2], [3, 3]);
      const sparsemax = activationOf('sparsemax');
      const f = () => tf.sum<tf.Scalar>(tf.mul(sparsemax.apply(engine, x), r));
      return [...tf.engine().gradients(f, [x], undefined, true).grads[0]!.dataSync()];
    });
    [-0.5, -1, 0, 0, 0, 0.5, -1.833333, -2.5, 0.8333334].forEach((wanted, i) =>
      assert.ok(Math.abs(made[i]! - wanted) <= 1e-5, made.join()),
    );
  });
});
