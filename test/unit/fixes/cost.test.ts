import assert from 'node:assert/strict';
import { costOf } from '../../../src/core/fixes/cost';
import { readModel } from '../source/python/support';

const program = (layers: string, optimizer = '"sgd"'): string =>
  `from keras import Sequential, layers, optimizers\nmodel = Sequential([layers.Input((20, 8)), ${layers}, layers.Dense(1)])\nmodel.compile(${optimizer}, "mse")\n`;

const cases: readonly { name: string; before: string; after: string; cost: RegExp }[] = [
  {
    name: 'another activation costs nothing',
    before: program('layers.Flatten(), layers.Dense(64, "sigmoid")'),
    after: program('layers.Flatten(), layers.Dense(64, "relu")'),
    cost: /^nothing$/,
  },
  {
    name: 'Batch Normalization has four vectors, and takes some time',
    before: program('layers.Flatten(), layers.Dense(64, "relu")'),
    after: program('layers.Flatten(), layers.Dense(64, "relu"), layers.BatchNormalization()'),
    cost: /^256 more parameters, about \d+(\.\d)? % more time a step$/,
  },
  {
    name: 'without a bias it is one vector less',
    before: program('layers.Flatten(), layers.Dense(64, "relu")'),
    after: program(
      'layers.Flatten(), layers.Dense(64, use_bias=False), layers.BatchNormalization(), layers.ReLU()',
    ),
    cost: /^192 more parameters, /,
  },
  {
    name: 'an LSTM has the weights of four simple cells',
    before: program('layers.SimpleRNN(32)'),
    after: program('layers.LSTM(32)'),
    cost: /^3,936 more parameters, about [34](\.\d)? times the time a step$/,
  },
  {
    name: 'Adam keeps two more numbers for each weight',
    before: program('layers.Flatten(), layers.Dense(64, "relu")'),
    after: program('layers.Flatten(), layers.Dense(64, "relu")', 'optimizers.Adam()'),
    cost: /^no parameters, about \d+(\.\d)? % more time a step$/,
  },
];

describe('cost of a fix', () => {
  for (const { name, before, after, cost } of cases) {
    it(name, async () => {
      assert.match(costOf(await readModel(before), await readModel(after)), cost);
    });
  }
});
