import assert from 'node:assert/strict';
import { SourceText } from '../../../../src/core/text/sourceText';
import { pythonReader, rows } from './support';

/** Reads `main.py` with other files beside it, by the module's name as it is imported. */
async function read(main: string, files: Readonly<Record<string, string>>) {
  const source = SourceText.ofFile('main.py', 'python', main);
  const asked: string[] = [];
  const result = (await pythonReader()).read(source, {
    resolve: (module, from) => {
      asked.push(`${from}: ${module}`);
      const text = files[module];
      return text === undefined ? undefined : SourceText.ofFile(`${module}.py`, 'python', text);
    },
  });
  return { ...result, source, asked };
}

const helpers = `
import keras
from keras import layers
from config import UNITS

def block(x, units=UNITS):
    return layers.Dense(units, activation="relu")(x)

def build_model(size):
    inputs = keras.Input((size,))
    return keras.Model(inputs, layers.Dense(1)(block(inputs)))

def build_other():
    return keras.Sequential([keras.Input((2,)), layers.Dense(2)])

if __name__ == "__main__":
    build_other()
`;

describe('helpers in files beside the one that is read', () => {
  it('are followed', async () => {
    const { models, unknowns, source } = await read(
      'from helpers import build_model\nmodel = build_model(4)\nmodel.compile("sgd", "mse")\n',
      { helpers, config: 'UNITS = 12' },
    );
    assert.deepEqual(models.map(rows), [['Dense(12)', 'Dense(1)']]);
    assert.deepEqual(unknowns, []);
    const [model] = models;
    assert.equal(model?.id, 'model');
    assert.equal(source.slice(model.range), 'build_model(4)');
    for (const { site } of model.layers) {
      assert.ok(site && !site.editable);
      assert.equal(source.slice(site.range), 'build_model(4)');
    }
  });

  it('leave what is written here editable, constants of theirs alone', async () => {
    const { models } = await read(
      'import keras\nfrom config import *\nimport helpers as h\ninputs = keras.Input((4,))\n' +
        'model = keras.Model(inputs, keras.layers.Dense(UNITS)(h.block(inputs, 3)))',
      { helpers, config: 'UNITS = 5\n_HIDDEN = 1' },
    );
    assert.deepEqual(models.map(rows), [['Dense(3)', 'Dense(5)']]);
    const [, theirs, own] = models[0]?.layers ?? [];
    assert.equal(theirs?.site?.editable, false);
    assert.equal(own?.site?.editable, true);
    assert.equal(own.site.arguments[0]?.origin, null);
  });

  for (const [form, use] of [
    ['import pkg.blocks', 'pkg.blocks.units()'],
    ['from pkg import blocks', 'blocks.units()'],
    ['from .pkg import blocks', 'blocks.units()'],
    ['from pkg.blocks import units as u', 'u()'],
  ] as const) {
    it(`are found by ${form}`, async () => {
      const blocks = 'def units():\n    return 6';
      const { models } = await read(
        `import keras\n${form}\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(${use})])`,
        { 'pkg.blocks': blocks, '.pkg.blocks': blocks },
      );
      assert.deepEqual(models.map(rows), [['Dense(6)']]);
    });
  }

  it('may import each other', async () => {
    const { models } = await read(
      'import keras\nfrom a import f\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(f())])',
      { a: 'import b\ndef f():\n    return b.g()', b: 'import a\ndef g():\n    return 9' },
    );
    assert.deepEqual(models.map(rows), [['Dense(9)']]);
  });

  it('may fail in part, within a function of the program', async () => {
    const { models, unknowns } = await read(
      'import keras\ndef build():\n    import broken\n    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(broken.n)])\nmodel = build()',
      { broken: 'n = 2\nn.foo()\nraise ValueError()\nn += 1' },
    );
    assert.deepEqual(models.map(rows), [['Dense(3)']]);
    assert.deepEqual(unknowns, []);
    assert.equal(models[0]?.layers[1]?.site?.editable, true);
  });

  it('are read up to a limit', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`m${i}`, `from m${i + 1} import n`] as const),
    );
    const { asked } = await read('from m0 import n', { ...files, m40: 'n = 1' });
    assert.ok(asked.length < 25, String(asked.length));
    const long = `n = 3\n${'# long\n'.repeat(40_000)}`;
    const { models } = await read(
      'import keras\nfrom long import n\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(n)])',
      { long },
    );
    assert.notEqual(models.map(rows).flat()[0], 'Dense(3)');
  });

  it('that Keras and its neighbours are not looked for', async () => {
    const { asked } = await read(
      'import numpy as np\nimport tensorflow as tf\nfrom keras import layers\nimport os',
      {},
    );
    assert.deepEqual(asked, []);
  });
});
