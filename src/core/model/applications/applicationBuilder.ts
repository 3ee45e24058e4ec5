import { completeConfig, findLayerClass } from '../catalogue/catalogue';
import { ShapeError } from '../catalogue/layerClass';
import type { Graph } from '../graph/graph';
import type { SymbolicTensor } from '../graph/symbolicTensor';
import type { OperationArguments } from '../operations/operationDefinition';
import type { CallSite } from '../site';
import type { Json } from '../spec';

type Values = Readonly<Record<string, Json>>;

/** What a builder of keras.applications is called with. */
export interface ApplicationArguments {
  readonly includeTop: boolean;
  readonly pooling: string | null;
  readonly classes: number;
  readonly classifierActivation: string | null;
  /** Whether the weights of ImageNet are asked for; some families normalise their input differently then. */
  readonly imagenet: boolean;
  /** Width multiplier of the MobileNets. */
  readonly alpha: number;
  readonly dropout: number | null;
  /** MobileNetV3 without squeeze and excitation, hard swish and large kernels. */
  readonly minimalistic: boolean;
  /** Whether the input is normalised inside, where the family does that. */
  readonly preprocessing: boolean;
  /** The model's name where one is given: some families begin their layers' names with it. */
  readonly name: string | undefined;
}

/** Short forms in which the families are written down: every method makes a layer and calls it. */
export class ApplicationBuilder {
  constructor(
    private readonly graph: Graph,
    private readonly site: CallSite | null,
    readonly given: ApplicationArguments,
  ) {}

  layer(
    className: string,
    values: Values,
    inputs: SymbolicTensor | readonly SymbolicTensor[],
    name: string | null = null,
  ): SymbolicTensor {
    const definition = findLayerClass(className);
    if (!definition) {
      throw new ShapeError(`no layer class ${className}`);
    }
    const layer = this.graph.createLayer(definition, completeConfig(definition, values), {
      name,
      site: this.site,
    });
    const tensors = 'shape' in inputs ? [inputs] : inputs;
    const [output] = this.graph.call(layer, { [definition.callArguments[0] ?? 'inputs']: tensors }).outputs;
    if (!output) {
      throw new ShapeError(`${className} has no output`);
    }
    return output;
  }

  /** `size`: of the square kernel, or both sizes. */
  conv(
    x: SymbolicTensor,
    filters: number,
    size: number | readonly [number, number],
    values: Values = {},
    name: string | null = null,
  ): SymbolicTensor {
    return this.layer('Conv2D', { filters, kernel_size: size, ...values }, x, name);
  }

  depthwise(
    x: SymbolicTensor,
    size: number,
    values: Values = {},
    name: string | null = null,
  ): SymbolicTensor {
    return this.layer('DepthwiseConv2D', { kernel_size: size, use_bias: false, ...values }, x, name);
  }

  batchNorm(x: SymbolicTensor, name: string | null = null, values: Values = {}): SymbolicTensor {
    return this.layer('BatchNormalization', values, x, name);
  }

  activation(x: SymbolicTensor, activation: string, name: string | null = null): SymbolicTensor {
    return this.layer('Activation', { activation }, x, name);
  }

  pad(x: SymbolicTensor, padding: Json, name: string | null = null): SymbolicTensor {
    return this.layer('ZeroPadding2D', { padding }, x, name);
  }

  maxPool(x: SymbolicTensor, size: number, values: Values = {}, name: string | null = null): SymbolicTensor {
    return this.layer('MaxPooling2D', { pool_size: size, ...values }, x, name);
  }

  averagePool(
    x: SymbolicTensor,
    size: number,
    values: Values = {},
    name: string | null = null,
  ): SymbolicTensor {
    return this.layer('AveragePooling2D', { pool_size: size, ...values }, x, name);
  }

  add(tensors: readonly SymbolicTensor[], name: string | null = null): SymbolicTensor {
    return this.layer('Add', {}, tensors, name);
  }

  concat(tensors: readonly SymbolicTensor[], name: string | null = null): SymbolicTensor {
    return this.layer('Concatenate', { axis: -1 }, tensors, name);
  }

  dense(
    x: SymbolicTensor,
    units: number,
    activation: string | null,
    name: string | null = null,
  ): SymbolicTensor {
    return this.layer('Dense', { units, activation }, x, name);
  }

  /** A raw operation of keras.ops, `x + y`. */
  operation(op: string, args: OperationArguments): SymbolicTensor {
    const [output] = this.graph.applyOperation(op, args).outputs;
    if (!output) {
      throw new ShapeError(`${op} has no output`);
    }
    return output;
  }

  /** Layers as a nested Sequential: class, arguments, name. */
  sequence(
    x: SymbolicTensor,
    layers: readonly (readonly [className: string, values: Values, name: string])[],
    name: string,
  ): SymbolicTensor {
    const site = this.site;
    const objects = layers.flatMap(([className, values, own]) => {
      const definition = findLayerClass(className);
      const config = definition && completeConfig(definition, values);
      return definition && config ? [this.graph.createLayer(definition, config, { name: own, site })] : [];
    });
    const model = this.graph.createSequential(objects, { name, site });
    return this.graph.call(model, { inputs: [x] }).outputs[0] ?? x;
  }

  /** `x · γ` with a learned γ for each channel, as the layer of keras.applications that ConvNeXt is made of. */
  layerScale(x: SymbolicTensor, initial: number, name: string): SymbolicTensor {
    const channels = x.shape.at(-1) ?? 1;
    const config = { init_values: initial, projection_dim: channels };
    const layer = this.graph.createComposite('LayerScale', config, 'layer', { name, site: this.site });
    const node = this.graph.callComposite(layer, { inputs: [x] }, ({ inputs }) => {
      const [given] = inputs ?? [];
      const gamma = this.graph.createVariable({
        name: 'gamma',
        shape: [channels],
        dtype: 'float32',
        trainable: true,
        initializer: { class_name: 'Constant', config: { value: initial } },
        regularizer: null,
        constraint: null,
      });
      return given ? [this.operation('multiply', { x1: given, x2: gamma })] : [];
    });
    return node.outputs[0] ?? x;
  }

  /** `x + scale · y` as the layer of keras.applications that InceptionResNetV2 is made of. */
  addScaled(x: SymbolicTensor, y: SymbolicTensor, scale: number): SymbolicTensor {
    const layer = this.graph.createComposite('CustomScaleLayer', { scale }, 'layer', { site: this.site });
    const node = this.graph.callComposite(layer, { inputs: [x, y] }, ({ inputs }) => {
      const [a, b] = inputs ?? [];
      const product = b && this.graph.applyOperation('multiply', { x1: b, x2: scale }).outputs[0];
      return a && product ? this.graph.applyOperation('add', { x1: a, x2: product }).outputs : [];
    });
    return node.outputs[0] ?? x;
  }

  /** The usual end: average pooling and the classifier, or the pooling that was asked for. */
  top(
    x: SymbolicTensor,
    poolName: string | null = 'avg_pool',
    dropout: number | null = null,
  ): SymbolicTensor {
    const { includeTop, classes, classifierActivation } = this.given;
    if (!includeTop) {
      return this.pooled(x, poolName);
    }
    let pooled = this.layer('GlobalAveragePooling2D', {}, x, poolName);
    if (dropout !== null && dropout > 0) {
      pooled = this.layer('Dropout', { rate: dropout }, pooled, 'top_dropout');
    }
    return this.dense(pooled, classes, classifierActivation, 'predictions');
  }

  /** `pooling="avg"` or `"max"`, where there is no classifier. */
  pooled(x: SymbolicTensor, averageName: string | null = null): SymbolicTensor {
    switch (this.given.pooling) {
      case 'avg':
        return this.layer('GlobalAveragePooling2D', {}, x, averageName);
      case 'max':
        return this.layer('GlobalMaxPooling2D', {}, x, averageName?.replace('avg', 'max') ?? null);
      default:
        return x;
    }
  }
}

/** A family member of keras.applications. */
export interface Application {
  /** Keras' name of the model. */
  readonly modelName: string | ((size: number | null, given: ApplicationArguments) => string);
  /** Width and height that it is made for. */
  readonly defaultSize: number;
  readonly minimumSize: number;
  /** Where no input shape is given, most families leave the size open without classifier only. */
  readonly openSize?: 'always' | 'never';
  /** Order of the arguments; most families share `standardArguments`. */
  readonly arguments: readonly string[];
  build(builder: ApplicationBuilder, input: SymbolicTensor): SymbolicTensor;
}

export const standardArguments: readonly string[] = [
  'include_top',
  'weights',
  'input_tensor',
  'input_shape',
  'pooling',
  'classes',
  'classifier_activation',
  'name',
];

/** Padding that makes a strided 'valid' convolution fit (keras 3.15, `imagenet_utils.correct_pad`). */
export function correctPad(x: SymbolicTensor, kernel: number): Json {
  const height = x.shape[1] ?? null;
  const width = x.shape[2] ?? null;
  const adjust = (size: number | null): number => (size === null ? 1 : 1 - (size % 2));
  const correct = Math.floor(kernel / 2);
  return [
    [correct - adjust(height), correct],
    [correct - adjust(width), correct],
  ];
}

/** A number of channels rounded to a multiple of the divisor, never more than 10 % down. */
export function roundChannels(value: number, divisor = 8): number {
  const rounded = Math.max(divisor, Math.floor((value + divisor / 2) / divisor) * divisor);
  return rounded < 0.9 * value ? rounded + divisor : rounded;
}
