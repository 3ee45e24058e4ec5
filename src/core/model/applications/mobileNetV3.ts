import type { SymbolicTensor } from '../graph/symbolicTensor';
import { type Application, type ApplicationBuilder, correctPad, roundChannels } from './applicationBuilder';

/** [expansion, filters, whether the kernel is the large one, stride, squeeze and excitation, whether the activation is hard swish] */
type Block = readonly [
  expansion: number,
  filters: number,
  large: boolean,
  stride: number,
  excited: boolean,
  swish: boolean,
];

const smallBlocks: readonly Block[] = [
  [1, 16, false, 2, true, false],
  [72 / 16, 24, false, 2, false, false],
  [88 / 24, 24, false, 1, false, false],
  [4, 40, true, 2, true, true],
  [6, 40, true, 1, true, true],
  [6, 40, true, 1, true, true],
  [3, 48, true, 1, true, true],
  [3, 48, true, 1, true, true],
  [6, 96, true, 2, true, true],
  [6, 96, true, 1, true, true],
  [6, 96, true, 1, true, true],
];

const largeBlocks: readonly Block[] = [
  [1, 16, false, 1, false, false],
  [4, 24, false, 2, false, false],
  [3, 24, false, 1, false, false],
  [3, 40, true, 2, true, false],
  [3, 40, true, 1, true, false],
  [3, 40, true, 1, true, false],
  [6, 80, false, 2, false, true],
  [2.5, 80, false, 1, false, true],
  [2.3, 80, false, 1, false, true],
  [2.3, 80, false, 1, false, true],
  [6, 112, false, 1, true, true],
  [6, 112, false, 1, true, true],
  [6, 160, true, 2, true, true],
  [6, 160, true, 1, true, true],
  [6, 160, true, 1, true, true],
];

const bn = { epsilon: 1e-3, momentum: 0.999 };
const plain = { padding: 'same', use_bias: false };

function activated(b: ApplicationBuilder, x: SymbolicTensor, swish: boolean): SymbolicTensor {
  return swish && !b.given.minimalistic ? b.activation(x, 'hard_silu') : b.layer('ReLU', {}, x);
}

function excite(b: ApplicationBuilder, x: SymbolicTensor, prefix: string): SymbolicTensor {
  const filters = x.shape.at(-1) ?? 1;
  const name = `${prefix}squeeze_excite_`;
  let gate = b.layer('GlobalAveragePooling2D', { keepdims: true }, x, `${name}avg_pool`);
  gate = b.conv(gate, roundChannels(filters / 4), 1, { padding: 'same' }, `${name}conv`);
  gate = b.layer('ReLU', {}, gate, `${name}relu`);
  gate = b.conv(gate, filters, 1, { padding: 'same' }, `${name}conv_1`);
  gate = b.layer('ReLU', { max_value: 6 }, b.operation('add', { x1: gate, x2: 3 }));
  return b.layer('Multiply', {}, [x, b.operation('multiply', { x1: gate, x2: 1 / 6 })], `${name}mul`);
}

function apply(b: ApplicationBuilder, x: SymbolicTensor, block: Block, index: number): SymbolicTensor {
  const [expansion, width, large, stride, excited, swish] = block;
  const { alpha, minimalistic } = b.given;
  const kernel = large && !minimalistic ? 5 : 3;
  const filters = roundChannels(width * alpha);
  const channels = x.shape.at(-1) ?? 1;
  const prefix = index === 0 ? 'expanded_conv_' : `expanded_conv_${index}_`;
  let y = x;
  if (index > 0) {
    y = b.conv(y, roundChannels(channels * expansion), 1, plain, `${prefix}expand`);
    y = activated(b, b.batchNorm(y, `${prefix}expand_bn`, bn), swish);
  }
  if (stride === 2) {
    y = b.pad(y, correctPad(y, kernel), `${prefix}depthwise_pad`);
  }
  const padding = stride === 1 ? 'same' : 'valid';
  y = b.depthwise(y, kernel, { strides: stride, padding }, `${prefix}depthwise`);
  y = activated(b, b.batchNorm(y, `${prefix}depthwise_bn`, bn), swish);
  if (excited && !minimalistic) {
    y = excite(b, y, prefix);
  }
  y = b.batchNorm(b.conv(y, filters, 1, plain, `${prefix}project`), `${prefix}project_bn`, bn);
  return stride === 1 && channels === filters ? b.add([x, y], `${prefix}add`) : y;
}

function mobileNetV3(modelName: string, blocks: readonly Block[], lastWidth: number): Application {
  return {
    modelName,
    defaultSize: 224,
    minimumSize: 32,
    openSize: 'always',
    arguments: [
      'input_shape',
      'alpha',
      'minimalistic',
      'include_top',
      'weights',
      'input_tensor',
      'classes',
      'pooling',
      'dropout_rate',
      'classifier_activation',
      'include_preprocessing',
      'name',
    ],
    build: (b, input) => {
      const { alpha, preprocessing, includeTop, classes, classifierActivation, dropout } = b.given;
      let x = preprocessing ? b.layer('Rescaling', { scale: 1 / 127.5, offset: -1 }, input) : input;
      x = b.conv(x, 16, 3, { ...plain, strides: 2 }, 'conv');
      x = activated(b, b.batchNorm(x, 'conv_bn', bn), true);
      blocks.forEach((block, index) => {
        x = apply(b, x, block, index);
      });
      x = b.conv(x, roundChannels((x.shape.at(-1) ?? 1) * 6), 1, plain, 'conv_1');
      x = activated(b, b.batchNorm(x, 'conv_1_bn', bn), true);
      if (!includeTop) {
        return b.pooled(x, 'avg_pool');
      }
      x = b.layer('GlobalAveragePooling2D', { keepdims: true }, x);
      const width = alpha > 1 ? roundChannels(lastWidth * alpha) : lastWidth;
      x = activated(b, b.conv(x, width, 1, { padding: 'same' }, 'conv_2'), true);
      if (dropout !== 0) {
        x = b.layer('Dropout', { rate: dropout ?? 0.2 }, x);
      }
      x = b.conv(x, classes, 1, { padding: 'same' }, 'logits');
      return b.activation(b.layer('Flatten', {}, x), classifierActivation ?? 'linear', 'predictions');
    },
  };
}

export const mobileNetsV3: Readonly<Record<string, Application>> = {
  MobileNetV3Small: mobileNetV3('MobileNetV3Small', smallBlocks, 1024),
  MobileNetV3Large: mobileNetV3('MobileNetV3Large', largeBlocks, 1280),
};
