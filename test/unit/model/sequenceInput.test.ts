import assert from 'node:assert/strict';
import { sequenceInput } from '../../../src/core/model/sequenceInput';
import { pythonReader } from '../source/python/support';
import { SourceText } from '../../../src/core/text/sourceText';

const head = 'import keras\nfrom keras import layers\n';
const stack = (...layers: readonly string[]): string => `model = keras.Sequential([${layers.join(', ')}])\n`;
const compiled = (loss = '"mse"'): string => `model.compile("adam", ${loss})\n`;

const programs: Readonly<Record<string, readonly [source: string, input: number | null]>> = {
  'an LSTM over numbers': [
    stack('keras.Input((20, 3))', 'layers.LSTM(4)', 'layers.Dense(1)') + compiled(),
    0,
  ],
  'words of any number': [
    stack('keras.Input((None,))', 'layers.Embedding(50, 4)', 'layers.GRU(4)', 'layers.Dense(1)') + compiled(),
    0,
  ],
  'both directions, two deep': [
    stack(
      'keras.Input((20, 3))',
      'layers.Bidirectional(layers.LSTM(4, return_sequences=True))',
      'layers.SimpleRNN(4)',
      'layers.Dense(1)',
    ) + compiled(),
    0,
  ],
  'behind a convolution': [
    stack('keras.Input((40, 3))', 'layers.Conv1D(4, 3)', 'layers.LSTM(4)', 'layers.Dense(1)') + compiled(),
    0,
  ],
  'the second input': [
    'a = keras.Input((5,))\nb = keras.Input((20, 3))\nx = layers.Concatenate()([a, layers.LSTM(4)(b)])\nmodel = keras.Model([a, b], layers.Dense(1)(x))\n' +
      compiled(),
    1,
  ],
  'no recurrent layer': [
    stack('keras.Input((20, 3))', 'layers.Flatten()', 'layers.Dense(1)') + compiled(),
    null,
  ],
  'a short sequence': [stack('keras.Input((7, 3))', 'layers.LSTM(4)', 'layers.Dense(1)') + compiled(), null],
  'an answer a step': [
    stack('keras.Input((20, 3))', 'layers.LSTM(4, return_sequences=True)', 'layers.Dense(1)') + compiled(),
    null,
  ],
  'one step that is repeated': [
    stack('keras.Input((30,))', 'layers.RepeatVector(20)', 'layers.LSTM(4)', 'layers.Dense(1)') + compiled(),
    null,
  ],
  'state that goes from batch to batch': [
    stack('keras.Input(batch_shape=(8, 20, 3))', 'layers.LSTM(4, stateful=True)', 'layers.Dense(1)') +
      compiled(),
    null,
  ],
  'a convolutional cell': [
    stack('keras.Input((20, 8, 8, 1))', 'layers.ConvLSTM2D(4, 3)', 'layers.Flatten()', 'layers.Dense(1)') +
      compiled(),
    null,
  ],
  'no compile': [stack('keras.Input((20, 3))', 'layers.LSTM(4)', 'layers.Dense(1)'), null],
};

describe('the input that a recurrent net has to remember', () => {
  for (const [name, [source, input]] of Object.entries(programs)) {
    it(`${name}: ${input === null ? 'none' : `input ${input}`}`, async () => {
      const { models } = (await pythonReader()).read(SourceText.ofFile('a.py', 'python', head + source));
      assert.equal(models.length, 1, source);
      assert.equal(sequenceInput(models[0]!), input);
    });
  }
});
