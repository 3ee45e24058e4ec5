import assert from 'node:assert';
import { findOperation } from '../../../src/core/model/operations/operations';
import type {
  InferenceArguments,
  OperationArgument,
} from '../../../src/core/model/operations/operationDefinition';
import { toSnakeCase } from '../../../src/core/model/graph/nameScope';
import type { Json, TensorSpec } from '../../../src/core/model/spec';
import facts from './kerasFacts.json';

/** The tensors that stand for letters in the facts. */
const tensors: Readonly<Record<string, TensorSpec>> = {
  a: { shape: [null, 4, 6], dtype: 'float32' },
  b: { shape: [null, 4, 6], dtype: 'float32' },
  c: { shape: [null, 6], dtype: 'float32' },
  i: { shape: [null, 5], dtype: 'int32' },
  m: { shape: [null, 6, 3], dtype: 'float32' },
};

function argument(name: string, value: Json): OperationArgument<TensorSpec> {
  if (typeof value === 'string') {
    return ['dtype', 'subscripts'].includes(name) ? value : (tensors[value] ?? value);
  }
  if (!Array.isArray(value)) {
    return value;
  }
  const list = value as readonly Json[];
  const literalShape = ['x', 'x2'].includes(name) && typeof list.at(-1) === 'number';
  if (literalShape) {
    return { shape: list.map((size) => (typeof size === 'number' ? size : null)), dtype: 'float32' };
  }
  return list.map((each) => argument(name, each));
}

describe('operations against Keras', () => {
  for (const fact of facts.operations as unknown as readonly {
    written: string;
    op: string;
    args: Readonly<Record<string, Json>>;
    className: string;
    outputs: readonly (readonly (number | null)[])[];
    dtype: string;
  }[]) {
    it(`${fact.written} is ${fact.className}`, () => {
      const definition = findOperation(fact.op);
      assert(definition);
      assert.strictEqual(definition.className, fact.className);
      const args: InferenceArguments = Object.fromEntries(
        Object.entries(fact.args).map(([name, value]) => [name, argument(name, value)]),
      );
      const outputs = definition.infer(args);
      assert.deepStrictEqual(
        outputs.map(({ shape }) => shape),
        fact.outputs,
      );
      assert.strictEqual(outputs[0]?.dtype, fact.dtype);
    });
  }
});

describe('toSnakeCase', () => {
  for (const [className, name] of [
    ['Dense', 'dense'],
    ['Conv2DTranspose', 'conv2d_transpose'],
    ['ReLU', 're_lu'],
    ['PReLU', 'p_re_lu'],
    ['LSTM', 'lstm'],
    ['RMSprop', 'rm_sprop'],
    ['RMSNormalization', 'rms_normalization'],
    ['MyLayer', 'my_layer'],
    ['GetItem', 'get_item'],
  ] as const) {
    it(`${className} is ${name}`, () => {
      assert.strictEqual(toSnakeCase(className), name);
    });
  }
});
