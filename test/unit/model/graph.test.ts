import assert from 'node:assert';
import { toArchitecture } from '../../../src/core/model/architecture';
import { completeConfig, findLayerClass } from '../../../src/core/model/catalogue/catalogue';
import { ShapeError } from '../../../src/core/model/catalogue/layerClass';
import { Graph } from '../../../src/core/model/graph/graph';
import type { CompositeObject, LayerObject, ModelObject } from '../../../src/core/model/graph/graphObject';
import { serializeLayer } from '../../../src/core/model/graph/serialize';
import type { SymbolicTensor } from '../../../src/core/model/graph/symbolicTensor';
import { toModelSpec } from '../../../src/core/model/modelSpec';
import type { Json, ModelSpec } from '../../../src/core/model/spec';

const extras = { id: 'model', range: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 } };

class Program {
  readonly graph = new Graph();

  layer(className: string, args: Readonly<Record<string, Json>> = {}): LayerObject {
    const definition = findLayerClass(className);
    assert(definition, className);
    return this.graph.createLayer(definition, completeConfig(definition, args));
  }

  dense(units = 4): LayerObject {
    return this.layer('Dense', { units });
  }

  apply(layer: LayerObject | ModelObject, ...tensors: readonly SymbolicTensor[]): SymbolicTensor {
    return only(this.graph.call(layer, { inputs: tensors }).outputs);
  }

  custom(
    layer: CompositeObject,
    input: SymbolicTensor,
    body: (x: SymbolicTensor) => SymbolicTensor,
  ): SymbolicTensor {
    return only(
      this.graph.callComposite(layer, { inputs: [input] }, ({ inputs }) => [body(only(inputs ?? []))])
        .outputs,
    );
  }
}

function only(tensors: readonly SymbolicTensor[] | null): SymbolicTensor {
  assert(tensors?.[0]);
  return tensors[0];
}

function specOf(model: ModelObject | CompositeObject): ModelSpec {
  const spec = toModelSpec(model, extras);
  assert(spec);
  return spec;
}

function ids(model: ModelObject | CompositeObject): readonly string[] {
  return specOf(model).layers.map(({ id }) => id);
}

describe('a Sequential', () => {
  it('has no graph before its input shape is known', () => {
    const program = new Program();
    const model = program.graph.createSequential([program.dense(), program.dense()]);
    assert.strictEqual(toModelSpec(model, extras), null);
    program.graph.buildSequential(model, [null, 3]);
    assert.deepStrictEqual(ids(model), ['input_layer', 'dense', 'dense_1']);
  });

  it('grows by add and shrinks by pop', () => {
    const program = new Program();
    const model = program.graph.createSequential();
    program.graph.add(model, program.graph.createInput([null, 3]));
    program.graph.add(model, program.dense(8));
    program.graph.add(model, program.dense(2));
    assert.strictEqual(program.graph.pop(model)?.name, 'dense_1');
    assert.deepStrictEqual(ids(model), ['input_layer', 'dense']);
    assert.deepStrictEqual(model.outputs?.[0]?.shape, [null, 8]);
  });

  it("takes a Functional's name each time it is built anew, as in Keras", () => {
    const program = new Program();
    const model = program.graph.createSequential([program.graph.createInput([null, 3]), program.dense()]);
    program.graph.add(model, program.dense());
    const input = program.graph.createInput([null, 3]);
    assert.strictEqual(
      program.graph.createFunctional([input], [program.apply(model, input)]).name,
      'functional_2',
    );
  });

  for (const args of [{ input_shape: [5] }, { input_dim: 5 }, { batch_input_shape: [null, 5] }]) {
    it(`reads the input from ${Object.keys(args).join()} of its first layer`, () => {
      const program = new Program();
      const model = program.graph.createSequential([program.layer('Dense', { units: 2, ...args })]);
      assert.deepStrictEqual(specOf(model).tensors[0]?.shape, [null, 5]);
    });
  }

  it('is built by its first call', () => {
    const program = new Program();
    const model = program.graph.createSequential([program.dense(2)]);
    program.apply(model, program.graph.createInput([null, 7]));
    assert.deepStrictEqual(model.outputs?.[0]?.shape, [null, 2]);
  });

  it('says what Keras would say of a wrong shape', () => {
    const program = new Program();
    assert.throws(
      () =>
        program.graph.createSequential([
          program.graph.createInput([null, 28, 28]),
          program.layer('Conv2D', { filters: 1, kernel_size: 3 }),
        ]),
      (error) => error instanceof ShapeError && error.message.includes('expected ndim=4, found ndim=3'),
    );
  });
});

describe('a Functional', () => {
  it('lists its layers by depth', () => {
    const program = new Program();
    const input = program.graph.createInput([null, 4]);
    const first = program.apply(program.dense(), input);
    const long = program.apply(program.dense(), first);
    const short = program.apply(program.dense(), input);
    const sum = program.apply(program.layer('Add'), short, long);
    const model = program.graph.createFunctional([input], [sum]);
    assert.deepStrictEqual(ids(model), ['input_layer', 'dense', 'dense_2', 'dense_1', 'add']);
  });

  it('holds only what the outputs need', () => {
    const program = new Program();
    const input = program.graph.createInput([null, 4]);
    const kept = program.apply(program.dense(), input);
    program.apply(program.dense(), kept);
    assert.deepStrictEqual(ids(program.graph.createFunctional([input], [kept])), ['input_layer', 'dense']);
  });

  it('is cut out of another model', () => {
    const program = new Program();
    const base = program.graph.createSequential([
      program.graph.createInput([null, 4]),
      program.dense(8),
      program.dense(2),
    ]);
    const inner = base.layers[1];
    const cut = program.graph.createFunctional([only(base.input)], [only(inner?.output ?? null)]);
    assert.deepStrictEqual(cut.outputs?.[0]?.shape, [null, 8]);
    assert.deepStrictEqual(ids(cut), ['input_layer', 'dense']);
  });

  it('may start in the middle of a graph', () => {
    const program = new Program();
    const middle = program.apply(program.dense(6), program.graph.createInput([null, 4]));
    const end = program.apply(program.dense(2), middle);
    const spec = specOf(program.graph.createFunctional([middle], [end]));
    assert.deepStrictEqual(
      spec.layers.map(({ id }) => id),
      ['input_layer_1', 'dense_1'],
    );
    assert.deepStrictEqual(spec.tensors[spec.inputs[0]?.tensor ?? -1]?.shape, [null, 6]);
  });

  it('nests, on other shapes than it was built with, and is shared', () => {
    const program = new Program();
    const inner = program.graph.createInput([null, null, null, 3]);
    const features = program.apply(program.layer('Conv2D', { filters: 2, kernel_size: 3 }), inner);
    const base = program.graph.createFunctional([inner], [features], { name: 'base' });
    const [left, right] = [
      program.graph.createInput([null, 9, 9, 3]),
      program.graph.createInput([null, 9, 9, 3]),
    ];
    const sum = program.apply(program.layer('Add'), program.apply(base, left), program.apply(base, right));
    const spec = specOf(program.graph.createFunctional([left, right], [sum]));
    assert.deepStrictEqual(
      spec.calls.map(({ layer }) => layer),
      ['base/conv2d', 'base/conv2d', 'add'],
    );
    assert.deepStrictEqual(spec.tensors[spec.outputs[0]?.tensor ?? -1]?.shape, [null, 7, 7, 2]);
    assert.deepStrictEqual(
      spec.containers.map(({ id, kind }) => [id, kind]),
      [['base', 'model']],
    );
    assert.strictEqual(toArchitecture(spec).totalParams, 3 * 3 * 3 * 2 + 2);
  });

  it('counts operations on the name counters and looks through them', () => {
    const program = new Program();
    const input = program.graph.createInput([null, 4]);
    const x = program.apply(program.dense(), input);
    const half = only(program.graph.applyOperation('multiply', { x1: x, x2: 0.5 }).outputs);
    const sum = only(program.graph.applyOperation('add', { x1: half, x2: x }).outputs);
    const y = program.apply(program.dense(), sum);
    program.layer('Multiply');
    const spec = specOf(program.graph.createFunctional([input], [y]));
    assert.deepStrictEqual(
      spec.layers.filter(({ kind }) => kind === 'operation').map(({ name, config }) => [name, config]),
      [
        ['multiply', { op: 'multiply', args: { x1: { tensor: 0 }, x2: 0.5 } }],
        ['add', { op: 'add', args: { x1: { tensor: 0 }, x2: { tensor: 1 } } }],
      ],
    );
    assert.deepStrictEqual(toArchitecture(spec).layers.find(({ id }) => id === 'dense_1')?.inbound, [
      'dense',
    ]);
    assert.strictEqual(program.layer('Multiply').name, 'multiply_2');
  });

  it('counts the layers that MultiHeadAttention makes inside', () => {
    const program = new Program();
    const input = program.graph.createInput([null, 5, 8]);
    program.graph.call(program.layer('MultiHeadAttention', { num_heads: 2, key_dim: 4 }), {
      query: [input],
      value: [input],
    });
    assert.strictEqual(program.layer('Dropout', { rate: 0.1 }).name, 'dropout_1');
  });
});

describe('trainable', () => {
  function frozenBase(): {
    readonly program: Program;
    readonly base: ModelObject;
    readonly model: ModelObject;
  } {
    const program = new Program();
    const base = program.graph.createSequential(
      [program.graph.createInput([null, 4]), program.dense(3), program.dense(3)],
      {
        name: 'base',
      },
    );
    const input = program.graph.createInput([null, 4]);
    const output = program.apply(program.dense(1), program.apply(base, input));
    return { program, base, model: program.graph.createFunctional([input], [output]) };
  }

  it('goes down to what is inside', () => {
    const { base, model } = frozenBase();
    base.trainable = false;
    assert.strictEqual(toArchitecture(specOf(model)).trainableParams, 4);
  });

  it('can be set again further down, as Keras counts variables', () => {
    const { base, model } = frozenBase();
    base.trainable = false;
    const last = base.layers.at(-1);
    assert(last);
    last.trainable = true;
    assert.strictEqual(toArchitecture(specOf(model)).trainableParams, 4 + 12);
  });

  it('of the model itself freezes all', () => {
    const { model } = frozenBase();
    model.trainable = false;
    assert.strictEqual(toArchitecture(specOf(model)).trainableParams, 0);
  });
});

describe('custom layers and subclassed models', () => {
  it('are flattened, with a row of their own before what they hold', () => {
    const program = new Program();
    const block = program.graph.createComposite('ResidualBlock', { units: 4 }, 'layer');
    const inner = program.dense(4);
    block.track(inner);
    const input = program.graph.createInput([null, 4]);
    const output = program.custom(block, input, (x) =>
      only(program.graph.applyOperation('add', { x1: x, x2: program.apply(inner, x) }).outputs),
    );
    const spec = specOf(program.graph.createFunctional([input], [program.apply(program.dense(1), output)]));
    assert.deepStrictEqual(
      spec.layers.map(({ id }) => id),
      ['input_layer', 'residual_block/dense', 'residual_block/add', 'dense_1'],
    );
    assert.deepStrictEqual(
      spec.containers.map(({ id, kind }) => [id, kind]),
      [['residual_block', 'layer']],
    );
    const rows = toArchitecture(spec).layers;
    assert.deepStrictEqual(
      rows.map(({ id, params }) => [id, params]),
      [
        ['input_layer', 0],
        ['residual_block', 20],
        ['residual_block/dense', 20],
        ['dense_1', 5],
      ],
    );
    assert.deepStrictEqual(rows.at(-1)?.inbound, ['residual_block/dense']);
  });

  it('have weights of their own as variables', () => {
    const program = new Program();
    const scale = program.graph.createComposite('Scale', {}, 'layer');
    const input = program.graph.createInput([null, 4]);
    const weight = {
      name: 'scale',
      shape: [4],
      dtype: 'float32',
      trainable: true,
      initializer: { class_name: 'Ones', config: {} },
      regularizer: null,
      constraint: null,
    };
    const output = program.custom(scale, input, (x) =>
      only(
        program.graph.applyOperation('multiply', { x1: x, x2: program.graph.createVariable(weight) }).outputs,
      ),
    );
    const spec = specOf(program.graph.createFunctional([input], [output]));
    assert.strictEqual(toArchitecture(spec).trainableParams, 4);
    assert.deepStrictEqual(
      spec.calls.map(({ layer }) => layer),
      ['scale/scale', 'scale/multiply'],
    );
  });

  it('make a model when its call is known', () => {
    const program = new Program();
    const model = program.graph.createComposite('MyModel', {}, 'model');
    const [hidden, last] = [program.dense(8), program.dense(1)];
    model.track(hidden);
    model.track(last);
    program.custom(model, program.graph.createInput([null, 3]), (x) =>
      program.apply(last, program.apply(hidden, x)),
    );
    const spec = specOf(model);
    assert.strictEqual(spec.className, 'Model');
    assert.deepStrictEqual(
      spec.layers.map(({ id }) => id),
      ['input_layer', 'dense', 'dense_1'],
    );
    assert.deepStrictEqual(
      spec.outputs.map(({ name }) => name),
      ['dense_1'],
    );
  });

  it('of unknown inside pass shapes through', () => {
    const program = new Program();
    const input = program.graph.createInput([null, 3]);
    const opaque = program.graph.createOpaque('KerasLayer', {});
    const [output] = program.graph.callOpaque(opaque, { inputs: [input] }).outputs;
    assert.deepStrictEqual(output?.shape, [null, 3]);
  });
});

describe('serializeLayer', () => {
  it('writes a chain as a Sequential, and no model that branches', () => {
    const program = new Program();
    const input = program.graph.createInput([null, 4]);
    const x = program.apply(program.dense(2), input);
    const chain = program.graph.createFunctional([input], [x], { name: 'chain' });
    const written = serializeLayer(chain);
    assert.strictEqual(written?.class_name, 'Sequential');
    const branches = program.graph.createFunctional([input], [program.apply(program.layer('Add'), x, x)]);
    assert.strictEqual(serializeLayer(branches), null);
  });
});
