import type {
  CompositeObject,
  GraphObject,
  LayerObject,
  OpaqueObject,
} from '../../../model/graph/graphObject';
import type { Shape } from '../../../report/report';
import type { Arguments } from '../arguments';
import type { Interpreter } from '../interpreter';
import { ArrayValue } from '../modules/arrays/arrayValue';
import {
  type InstanceValue,
  Native,
  type Value,
  bool,
  builtin,
  dict,
  int,
  intOf,
  list,
  none,
  sequenceOf,
  str,
  tuple,
  unknown,
} from '../values';
import { callLayer } from './callLayer';
import { buildFromData } from './deferredBuild';
import { fromJson } from './serializedValue';
import type { KerasSession } from './session';
import { addWeight } from './customLayer';
import { resultOf } from './tensorValue';
import { modelMethod } from './modelMethods';
import type { TrackedModel } from './trackedModel';
import { setTrainable } from './trainableFlags';

const nothing = new Set([
  'add_loss',
  'add_metric',
  'add_update',
  'set_weights',
  'reset_states',
  'reset_state',
  'load_weights',
  'save_own_variables',
  'load_own_variables',
  '__init_subclass__',
]);
const weightLists = new Set([
  'weights',
  'variables',
  'trainable_weights',
  'trainable_variables',
  'non_trainable_weights',
  'non_trainable_variables',
]);

/** A layer: of the catalogue, of the program's own, or one whose inside is not known. */
export class LayerValue extends Native {
  readonly typeName: string;
  /** Whether a custom layer's `build` ran. */
  built = false;
  /** What the program does with it, for a subclassed model. */
  tracked: TrackedModel | null = null;
  /** The plain layer inside a layer of a class that derives from it. */
  base: LayerValue | null = null;
  /** A Lambda's `output_shape`, without the batch. */
  declaredShape: Shape | null = null;
  /** `input_shape=` of a Lambda, with the batch. */
  legacyInput: Shape | null = null;
  /** How many words a text layer knows after `adapt`. */
  vocabulary: Value | null = null;

  constructor(
    readonly object: LayerObject | CompositeObject | OpaqueObject,
    readonly session: KerasSession,
    /** The instance of the program's class, for a custom layer. */
    readonly instance: InstanceValue | null = null,
  ) {
    super();
    this.typeName = object.className;
  }

  override attribute(name: string, vm: Interpreter): Value | undefined {
    const { object, session } = this;
    if (nothing.has(name)) {
      return builtin(name, () => none);
    }
    if (weightLists.has(name) && !this.tracked) {
      return weightArrays(object);
    }
    switch (name) {
      case 'name':
        return str(object.name);
      case 'trainable':
        return bool(object.trainable);
      case 'dtype':
      case 'compute_dtype':
      case 'variable_dtype':
        return str('float32');
      case 'built':
        return bool(this.built || object.nodes.length > 0);
      case 'supports_masking':
      case 'stateful':
        return bool(false);
      case 'input':
      case 'output': {
        const tensors = object[name];
        return tensors
          ? resultOf(tensors, tensors.length !== 1, session)
          : unknown(`the ${name} of ${object.name}`);
      }
      case 'input_shape':
      case 'output_shape': {
        const [tensor] = object[name === 'input_shape' ? 'input' : 'output'] ?? [];
        return tensor
          ? tuple(tensor.shape.map((size) => (size === null ? none : int(size))))
          : unknown(`the shape of ${object.name}`);
      }
      case 'call':
      case '__call__':
        if (this.base && name === 'call') {
          const { base } = this;
          return builtin(name, (inner, args) => base.call(args, inner));
        }
        return this.instance && name === 'call'
          ? undefined
          : builtin(name, (inner, args) => this.call(args, inner));
      case 'build':
        return builtin(name, (inner, args) => this.build(args, inner));
      case 'compute_output_shape':
        return builtin(name, () => unknown(`the output shape of ${object.name}`));
      case 'compute_mask':
        return builtin(name, () => none);
      case 'get_config':
        return builtin(name, () =>
          object.kind === 'layer' || object.kind === 'opaque'
            ? fromJson({ ...object.config, name: object.name })
            : dict([[str('name'), str(object.name)]]),
        );
      case 'add_weight':
      case 'add_variable':
        return builtin(name, (inner, args) => addWeight(this, args, inner));
      case 'get_weights':
        return builtin(name, () => weightArrays(object));
      case 'count_params':
        return builtin(name, () => unknown(`the number of weights of ${object.name}`, null, 'int'));
      case 'adapt':
        return builtin(name, (_vm2, args) => this.adapt(args));
      case 'vocabulary_size':
      case 'vocab_size':
        return builtin(name, () => this.vocabularySize());
      case 'get_vocabulary':
        return builtin(name, () => unknown('the words of a text layer'));
      case 'losses':
      case 'metrics':
        return list([]);
      default: {
        const method = this.tracked && modelMethod(this.tracked, this, name, vm);
        if (method) {
          return method;
        }
        if (object.kind !== 'layer') {
          return undefined;
        }
        const value = object.config[name];
        return value === undefined ? undefined : fromJson(value);
      }
    }
  }

  /** A subclassed model is built on tensors of the shape; a layer when it is called. */
  private build(args: Arguments, vm: Interpreter): Value {
    const shape = sequenceOf(args.get(0, 'input_shape'));
    if (
      this.tracked &&
      !this.built &&
      shape &&
      shape.every(({ kind }) => kind === 'int' || kind === 'none')
    ) {
      const sizes = shape.map((size) => intOf(size) ?? null);
      buildFromData(this, new ArrayValue(sizes, { dtype: 'float32' }), vm);
    }
    return none;
  }

  private adapt(args: Arguments): Value {
    const [data] = args.positional;
    if (data instanceof ArrayValue && this.object.kind === 'layer' && data.shape) {
      const extra = this.object.config['num_oov_indices'];
      this.vocabulary =
        data.classes !== null && typeof extra === 'number'
          ? int(data.classes + extra)
          : unknown('the number of different words in the data', args.node, 'int');
    }
    return none;
  }

  private vocabularySize(): Value {
    const size = this.object.kind === 'layer' ? this.object.config['max_tokens'] : undefined;
    return typeof size === 'number'
      ? int(size)
      : unknown('the number of different words in the data', null, 'int');
  }

  override setAttribute(name: string, value: Value): boolean {
    if (name === 'trainable' && value.kind === 'bool') {
      setTrainable(this.object, value, this.session);
      return true;
    }
    return false;
  }

  override call(args: Arguments, vm: Interpreter): Value {
    return callLayer(this, args, vm);
  }

  override repr(): string {
    return `<${this.typeName} name=${this.object.name}>`;
  }
}

/** The weights of a layer as arrays; not known before it is built. */
export function weightArrays(object: GraphObject): Value {
  const weights =
    object.kind === 'layer' || object.kind === 'opaque'
      ? object.weights
      : object.kind === 'model'
        ? object.children.flatMap((child) => ('weights' in child ? (child.weights ?? []) : []))
        : null;
  return weights && weights.length > 0
    ? list(weights.map(({ shape, dtype }) => new ArrayValue(shape, { dtype, reason: 'a weight' })))
    : unknown(`the weights of ${object.name}`);
}

/** The layer in a value: the layer itself, or the one that an instance of the program's class is. */
export function layerIn(value: Value | undefined): LayerValue | undefined {
  const native = value?.kind === 'instance' ? value.native : value;
  return native instanceof LayerValue ? native : undefined;
}
