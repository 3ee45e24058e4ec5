import type { Note, Shape } from '../report/report';
import type { Range } from '../text/range';
import type { CallSite, SourceNames } from './site';

/** Plain JSON as Keras' `get_config()` gives it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Config = { readonly [key: string]: Json };

/**
 * The network that a piece of source builds, whatever notation it was written in. Nested models and composite layers are
 * flattened: `layers` holds leaves only, `containers` remembers what was nested, `calls` says what flows where.
 * Structured-clone and JSON safe: it goes to the probe process as it is.
 */
export interface ModelSpec {
  /** Unique in the file, from the variable or function that holds the model. */
  readonly id: string;
  /** Keras' own name: 'sequential', 'functional_1', … */
  readonly name: string;
  readonly className: 'Sequential' | 'Functional' | 'Model';
  /** The call that builds it. */
  readonly range: Range;
  /** Leaves in the order of Keras' `model.layers`, nested models in place, InputLayers included; each layer object once, however often it is called. */
  readonly layers: readonly LayerSpec[];
  /** Nested models and composite layers, outermost first; not the model itself. */
  readonly containers: readonly ContainerSpec[];
  /** Index = TensorId. */
  readonly tensors: readonly TensorSpec[];
  /** In an order in which they can be executed. InputLayers have no call: their tensors stand in `inputs`. */
  readonly calls: readonly CallSpec[];
  readonly inputs: readonly InputSpec[];
  readonly outputs: readonly OutputSpec[];
  readonly compile: CompileSpec | null;
  readonly data: DataSpec;
  /** Parts that start from weights learned before, in the order in which they are built. */
  readonly pretrained: readonly PretrainedSpec[];
  readonly usage: UsageSpec;
  readonly assumptions: readonly Note[];
  /** What could not be read. */
  readonly unknowns: readonly Note[];
  /** Why the graph cannot be executed as it was read, in a sentence that says what to do; null where it can. */
  readonly unprobeable: Note | null;
  readonly names: SourceNames;
}

export type TensorId = number;

export interface TensorSpec {
  /** Batch first. */
  readonly shape: Shape;
  readonly dtype: string;
}

export interface InputSpec {
  readonly name: string;
  readonly layer: string;
  readonly tensor: TensorId;
}

export interface OutputSpec {
  /** Keras' output name: the name of the layer it comes from. */
  readonly name: string;
  readonly tensor: TensorId;
}

export interface LayerSpec {
  /** Path of names through containers: 'encoder/conv2d'. */
  readonly id: string;
  readonly name: string;
  /** Keras 3's class name. For `kind: 'operation'` the class of keras.src.ops: 'Add', 'GetItem', … */
  readonly className: string;
  /**
   * 'layer': the catalogue knows it. 'operation': a raw tensor operation, config is an OperationConfig. 'opaque': a layer whose
   * inside is not known: identity where input and output shape agree, else the model cannot be probed.
   */
  readonly kind: 'layer' | 'operation' | 'opaque';
  /** Keras' config, defaults filled in; initializers, regularizers, constraints and wrapped layers as SerializedObject. */
  readonly config: Config;
  /** In Keras' order of `layer.weights`, layers inside wrappers included. */
  readonly weights: readonly WeightSpec[];
  /** The layer's own flag and that of every container around it: when training starts after the last compile, else at that compile. */
  readonly trainable: boolean;
  /** Of the first call. */
  readonly outputShape: Shape | readonly Shape[];
  /** The constructor call in the source; for operations and activations used as functions the expression itself. */
  readonly site: CallSite | null;
}

/**
 * Objects as Keras serialises them, without module and registration. `shared_object_id` is equal where one and the same object was
 * given to several layers (an initializer object draws its seed once: layers of one shape then start with identical weights).
 */
export type SerializedObject = {
  readonly class_name: string;
  readonly config: Config;
  readonly shared_object_id?: number;
};

/**
 * A raw tensor operation, named and with arguments as in `keras.ops` ('add', 'multiply', 'getitem', 'reshape', 'mean', 'matmul',
 * 'gelu', …). Tensor operands are `{ tensor: n }`, n = index into the call's `inputs`.
 */
export interface OperationConfig {
  readonly op: string;
  readonly args: { readonly [name: string]: Json };
}

export interface WeightSpec {
  /** Keras' name with the path inside the layer where layers nest: 'kernel', 'forward_lstm/lstm_cell/kernel'. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Whether it is trained after all flags of layers and models. */
  readonly trainable: boolean;
  readonly initializer: SerializedObject;
  readonly regularizer: SerializedObject | null;
  readonly constraint: SerializedObject | null;
}

export interface ContainerSpec {
  readonly id: string;
  readonly name: string;
  readonly className: string;
  readonly kind: 'model' | 'layer';
  readonly config: Config;
  readonly trainable: boolean;
  readonly outputShape: Shape | readonly Shape[];
  readonly site: CallSite | null;
}

export interface CallSpec {
  /** LayerSpec.id */
  readonly layer: string;
  /** By Keras' name of the call argument: `inputs` for most (several tensors when the layer takes a list); `query`, `value`, `key`, `initial_state`, … */
  readonly inputs: { readonly [argument: string]: readonly TensorId[] };
  readonly outputs: readonly TensorId[];
  /** Other call arguments that were given: training, use_causal_mask, … */
  readonly flags: Config;
}

export interface CompileSpec {
  /** As the report shows it: string, { class_name, config }, list or dictionary of them. */
  readonly loss: Json;
  readonly lossWeights: Json;
  /** One for each of the model's outputs, in order; empty when no loss was given. */
  readonly losses: readonly LossSpec[];
  readonly optimizer: OptimizerSpec;
  readonly metrics: readonly string[];
  /** `model.compile(…)`, with arguments `loss`, `optimizer`, `metrics`, … */
  readonly site: CallSite | null;
}

export interface LossSpec {
  /** Keras' class: 'SparseCategoricalCrossentropy'; 'Custom' for a function of the user's own. */
  readonly className: string;
  /** from_logits, label_smoothing, delta, axis, reduction, … with defaults filled in. */
  readonly config: Config;
  readonly weight: number;
  /** `fit(class_weight=…)`, by class number: how much a sample counts; 1 for classes that are not named. */
  readonly classWeight?: { readonly [label: string]: number };
  /** A loss of the program's own, where it could be followed: a graph from target and prediction, without weights. */
  readonly program?: ModelSpec;
}

export interface OptimizerSpec {
  /** Keras' class: 'Adam'. */
  readonly className: string;
  /** All arguments with Keras 3's defaults; `learning_rate` a number or a SerializedObject of a schedule. */
  readonly config: Config;
  /** The constructor call, or the string `'adam'`; null when compile names none. */
  readonly site: CallSite | null;
  /** How it was written: as a constructor call, as a string, or not at all. */
  readonly form: 'object' | 'string' | 'default';
}

/** A model of keras.applications whose weights are loaded when the program runs; the source does not hold them. */
export interface PretrainedSpec {
  /** Keras' builder: 'MobileNetV2'. */
  readonly application: string;
  /** 'imagenet', or the path of a file. */
  readonly weights: string;
  readonly includeTop: boolean;
  /** Whether the family scales its input inside: `include_preprocessing`. */
  readonly scalesInside: boolean;
  /** LayerSpec.ids, as far as this model uses them. */
  readonly layers: readonly string[];
  /** It is called with `training=False`. */
  readonly inferenceMode: boolean;
  /** All of its kernels were frozen at an earlier compile of this model. */
  readonly frozenBefore: boolean;
  readonly site: CallSite | null;
}

/** What the program does with the model beside building it. */
export interface UsageSpec {
  /** `fit` or the like is called after the last compile. */
  readonly trained: boolean;
  /** A `fit` that no `compile` precedes; null where there is none, or where the program cannot be followed that far. */
  readonly uncompiledFit: Range | null;
  /** `trainable` set after the last compile and before a `fit`. */
  readonly lateTrainable: LateTrainable | null;
  /** The program names `preprocess_input` somewhere. */
  readonly preprocessesInput: boolean;
  /** The program sets the rate while it trains, up or down: LearningRateScheduler, an assignment; not what only lowers it. */
  readonly changesRate: boolean;
}

export interface LateTrainable {
  /** Where the flag is set, else the `fit`. */
  readonly range: Range;
  /** Whether the model was trained between compile and change, so that its training step is built. */
  readonly afterFit: boolean;
}

/** What the code says about the data that the model is trained on. */
export interface DataSpec {
  /** Known by name ('mnist'), else null. */
  readonly name: string | null;
  readonly description: string;
  /** One for each of the model's inputs. */
  readonly inputs: readonly InputData[];
  /** One for each of the model's outputs; 'unknown' ones are chosen by the loss. */
  readonly targets: readonly TargetData[];
  /** `fit(batch_size=…)`; null when not written. */
  readonly batchSize: number | null;
  /** Number of training samples where known. */
  readonly samples: number | null;
  /** Updates that the program's `fit` makes, where data, batch size and epochs are written out. */
  readonly plannedSteps: number | null;
  /**
   * How the labels are tied to the inputs in data that the program makes itself; null for all other data.
   * 'clusters': inputs are drawn around a centre for each class. 'inputs': labels are computed from the inputs. 'chance': labels are
   * drawn without a look at the inputs, so that nothing can be learned but by heart.
   */
  readonly labelsFrom: 'clusters' | 'inputs' | 'chance' | null;
  /** For 'clusters'. */
  readonly clusters: ClusterSpec | null;
}

/** Standard deviations as they were drawn, before the data were scaled: their ratio is what counts. */
export interface ClusterSpec {
  /** Of the centres, per feature. */
  readonly centers: number | null;
  /** Of the inputs around their centre. */
  readonly noise: number | null;
}

/** Distribution of one input, per sample and element, after whatever scaling the code does. */
export interface InputData {
  readonly kind: 'normal' | 'uniform' | 'pixels' | 'integers' | 'one-hot' | 'unknown';
  readonly mean: number | null;
  readonly std: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Integers: values are below `max` + 1. Share of exact zeros, where known (0.81 for MNIST). */
  readonly zeroShare: number | null;
  /** Where it is written that (or how) inputs are scaled, or where the data come from. */
  readonly range: Range | null;
}

export interface TargetData {
  readonly kind: 'classes' | 'one-hot' | 'binary' | 'real' | 'unknown';
  /** Number of classes, where known. */
  readonly classes: number | null;
  /** With the axis of the samples; null where not even the number of axes is known. */
  readonly shape: Shape | null;
  /** Whole numbers by their type. */
  readonly integer: boolean;
  readonly min: number | null;
  readonly max: number | null;
  readonly range: Range | null;
}
