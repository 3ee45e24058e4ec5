import assert from 'node:assert/strict';
import { prescribe } from '../../../src/core/fixes/prescribe';
import { SourceText } from '../../../src/core/text/sourceText';
import { findingsOf } from '../../support/findings';
import { pythonReader } from '../source/python/support';

/** A program, and what would make an edit of it wrong. Without `because` the fix is offered. */
interface Case {
  readonly name: string;
  readonly finding: string;
  readonly fix: string;
  readonly text: string;
  /** Replaced in the text. */
  readonly because: readonly [before: string, after: string];
}

const mnist = `from tensorflow import keras
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(9, "relu"), keras.layers.Dense(10, "softmax")])
model.compile("sgd", "sparse_categorical_crossentropy")
model.fit(x, y)
`;

const base = `import keras
base = keras.applications.MobileNetV2(include_top=False, input_shape=(96, 96, 3), pooling="avg")
model = keras.Sequential([base, keras.layers.Dense(5, activation="softmax")])
model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy")
`;

const cases: readonly Case[] = [
  {
    name: 'data that another line divides',
    finding: 'GD204',
    fix: 'scale-data',
    text: mnist,
    because: ['model.fit(x, y)', 'model.fit(x, y)\nother = x / x.max()'],
  },
  {
    name: 'a base whose flags are set later',
    finding: 'GD601',
    fix: 'freeze-base',
    text: base,
    because: ['model = ', 'base.trainable = True\nmodel = '],
  },
  {
    name: 'splitting layers whose weights are handed over',
    finding: 'GD101',
    fix: 'batch-normalization-before-activation',
    text: mnist,
    because: ['model.fit', 'kernel, bias = model.layers[1].get_weights()\nmodel.fit'],
  },
  {
    name: 'a layer behind a list of states',
    finding: 'GD101',
    fix: 'layer-normalization',
    text: `import keras
x = keras.Input((10, 4))
h = keras.layers.LSTM(8)(x)
model = keras.Model(x, keras.layers.Dense(1)(h))
model.compile("sgd", "mse")
`,
    because: ['h = keras.layers.LSTM(8)(x)', 'h, a, b = keras.layers.LSTM(8, return_state=True)(x)'],
  },
  {
    name: 'a tight limit that is not tight',
    finding: 'GD104',
    fix: 'raise-clipping',
    text: mnist.replace('"sgd"', 'keras.optimizers.SGD(clipnorm=1e-3)'),
    because: ['clipnorm=1e-3', 'clipnorm=1.0'],
  },
  {
    name: 'clipping by an optimizer of the program’s own',
    finding: 'GD102',
    fix: 'clipnorm',
    text: mnist
      .replace('"sgd"', 'keras.optimizers.SGD()')
      .replace(
        'model = ',
        'class Own(keras.optimizers.Optimizer):\n    def __init__(self, rate=0.1):\n        super().__init__(rate)\n\nmodel = ',
      ),
    because: ['keras.optimizers.SGD()', 'Own()'],
  },
  {
    name: 'skip connections for a shallow network',
    finding: 'GD101',
    fix: 'skip-connections',
    text: mnist.replace(
      'keras.layers.Dense(9, "relu")',
      '*[keras.layers.Dense(9, "relu") for _ in range(9)]',
    ),
    because: ['range(9)', 'range(3)'],
  },
];

async function offered(text: string, finding: string): Promise<readonly string[]> {
  const source = SourceText.ofFile('a.py', 'python', text);
  const result = (await pythonReader()).read(source);
  const spec = result.models.at(-1);
  assert.ok(spec, JSON.stringify(result.unknowns));
  return prescribe(spec, source, findingsOf(finding), result.refused).map(({ id }) => id);
}

describe('fixes that are declined', () => {
  for (const { name, finding, fix, text, because } of cases) {
    it(name, async () => {
      assert.ok((await offered(text, finding)).includes(fix), 'offered without the reason');
      const changed = text.replace(...because);
      assert.notEqual(changed, text);
      assert.ok(!(await offered(changed, finding)).includes(fix), 'offered all the same');
    });
  }

  it('probes eight single changes at first, the others only where none of them works', async () => {
    const text = `import keras
model = keras.Sequential([keras.Input((8,))])
for _ in range(9):
    model.add(keras.layers.Dense(16, "sigmoid"))
model.add(keras.layers.Dense(3, "softmax"))
model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
`;
    const source = SourceText.ofFile('a.py', 'python', text);
    const { models, refused } = (await pythonReader()).read(source);
    const all = ['GD101', 'GD102', 'GD104', 'GD106', 'GD108', 'GD109', 'GD111'];
    const singles = prescribe(models[0]!, source, findingsOf(...all), refused).filter(
      (candidate) => !candidate.combination && candidate.unverifiable === undefined,
    );
    assert.equal(singles.length, 8, singles.map(({ id }) => id).join(', '));
    assert.ok(singles.every(({ source: known }) => known));
  });
});
