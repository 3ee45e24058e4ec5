import assert from 'node:assert/strict';
import { readModel } from './support';

const head = `import keras, numpy as np
from keras import layers
x, y = np.random.rand(1000, 7), np.random.rand(1000)
model = keras.Sequential([layers.Input((7,)), layers.Dense(1)])
model.compile("sgd", "mse")
`;

const planned: readonly (readonly [name: string, program: string, steps: number | null])[] = [
  ['rows, batch and epochs', 'model.fit(x, y, batch_size=64, epochs=20)', 20 * 16],
  ["Keras' own batch of 32 and one epoch", 'model.fit(x, y)', 32],
  ['what validation holds back', 'model.fit(x, y, 50, 3, validation_split=0.2)', 3 * 16],
  ['steps that are given', 'model.fit(x, y, steps_per_epoch=7, epochs=3)', 21],
  ['one call after the other', 'model.fit(x, y)\nmodel.fit(x, y, epochs=2)', 96],
  ['a loop that is known', 'for _ in range(3):\n    model.fit(x, y)', 96],
  [
    'only what follows the last compile',
    'model.fit(x, y)\nmodel.compile("adam", "mse")\nmodel.fit(x, y)',
    32,
  ],
  ['nothing of a loop that is not', 'for _ in open("a"):\n    model.fit(x, y)', null],
  ['nothing of so many calls', 'for _ in range(30):\n    model.fit(x, y)', null],
  ['nothing of epochs that come from outside', 'model.fit(x, y, epochs=int(input()))', null],
  ['nothing of arguments that are packed elsewhere', 'model.fit(x, y, **read_settings())', null],
  ['nothing of a generator', 'model.fit(make_batches(), epochs=3)', null],
  ['nothing without fit', 'model.summary()', null],
];

describe('python reader: how many steps are planned', () => {
  for (const [name, program, steps] of planned) {
    it(name, async () => {
      assert.equal((await readModel(head + program)).data.plannedSteps, steps);
    });
  }
});
