import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { LayerSpec, ModelSpec } from '../../../../src/core/model/spec';
import type { ReadResult, Reader } from '../../../../src/core/source/reader';
import { createPythonReader } from '../../../../src/core/source/python/pythonReader';
import { SourceText } from '../../../../src/core/text/sourceText';

let reader: Promise<Reader> | undefined;

/** One reader for all tests: the parser is loaded once. */
export function pythonReader(): Promise<Reader> {
  const load = (name: string): Uint8Array => fs.readFileSync(path.join('dist', name));
  reader ??= createPythonReader({
    core: load('web-tree-sitter.wasm'),
    grammar: load('tree-sitter-python.wasm'),
  });
  return reader;
}

/** Reads a program that is written in the test. */
export async function readText(text: string): Promise<ReadResult> {
  return (await pythonReader()).read(SourceText.ofFile('model.py', 'python', text));
}

/** The only model of a program. */
export async function readModel(text: string): Promise<ModelSpec> {
  const { models, unknowns } = await readText(text);
  const [model] = models;
  assert.ok(
    model && models.length === 1,
    `${models.length} models; ${unknowns.map((u) => u.text).join(' ')}`,
  );
  return model;
}

/** `Dense(8)`: class and output shape without the batch, InputLayers left out. */
export function rows(model: ModelSpec): string[] {
  return model.layers
    .filter(({ className }) => className !== 'InputLayer')
    .map((layer) => `${layer.className}(${sizes(layer).join(', ')})`);
}

function sizes({ outputShape }: LayerSpec): readonly unknown[] {
  const [first] = outputShape;
  const shape = Array.isArray(first) ? (first as readonly (number | null)[]) : outputShape;
  return shape.slice(1).map((size) => (size === null ? '?' : size));
}
