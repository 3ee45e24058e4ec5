import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { toArchitecture } from '../../../../src/core/model/architecture';
import type { Json, ModelSpec } from '../../../../src/core/model/spec';
import { ConfigError } from '../../../../src/core/source/keras/configError';
import { readKerasConfig } from '../../../../src/core/source/keras/readKerasConfig';
import { toKerasJson } from '../../../../src/core/source/keras/toKerasJson';

const folder = path.join('test', 'fixtures', 'golden');
const extras = { id: 'model', range: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 } };

function read(file: string): ModelSpec {
  const entry = unzipSync(fs.readFileSync(path.join(folder, file)))['config.json'];
  assert(entry);
  return readKerasConfig(JSON.parse(strFromU8(entry)) as Json, extras);
}

describe('toKerasJson', () => {
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.keras'))) {
    it(`writes ${file} so that it is read again as the same network`, () => {
      const spec = read(file);
      const json = toKerasJson(spec);
      assert(json);
      const again = readKerasConfig(json, extras);
      const rows = (each: ModelSpec): readonly unknown[] =>
        toArchitecture(each).layers.map(({ id, className, outputShape, params, trainableParams }) => [
          id,
          className,
          outputShape,
          params,
          trainableParams,
        ]);
      assert.deepStrictEqual(rows(again), rows(spec));
      assert.deepStrictEqual(again.compile?.losses, spec.compile?.losses);
      assert.deepStrictEqual(again.compile?.optimizer.config, spec.compile?.optimizer.config);
    });
  }
});

describe('readKerasConfig on what it cannot read', () => {
  for (const [name, json] of [
    ['no configuration', 5],
    ['a subclassed model', { class_name: 'MyModel', config: {} }],
    [
      'a Sequential that was never built',
      { class_name: 'Sequential', config: { name: 'sequential', layers: [] } },
    ],
    [
      'an output that nothing computes',
      {
        class_name: 'Functional',
        config: { layers: [], input_layers: [], output_layers: [['dense', 0, 0]] },
      },
    ],
  ] as const) {
    it(`says so: ${name}`, () => {
      assert.throws(() => readKerasConfig(json, extras), ConfigError);
    });
  }

  it('reads the format of Keras 2', () => {
    const spec = readKerasConfig(
      {
        class_name: 'Functional',
        config: {
          name: 'model',
          layers: [
            {
              class_name: 'InputLayer',
              name: 'input_1',
              config: { batch_input_shape: [null, 4], dtype: 'float32', name: 'input_1' },
              inbound_nodes: [],
            },
            {
              class_name: 'Dense',
              name: 'dense',
              config: { name: 'dense', units: 2, activation: 'relu' },
              inbound_nodes: [[['input_1', 0, 0, {}]]],
            },
          ],
          input_layers: [['input_1', 0, 0]],
          output_layers: [['dense', 0, 0]],
        },
      },
      extras,
    );
    assert.strictEqual(toArchitecture(spec).totalParams, 10);
  });
});
