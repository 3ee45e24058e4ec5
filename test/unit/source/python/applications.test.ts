import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { applicationNames } from '../../../../src/core/model/applications/applications';
import { toArchitecture } from '../../../../src/core/model/architecture';
import type { ModelSpec } from '../../../../src/core/model/spec';
import { SourceText } from '../../../../src/core/text/sourceText';
import { pythonReader } from './support';

interface Facts {
  readonly application: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly totalParams: number;
  readonly trainableParams: number;
  readonly outputShape: readonly (number | null)[];
  readonly layerCount: number;
  /** Digest of the layers' names in their order; absent where they are those of another entry. */
  readonly names?: string;
}

/** Totals of the families as Keras 3.15 builds them without weights. */
const facts = JSON.parse(
  fs.readFileSync(path.join('test', 'fixtures', 'python', 'applications.json'), 'utf8'),
) as readonly Facts[];

const python = (value: unknown): string =>
  Array.isArray(value)
    ? `(${value.map(python).join(', ')})`
    : typeof value === 'boolean'
      ? value
        ? 'True'
        : 'False'
      : JSON.stringify(value);

/** As `model.layers` has them: what is nested counts once, raw operations do not. */
function layersOf({ layers }: ModelSpec): ReadonlySet<string | undefined> {
  const shown = layers.filter(({ id, kind }) => kind !== 'operation' || id.includes('/'));
  return new Set(shown.map(({ id }) => id.split('/')[0]));
}

describe('keras.applications', () => {
  for (const each of facts.filter(({ application }) => applicationNames.includes(application))) {
    const args = Object.entries(each.arguments).map(([name, value]) => `, ${name}=${python(value)}`);
    it(`${each.application}(${args.join('').slice(2)})`, async () => {
      const reader = await pythonReader();
      const text = `import keras\nmodel = keras.applications.${each.application}(weights=None${args.join('')})\n`;
      const [spec] = reader.read(SourceText.ofFile('app.py', 'python', text)).models;
      assert.ok(spec);
      const { totalParams, trainableParams } = toArchitecture(spec);
      const [output] = spec.outputs;
      const names = layersOf(spec);
      const digest = createHash('sha256')
        .update([...names].join('\n'))
        .digest('hex')
        .slice(0, 16);
      assert.deepEqual(
        {
          totalParams,
          trainableParams,
          layerCount: names.size,
          names: each.names && digest,
          outputShape: output && spec.tensors[output.tensor]?.shape,
        },
        {
          totalParams: each.totalParams,
          trainableParams: each.trainableParams,
          layerCount: each.layerCount,
          names: each.names,
          outputShape: each.outputShape,
        },
      );
    });
  }
});
