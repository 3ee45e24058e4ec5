import type { SymbolicTensor } from '../graph/symbolicTensor';
import { type Application, type ApplicationBuilder, correctPad, roundChannels } from './applicationBuilder';

const decimal = (value: number): string => value.toFixed(2);

function depthwiseBlock(
  b: ApplicationBuilder,
  x: SymbolicTensor,
  filters: number,
  strides: number,
  block: number,
): SymbolicTensor {
  let y =
    strides === 1
      ? x
      : b.pad(
          x,
          [
            [0, 1],
            [0, 1],
          ],
          `conv_pad_${block}`,
        );
  y = b.depthwise(y, 3, { padding: strides === 1 ? 'same' : 'valid', strides }, `conv_dw_${block}`);
  y = b.layer('ReLU', { max_value: 6 }, b.batchNorm(y, `conv_dw_${block}_bn`), `conv_dw_${block}_relu`);
  y = b.conv(
    y,
    Math.trunc(filters * b.given.alpha),
    1,
    { padding: 'same', use_bias: false },
    `conv_pw_${block}`,
  );
  return b.layer('ReLU', { max_value: 6 }, b.batchNorm(y, `conv_pw_${block}_bn`), `conv_pw_${block}_relu`);
}

const mobileNet: Application = {
  modelName: (size, { alpha }) => `mobilenet_${decimal(alpha)}_${size ?? 224}`,
  defaultSize: 224,
  minimumSize: 32,
  arguments: [
    'input_shape',
    'alpha',
    'depth_multiplier',
    'dropout',
    'include_top',
    'weights',
    'input_tensor',
    'pooling',
    'classes',
    'classifier_activation',
    'name',
  ],
  build: (b, input) => {
    const { alpha, includeTop, classes, classifierActivation, dropout } = b.given;
    let x = b.conv(
      input,
      Math.trunc(32 * alpha),
      3,
      { padding: 'same', strides: 2, use_bias: false },
      'conv1',
    );
    x = b.layer('ReLU', { max_value: 6 }, b.batchNorm(x, 'conv1_bn'), 'conv1_relu');
    const widths = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024];
    widths.forEach((filters, i) => {
      x = depthwiseBlock(b, x, filters, [1, 3, 5, 11].includes(i) ? 2 : 1, i + 1);
    });
    if (!includeTop) {
      return b.pooled(x);
    }
    x = b.layer('GlobalAveragePooling2D', { keepdims: true }, x);
    x = b.layer('Dropout', { rate: dropout ?? 1e-3 }, x, 'dropout');
    x = b.conv(x, classes, 1, { padding: 'same' }, 'conv_preds');
    x = b.layer('Reshape', { target_shape: [classes] }, x, 'reshape_2');
    return b.activation(x, classifierActivation ?? 'linear', 'predictions');
  },
};

function inverted(
  b: ApplicationBuilder,
  x: SymbolicTensor,
  filters: number,
  stride: number,
  expansion: number,
  block: number,
): SymbolicTensor {
  const channels = x.shape.at(-1) ?? 1;
  const width = roundChannels(Math.trunc(filters * b.given.alpha));
  const prefix = block === 0 ? 'expanded_conv_' : `block_${block}_`;
  const bn = { epsilon: 1e-3, momentum: 0.999 };
  const relu6 = (y: SymbolicTensor, name: string): SymbolicTensor =>
    b.layer('ReLU', { max_value: 6 }, y, name);
  let y = x;
  if (block > 0) {
    y = b.conv(y, expansion * channels, 1, { padding: 'same', use_bias: false }, `${prefix}expand`);
    y = relu6(b.batchNorm(y, `${prefix}expand_BN`, bn), `${prefix}expand_relu`);
  }
  if (stride === 2) {
    y = b.pad(y, correctPad(y, 3), `${prefix}pad`);
  }
  y = b.depthwise(y, 3, { strides: stride, padding: stride === 1 ? 'same' : 'valid' }, `${prefix}depthwise`);
  y = relu6(b.batchNorm(y, `${prefix}depthwise_BN`, bn), `${prefix}depthwise_relu`);
  y = b.conv(y, width, 1, { padding: 'same', use_bias: false }, `${prefix}project`);
  y = b.batchNorm(y, `${prefix}project_BN`, bn);
  return channels === width && stride === 1 ? b.add([x, y], `${prefix}add`) : y;
}

const mobileNetV2: Application = {
  modelName: (size, { alpha }) => `mobilenetv2_${decimal(alpha)}_${size ?? 224}`,
  defaultSize: 224,
  minimumSize: 32,
  arguments: [
    'input_shape',
    'alpha',
    'include_top',
    'weights',
    'input_tensor',
    'pooling',
    'classes',
    'classifier_activation',
    'name',
  ],
  build: (b, input) => {
    const { alpha, includeTop } = b.given;
    const bn = { epsilon: 1e-3, momentum: 0.999 };
    let x = b.conv(
      input,
      roundChannels(32 * alpha),
      3,
      { strides: 2, padding: 'same', use_bias: false },
      'Conv1',
    );
    x = b.layer('ReLU', { max_value: 6 }, b.batchNorm(x, 'bn_Conv1', bn), 'Conv1_relu');
    /** [filters, stride of the first, expansion, repeats] */
    const stages: readonly (readonly [number, number, number, number])[] = [
      [16, 1, 1, 1],
      [24, 2, 6, 2],
      [32, 2, 6, 3],
      [64, 2, 6, 4],
      [96, 1, 6, 3],
      [160, 2, 6, 3],
      [320, 1, 6, 1],
    ];
    let block = 0;
    for (const [filters, stride, expansion, repeats] of stages) {
      for (let i = 0; i < repeats; i++) {
        x = inverted(b, x, filters, i === 0 ? stride : 1, expansion, block++);
      }
    }
    x = b.conv(x, alpha > 1 ? roundChannels(1280 * alpha) : 1280, 1, { use_bias: false }, 'Conv_1');
    x = b.layer('ReLU', { max_value: 6 }, b.batchNorm(x, 'Conv_1_bn', bn), 'out_relu');
    return includeTop ? b.top(x, null) : b.pooled(x);
  },
};

export const mobileNets: Readonly<Record<string, Application>> = {
  MobileNet: mobileNet,
  MobileNetV2: mobileNetV2,
};
