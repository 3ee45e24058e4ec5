import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { CallSite } from '../../../../src/core/model/site';
import { SourceText } from '../../../../src/core/text/sourceText';
import { pythonReader, readModel } from './support';

const text = `import keras
from keras import layers, initializers
width = 16
init = initializers.RandomNormal(stddev=0.1)
model = keras.Sequential([
    layers.Input((4,)),
    layers.Dense(width, activation="relu", kernel_initializer=init),  # first
])
inputs = keras.Input((4,))
x = layers.Dense(8, kernel_initializer=initializers.HeNormal())(inputs)
out = layers.Dense(1)
both = keras.Model(inputs, out(x))
grown = keras.Sequential()
grown.add(layers.Dense(3, input_shape=(4,)))
grown.compile("adam", loss="mse")
`;

describe('sites in python sources', () => {
  const source = SourceText.ofFile('model.py', 'python', text);

  const siteOf = async (model: string, layer: number): Promise<CallSite> => {
    const { models } = (await pythonReader()).read(source);
    const spec = models.find(({ id }) => id === model);
    const site = spec?.layers.filter(({ className }) => className !== 'InputLayer')[layer]?.site;
    assert.ok(site);
    return site;
  };

  it('tells calls, arguments and where their values are written', async () => {
    const site = await siteOf('model', 0);
    assert.equal(source.slice(site.range), 'layers.Dense(width, activation="relu", kernel_initializer=init)');
    assert.equal(site.calleeText, 'layers.Dense');
    assert.deepEqual(
      site.arguments.map(({ name, keyword, range, valueText, origin }) => [
        name,
        keyword,
        source.slice(range),
        valueText,
        origin && source.slice(origin),
      ]),
      [
        ['units', null, 'width', 'width', '16'],
        ['activation', 'activation', 'activation="relu"', '"relu"', null],
        [
          'kernel_initializer',
          'kernel_initializer',
          'kernel_initializer=init',
          'init',
          'initializers.RandomNormal(stddev=0.1)',
        ],
      ],
    );
  });

  it('tells how the call stands in the source', async () => {
    const item = await siteOf('model', 0);
    assert.equal(item.context.kind, 'list-item');
    const applied = await siteOf('both', 0);
    assert.ok(applied.context.kind === 'apply');
    assert.equal(applied.context.target, 'x');
    assert.equal(source.slice(applied.context.input), 'inputs');
    assert.equal(
      source.slice(applied.context.statement),
      'x = layers.Dense(8, kernel_initializer=initializers.HeNormal())(inputs)',
    );
    assert.equal(applied.arguments[1]?.call?.calleeText, 'initializers.HeNormal');
    const variable = await siteOf('both', 1);
    assert.ok(variable.context.kind === 'variable' && variable.context.target === 'out');
    const added = await siteOf('grown', 0);
    assert.ok(added.context.kind === 'add' && added.context.receiver === 'grown');
  });

  it('tells compile and its arguments', async () => {
    const { models } = (await pythonReader()).read(source);
    const compile = models.find(({ id }) => id === 'grown')?.compile;
    assert.deepEqual(
      compile?.site?.arguments.map(({ name, valueText }) => [name, valueText]),
      [
        ['optimizer', '"adam"'],
        ['loss', '"mse"'],
      ],
    );
    assert.equal(compile?.optimizer.form, 'string');
    assert.equal(compile?.optimizer.site?.calleeText, '"adam"');
  });

  it('gives layers that one call makes one site', async () => {
    const model = await readModel(
      'import keras\nmodel = keras.Sequential([keras.Input((4,))] + [keras.layers.Dense(4) for _ in range(3)])',
    );
    const ids = model.layers.slice(1).map(({ site }) => site?.id);
    assert.equal(new Set(ids).size, 1);
  });

  it('gives tight ranges: a call that starts with its callee, values within their arguments', async () => {
    const folder = path.join('test', 'fixtures', 'golden');
    for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.py'))) {
      const program = SourceText.ofFile(file, 'python', fs.readFileSync(path.join(folder, file), 'utf8'));
      for (const { layers } of (await pythonReader()).read(program).models) {
        for (const { site, kind } of layers) {
          if (!site || kind !== 'layer' || site.argumentList === null) {
            continue;
          }
          const written = program.slice(site.range);
          assert.ok(written.startsWith(program.slice(site.callee)), written);
          assert.ok(written.endsWith(')'), written);
          for (const argument of site.arguments) {
            const whole = program.slice(argument.range);
            assert.equal(program.slice(argument.value), argument.valueText);
            assert.equal(whole, whole.trim());
            assert.ok(whole.endsWith(argument.valueText), whole);
          }
        }
      }
    }
  });
});
