import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { toArchitecture } from '../../../../src/core/model/architecture';
import type { Json } from '../../../../src/core/model/spec';
import type { Architecture, ArchitectureLayer } from '../../../../src/core/report/report';
import { readKerasConfig } from '../../../../src/core/source/keras/readKerasConfig';

const folder = path.join('test', 'fixtures', 'golden');
const programs = fs
  .readdirSync(folder)
  .filter((file) => file.endsWith('.keras'))
  .map((file) => path.basename(file, '.keras'));

const range = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };

/** What Keras itself says of the program's model. */
interface Expected {
  readonly architecture: Omit<Architecture, 'layers' | 'compile'> & {
    readonly layers: readonly Omit<ArchitectureLayer, 'config' | 'range'>[];
    readonly compile: {
      readonly optimizer: { readonly className: string; readonly config: Record<string, unknown> };
    };
  };
  readonly probe: {
    readonly layers: readonly {
      readonly id: string;
      readonly weights: readonly {
        readonly name: string;
        readonly shape: readonly number[];
        readonly trainable: boolean;
      }[];
    }[];
  };
}

function read(file: string): Json {
  const entry = unzipSync(fs.readFileSync(file))['config.json'];
  assert(entry, `${file} holds no config.json`);
  return JSON.parse(strFromU8(entry)) as Json;
}

describe('readKerasConfig', () => {
  for (const name of programs) {
    it(`reads ${name} as Keras built it`, () => {
      const expected = JSON.parse(
        fs.readFileSync(path.join(folder, `${name}.expected.json`), 'utf8'),
      ) as Expected;
      const spec = readKerasConfig(read(path.join(folder, `${name}.keras`)), { id: 'model', range });
      const { layers, compile, ...rest } = toArchitecture(spec);
      const { layers: wantedLayers, compile: wantedCompile, ...wanted } = expected.architecture;

      const operations = new Set(spec.layers.filter(({ kind }) => kind === 'operation').map(({ id }) => id));
      const shown = layers.filter(({ id, className }) => className !== 'InputLayer' && !operations.has(id));
      assert.deepStrictEqual(
        shown.map(({ config: _, range: __, ...layer }) => layer),
        wantedLayers,
      );
      assert.deepStrictEqual({ ...rest, name: '' }, { ...wanted, name: '' });
      assert.strictEqual(compile?.optimizer.className, wantedCompile.optimizer.className);
      assert.deepStrictEqual(
        Object.keys(compile.optimizer.config).sort(),
        Object.keys(wantedCompile.optimizer.config).sort(),
      );

      const weights = new Map(spec.layers.map((layer) => [layer.id, layer.weights]));
      for (const layer of expected.probe.layers) {
        assert.deepStrictEqual(
          weights
            .get(layer.id)
            ?.map(({ name: weight, shape, trainable }) => ({ name: weight, shape, trainable })),
          layer.weights.map(({ name: weight, shape, trainable }) => ({ name: weight, shape, trainable })),
          layer.id,
        );
      }
    });
  }
});
