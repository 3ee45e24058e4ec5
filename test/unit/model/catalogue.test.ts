import assert from 'node:assert';
import {
  bindArguments,
  buildLayer,
  completeConfig,
  findConstraint,
  findInitializer,
  findLayerClass,
  findLoss,
  findOptimizer,
  findRegularizer,
  findSchedule,
  layerClasses,
} from '../../../src/core/model/catalogue/catalogue';
import type { ClassDefinition } from '../../../src/core/model/catalogue/classDefinition';
import { canonicalActivation } from '../../../src/core/model/catalogue/config';
import type { LayerClass } from '../../../src/core/model/catalogue/layerClass';
import { ShapeError } from '../../../src/core/model/catalogue/layerClass';
import type { Config, Json, TensorSpec } from '../../../src/core/model/spec';
import type { Shape } from '../../../src/core/report/report';
import facts from './kerasFacts.json';

const families: Readonly<Record<string, (name: string) => ClassDefinition | undefined>> = {
  layers: findLayerClass,
  optimizers: findOptimizer,
  schedules: findSchedule,
  losses: findLoss,
  initializers: findInitializer,
  regularizers: findRegularizer,
  constraints: findConstraint,
};

/** A fact as it stands in the file: plain JSON. */
type Signature = readonly (readonly [string, Json?])[];

function layerOf(name: string): LayerClass {
  const definition = findLayerClass(name);
  assert(definition, name);
  return definition;
}

function build(
  name: string,
  args: Readonly<Record<string, Json>>,
  ...shapes: readonly Shape[]
): ReturnType<typeof buildLayer> {
  const definition = layerOf(name);
  return buildLayer(definition, completeConfig(definition, args), {
    inputs: shapes.map((shape): TensorSpec => ({ shape, dtype: 'float32' })),
  });
}

describe('the catalogue against Keras', () => {
  for (const [family, find] of Object.entries(families)) {
    const signatures =
      (facts.signatures as unknown as Record<string, Record<string, Signature>>)[family] ?? {};
    it(`takes the arguments of all ${Object.keys(signatures).length} ${family} in Keras' order, with its defaults`, () => {
      for (const [name, signature] of Object.entries(signatures)) {
        const definition = find(name);
        assert(definition, `${name} is missing`);
        const mine = definition.arguments.map((argument) => [argument.name, argument.default] as const);
        assert.deepStrictEqual(
          mine.map(([argument]) => argument),
          signature.map(([argument]) => argument),
          name,
        );
        signature.forEach(([argument, value], index) => {
          const own = mine[index]?.[1];
          assert(
            sameDefault(value, own),
            `${name}.${argument}: ${JSON.stringify(own)}, Keras ${JSON.stringify(value)}`,
          );
        });
      }
    });
  }

  for (const fact of facts.builds as unknown as readonly {
    className: string;
    config: Config;
    inputs: readonly Shape[];
    output: Shape | readonly Shape[];
    weights: readonly (readonly [string, readonly number[], boolean])[];
  }[]) {
    it(`builds ${fact.className} on ${JSON.stringify(fact.inputs)}`, () => {
      const definition = layerOf(fact.className);
      const config = completeConfig(definition, fact.config);
      const tensors = fact.inputs.map((shape): TensorSpec => ({ shape, dtype: 'float32' }));
      const several = definition.callArguments.length > 2;
      const [query = tensors, value] = tensors.map((tensor) => [tensor]);
      const { outputs, weights } = definition.build(
        config,
        several && value ? { query, value } : { inputs: tensors },
      );
      const shapes = outputs.map(({ shape }) => shape);
      assert.deepStrictEqual(Array.isArray(fact.output[0]) ? shapes : shapes[0], fact.output);
      assert.deepStrictEqual(
        weights.map(({ name, shape, trainable }) => [name, shape, trainable]),
        fact.weights,
      );
      for (const [name, expected] of Object.entries(fact.config)) {
        assert.deepStrictEqual(plain(config[name]), plain(expected), `${fact.className}.${name}`);
      }
    });
  }

  it('knows every class by one name only', () => {
    const names = layerClasses.flatMap(({ className, aliases }) => [className, ...aliases]);
    assert.deepStrictEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  });
});

/** Not every class writes its activity regularizer where there is none. */
function plain(value: Json | undefined): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (name, each: unknown) =>
      name === 'activity_regularizer' && each === null ? undefined : each,
    ),
  );
}

/** Lists of equal numbers are written as the number. */
function sameDefault(keras: Json | undefined, own: Json | undefined): boolean {
  if (Array.isArray(keras) && typeof own === 'number') {
    return (keras as readonly Json[]).flat(1).every((each) => each === own);
  }
  return JSON.stringify(keras) === JSON.stringify(own);
}

describe('bindArguments', () => {
  const dense = layerOf('Dense');

  it('binds by position and keyword', () => {
    const { values, positional, keywords, missing } = bindArguments<Json>(
      dense,
      [10, 'relu'],
      [['use_bias', false]],
    );
    assert.deepStrictEqual(values, { units: 10, activation: 'relu', use_bias: false });
    assert.deepStrictEqual(positional, ['units', 'activation']);
    assert.deepStrictEqual(keywords, { use_bias: 'use_bias' });
    assert.deepStrictEqual(missing, []);
  });

  it('understands old spellings', () => {
    const { values, renamed } = bindArguments<Json>(
      dense,
      [],
      [
        ['output_dim', 3],
        ['init', 'uniform'],
      ],
    );
    assert.deepStrictEqual(values, { units: 3, kernel_initializer: 'uniform' });
    assert.deepStrictEqual(renamed, [
      { written: 'output_dim', name: 'units' },
      { written: 'init', name: 'kernel_initializer' },
    ]);
  });

  for (const [written, nearest] of [
    ['activation_function', 'activation'],
    ['kernel_initialiser', 'kernel_initializer'],
    ['unit', 'units'],
    ['xyzzy', null],
  ] as const) {
    it(`refuses ${written} and names ${String(nearest)}`, () => {
      const { refused, missing } = bindArguments(dense, [], [[written, 1]]);
      assert.deepStrictEqual(refused, [{ written, nearest }]);
      assert.deepStrictEqual(missing, ['units']);
    });
  }

  it('takes keywords of the base class, and ignores those that mean nothing any more', () => {
    const { values, ignored, refused } = bindArguments<Json>(
      layerOf('Embedding'),
      [100, 8],
      [
        ['input_length', 20],
        ['name', 'words'],
      ],
    );
    assert.deepStrictEqual(values, { input_dim: 100, output_dim: 8, name: 'words' });
    assert.deepStrictEqual(ignored, ['input_length']);
    assert.deepStrictEqual(refused, []);
  });

  it('tells positional values that are too many', () => {
    assert.deepStrictEqual(bindArguments(layerOf('ELU'), [1, 2], []).positional, ['alpha', null]);
  });

  it('reads an optimizer of an older version', () => {
    const adam = findOptimizer('adam');
    assert(adam);
    const { values, ignored } = bindArguments(
      adam,
      [],
      [
        ['lr', 0.1],
        ['decay', 1e-6],
      ],
    );
    assert.deepStrictEqual(values, { learning_rate: 0.1 });
    assert.deepStrictEqual(ignored, ['decay']);
  });
});

describe('completeConfig', () => {
  it('writes tuples out and names objects as Keras does', () => {
    const config = completeConfig(layerOf('Conv2D'), {
      filters: 8,
      kernel_size: 3,
      activation: 'swish',
      kernel_initializer: 'normal',
      kernel_regularizer: 'l2',
    });
    assert.deepStrictEqual(config.kernel_size, [3, 3]);
    assert.deepStrictEqual(config.strides, [1, 1]);
    assert.strictEqual(config.activation, 'silu');
    assert.strictEqual(config.data_format, 'channels_last');
    assert.deepStrictEqual(config.kernel_initializer, {
      class_name: 'RandomNormal',
      config: { mean: 0, stddev: 0.05, seed: null },
    });
    assert.deepStrictEqual(config.kernel_regularizer, { class_name: 'L2', config: { l2: 0.01 } });
  });

  it('keeps the identity of shared objects', () => {
    const initializer = { class_name: 'he_normal', config: { seed: 3 }, shared_object_id: 7 };
    assert.deepStrictEqual(
      completeConfig(layerOf('Dense'), { units: 1, kernel_initializer: initializer }).kernel_initializer,
      {
        class_name: 'HeNormal',
        config: { seed: 3, input_axes: null, output_axes: null },
        shared_object_id: 7,
      },
    );
  });

  it('gives pooling its own size as stride', () => {
    assert.deepStrictEqual(completeConfig(layerOf('MaxPool2D'), { pool_size: 3 }).strides, [3, 3]);
  });

  for (const [given, canonical] of [
    [null, 'linear'],
    ['hard_swish', 'hard_silu'],
    ['my_own', 'my_own'],
    [{ class_name: 'function', config: 'swish' }, 'silu'],
  ] as const) {
    it(`reads the activation ${JSON.stringify(given)}`, () => {
      assert.deepStrictEqual(canonicalActivation(given), canonical);
    });
  }
});

describe('layers on unusual shapes', () => {
  for (const [name, args, shapes, output] of [
    ['Conv2D', { filters: 4, kernel_size: 3 }, [[null, null, null, 3]], [null, null, null, 4]],
    ['Flatten', {}, [[null, null, 3]], [null, null]],
    ['Flatten', {}, [[null]], [null, 1]],
    ['Reshape', { target_shape: [2, -1] }, [[null, null, 4]], [null, 2, null]],
    [
      'Concatenate',
      { axis: 1 },
      [
        [null, null, 4],
        [null, 3, 4],
      ],
      [null, null, 4],
    ],
    [
      'Add',
      {},
      [
        [null, null, 4],
        [null, 3, 4],
      ],
      [null, 3, 4],
    ],
    [
      'Dot',
      { axes: 1 },
      [
        [null, 4],
        [null, 4],
      ],
      [null, 1],
    ],
    ['GlobalAveragePooling2D', {}, [[null, null, null, 8]], [null, 8]],
    ['LSTM', { units: 4, return_sequences: true }, [[null, null, 3]], [null, null, 4]],
    [
      'Conv2D',
      { filters: 4, kernel_size: 3, data_format: 'channels_first' },
      [[null, 3, 8, 8]],
      [null, 4, 6, 6],
    ],
  ] as const satisfies readonly (readonly [string, Config, readonly Shape[], Shape])[]) {
    it(`${name} ${JSON.stringify(args)} on ${JSON.stringify(shapes)}`, () => {
      assert.deepStrictEqual(build(name, args, ...shapes).outputs[0]?.shape, output);
    });
  }

  for (const [name, args, shapes] of [
    ['Conv2D', { filters: 4, kernel_size: 3 }, [[null, 28, 28]]],
    ['Conv2D', { filters: 4, kernel_size: 5 }, [[null, 3, 3, 1]]],
    ['Dense', { units: 4 }, [[null, null]]],
    ['LSTM', { units: 4 }, [[null, 8]]],
    [
      'Add',
      {},
      [
        [null, 4],
        [null, 5],
      ],
    ],
    [
      'Concatenate',
      { axis: 1 },
      [
        [null, 2, 4],
        [null, 3, 5],
      ],
    ],
    ['Reshape', { target_shape: [7] }, [[null, 4, 2]]],
    ['TimeDistributed', { layer: { class_name: 'Dense', config: { units: 2 } } }, [[null, 8]]],
  ] as const satisfies readonly (readonly [string, Config, readonly Shape[]])[]) {
    it(`refuses ${name} on ${JSON.stringify(shapes)}`, () => {
      assert.throws(() => build(name, args, ...shapes), ShapeError);
    });
  }

  it('wraps a Sequential', () => {
    const inner = {
      class_name: 'Sequential',
      config: {
        name: 'cnn',
        layers: [
          { class_name: 'Conv2D', config: { name: 'conv2d', filters: 2, kernel_size: 3 } },
          { class_name: 'Flatten', config: { name: 'flatten' } },
        ],
      },
    };
    const { outputs, weights } = build('TimeDistributed', { layer: inner }, [null, 5, 4, 4, 1]);
    assert.deepStrictEqual(outputs[0]?.shape, [null, 5, 8]);
    assert.deepStrictEqual(
      weights.map(({ name }) => name),
      ['kernel', 'bias'],
    );
  });
});
