import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { applicationNames } from '../../../../src/core/model/applications/applications';
import { toArchitecture } from '../../../../src/core/model/architecture';
import { SourceText } from '../../../../src/core/text/sourceText';
import { pythonReader } from './support';

interface Facts {
  readonly application: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly totalParams: number;
  readonly trainableParams: number;
  readonly outputShape: readonly (number | null)[];
  readonly layerCount: number;
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

describe('keras.applications', () => {
  for (const each of facts.filter(({ application }) => applicationNames.includes(application))) {
    const args = Object.entries(each.arguments).map(([name, value]) => `, ${name}=${python(value)}`);
    it(`${each.application}(${args.join('').slice(2)})`, async () => {
      const reader = await pythonReader();
      const text = `import keras\nmodel = keras.applications.${each.application}(weights=None${args.join('')})\n`;
      const [spec] = reader.read(SourceText.ofFile('app.py', 'python', text)).models;
      assert.ok(spec);
      const { totalParams, trainableParams, layers } = toArchitecture(spec);
      const [output] = spec.outputs;
      assert.deepEqual(
        {
          totalParams,
          trainableParams,
          layerCount: layers.length,
          outputShape: output && spec.tensors[output.tensor]?.shape,
        },
        {
          totalParams: each.totalParams,
          trainableParams: each.trainableParams,
          layerCount: each.layerCount,
          outputShape: each.outputShape,
        },
      );
    });
  }
});
