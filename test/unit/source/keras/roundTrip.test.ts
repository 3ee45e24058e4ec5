import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Json, ModelSpec } from '../../../../src/core/model/spec';
import { readKerasConfig } from '../../../../src/core/source/keras/readKerasConfig';
import { toKerasJson } from '../../../../src/core/source/keras/toKerasJson';
import { SourceText } from '../../../../src/core/text/sourceText';
import { pythonReader, readText } from '../python/support';

const folder = path.join('test', 'fixtures', 'golden');

/** Through the text of a `config.json` and back. */
function roundTrip(spec: ModelSpec): ModelSpec {
  const json = toKerasJson(spec);
  assert.ok(json);
  return readKerasConfig(JSON.parse(JSON.stringify(json)) as Json, { id: spec.id, range: spec.range });
}

/** What a saved model does not say: places, notes, data and how the optimizer was written. */
const unsaved = new Set([
  'site',
  'range',
  'data',
  'assumptions',
  'unknowns',
  'names',
  'form',
  'usage',
  'pretrained',
]);

function saved(spec: ModelSpec): unknown {
  const text = JSON.stringify(spec, (key, value: unknown) => (unsaved.has(key) ? undefined : value));
  return JSON.parse(text);
}

describe('a model read from Python, saved as Keras saves it and read again', () => {
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.py'))) {
    it(`is the same: ${file}`, async () => {
      const text = fs.readFileSync(path.join(folder, file), 'utf8');
      const { models } = (await pythonReader()).read(SourceText.ofFile(file, 'python', text));
      assert.ok(models.length > 0);
      for (const spec of models) {
        assert.deepEqual(saved(roundTrip(spec)), saved(spec));
      }
    });
  }

  for (const [title, text] of Object.entries({
    'a nested model called twice': `
tower_input = keras.Input((8,), name="side")
y = layers.Dense(8, activation="relu")(tower_input)
tower = keras.Model(tower_input, layers.Add()([y, tower_input]), name="tower")
a, b = keras.Input((8,)), keras.Input((8,))
model = keras.Model([a, b], layers.Dense(1)(layers.Concatenate()([tower(a), tower(b)])))
model.compile("adam", "mse")`,
    'nested models in nested models': `
inner = keras.Sequential([layers.Dense(4), layers.Dropout(0.1)], name="inner")
outer = keras.Sequential([keras.Input((3,)), inner, layers.Dense(5)], name="outer")
model = keras.Sequential([keras.Input((3,)), outer, layers.Dense(2, activation="softmax")])
model.compile(keras.optimizers.SGD(1.0, momentum=0.0), "categorical_crossentropy", metrics=["accuracy"])`,
    'several inputs and outputs of a nested model': `
p, q = keras.Input((4,)), keras.Input((4,))
both = keras.Model([p, q], [layers.Dense(4)(p), layers.Dense(6)(q), layers.Dense(2)(p)], name="both")
a, b = keras.Input((4,)), keras.Input((4,))
first, second, third = both([b, a])
model = keras.Model([a, b], [layers.Dense(1, name="score")(second), first], name="whole")
model.compile("adam", loss={"score": "mse", "both": "mae"})`,
    'frozen parts': `
base = keras.Sequential([keras.Input((4,)), layers.Dense(4), layers.BatchNormalization()], name="base")
base.trainable = False
head = layers.Dense(3)
head.trainable = False
model = keras.Sequential([base, head, layers.Dense(1)])`,
    'a layer used in a nested model and beside it': `
dense = layers.Dense(4, activation="tanh")
p = keras.Input((4,))
part = keras.Model(p, dense(dense(p)), name="part")
a = keras.Input((4,))
model = keras.Model(a, part(a) * 2.0 + keras.ops.mean(part(a), axis=-1, keepdims=True))`,
    'an output of a nested model that nothing uses': `
p = keras.Input((6, 4))
sequence, state, cell = layers.LSTM(5, return_sequences=True, return_state=True)(p)
encoder = keras.Model(p, [state, cell], name="encoder")
a = keras.Input((6, 4))
h, c = encoder(a)
model = keras.Model(a, layers.Dense(1)(c))`,
  })) {
    it(`is the same: ${title}`, async () => {
      const spec = (await readText(`import keras\nfrom keras import layers\n${text}\n`)).models.at(-1);
      assert.ok(spec);
      assert.deepEqual(saved(roundTrip(spec)), saved(spec));
    });
  }

  it('computes the same where a layer of a nested model is used outside of it too', async () => {
    const { models } = await readText(`
import keras
from keras import layers
dense = layers.Dense(4)
p = keras.Input((4,))
part = keras.Model(p, layers.Dense(4)(dense(p)), name="part")
a = keras.Input((4,))
model = keras.Model(a, dense(part(a)))
`);
    const spec = models.at(-1);
    assert.ok(spec && models.length === 2);
    const again = roundTrip(spec);
    assert.deepEqual(again.tensors, spec.tensors);
    assert.deepEqual(
      again.layers.map(({ className, weights }) => [className, weights.map(({ shape }) => shape)]),
      spec.layers.map(({ className, weights }) => [className, weights.map(({ shape }) => shape)]),
    );
  });

  it('is not written where weights lie in what is not known', async () => {
    const [spec] = (
      await readText(`
import keras
class Scale(keras.layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1],), initializer="ones")
    def call(self, x):
        return x * self.w
model = keras.Sequential([keras.Input((4,)), Scale(), keras.layers.Dense(1)])
`)
    ).models;
    assert.ok(spec);
    assert.equal(toKerasJson(spec), null);
  });
});
