import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../../../../src/core/report/report';
import { toArchitecture } from '../../../../src/core/model/architecture';
import { SourceText } from '../../../../src/core/text/sourceText';
import { pythonReader } from './support';

const folder = path.join('test', 'fixtures', 'golden');

/** What Keras says of each golden program, compared field by field with what the reader says. */
describe('python reader on the golden programs', () => {
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.py'))) {
    it(file, async () => {
      const reader = await pythonReader();
      const text = fs.readFileSync(path.join(folder, file), 'utf8');
      const { models } = reader.read(SourceText.ofFile(file, 'python', text));
      const expected = expectedArchitecture(file);
      const spec = models.find(({ name }) => name === expected.name);
      assert.ok(spec, `no model named ${expected.name}: ${models.map(({ name }) => name).join(', ')}`);
      const actual = toArchitecture(spec);
      const layers = actual.layers.filter(({ className }) => className !== 'InputLayer');
      const ids = new Set(expected.layers.map(({ id }) => id));
      assert.deepEqual(layers.filter(({ id }) => ids.has(id)).map(row), expected.layers.map(row));
      assert.deepEqual(actual.inputs, expected.inputs);
      assert.equal(actual.className, expected.className);
      assert.equal(actual.totalParams, expected.totalParams);
      assert.equal(actual.trainableParams, expected.trainableParams);
      assert.deepEqual(rounded(actual.compile?.optimizer), rounded(expected.compile?.optimizer));
      assert.deepEqual(
        rounded(actual.compile?.lossWeights ?? null),
        rounded(expected.compile?.lossWeights ?? null),
      );
    });
  }
});

function expectedArchitecture(file: string): Architecture {
  const json = fs.readFileSync(path.join(folder, file.replace(/\.py$/, '.expected.json')), 'utf8');
  return (JSON.parse(json) as { architecture: Architecture }).architecture;
}

function row({
  id,
  name,
  className,
  outputShape,
  params,
  trainableParams,
  trainable,
  inbound,
}: Architecture['layers'][number]) {
  return { id, name, className, outputShape, params, trainableParams, trainable, inbound };
}

/** Keras keeps learning rates in float32; where a class is registered is left out of a spec. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (key, each: unknown) =>
      key === 'module' || key === 'registered_name'
        ? undefined
        : typeof each === 'number'
          ? Number(each.toPrecision(6))
          : each,
    ),
  );
}
