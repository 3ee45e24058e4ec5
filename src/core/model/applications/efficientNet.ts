import type { SymbolicTensor } from '../graph/symbolicTensor';
import {
  type Application,
  type ApplicationBuilder,
  correctPad,
  roundChannels,
  standardArguments,
} from './applicationBuilder';

/** [kernel, repeats, filters in, filters out, expansion, stride] */
type Stage = readonly [
  kernel: number,
  repeats: number,
  from: number,
  to: number,
  expansion: number,
  stride: number,
];

const stages: readonly Stage[] = [
  [3, 1, 32, 16, 1, 1],
  [3, 2, 16, 24, 6, 2],
  [5, 2, 24, 40, 6, 2],
  [3, 3, 40, 80, 6, 2],
  [5, 3, 80, 112, 6, 1],
  [5, 4, 112, 192, 6, 2],
  [3, 1, 192, 320, 6, 1],
];

const convolution = {
  class_name: 'VarianceScaling',
  config: { scale: 2, mode: 'fan_out', distribution: 'truncated_normal' },
};
const squeezeRatio = 0.25;

/** 'a' … 'z', then as characters follow: EfficientNetB7's longest stage has 13 blocks. */
const letter = (index: number): string => String.fromCharCode(97 + index);

function block(
  b: ApplicationBuilder,
  x: SymbolicTensor,
  stage: { kernel: number; from: number; to: number; expansion: number; stride: number },
  dropRate: number,
  name: string,
): SymbolicTensor {
  const { kernel, from, to, expansion, stride } = stage;
  const filters = from * expansion;
  let y = x;
  if (expansion !== 1) {
    y = b.conv(
      y,
      filters,
      1,
      { padding: 'same', use_bias: false, kernel_initializer: convolution },
      `${name}expand_conv`,
    );
    y = b.activation(b.batchNorm(y, `${name}expand_bn`), 'silu', `${name}expand_activation`);
  }
  if (stride === 2) {
    y = b.pad(y, correctPad(y, kernel), `${name}dwconv_pad`);
  }
  y = b.depthwise(
    y,
    kernel,
    { strides: stride, padding: stride === 2 ? 'valid' : 'same', depthwise_initializer: convolution },
    `${name}dwconv`,
  );
  y = b.activation(b.batchNorm(y, `${name}bn`), 'silu', `${name}activation`);
  const squeezed = Math.max(1, Math.trunc(from * squeezeRatio));
  let gate = b.layer('GlobalAveragePooling2D', {}, y, `${name}se_squeeze`);
  gate = b.layer('Reshape', { target_shape: [1, 1, filters] }, gate, `${name}se_reshape`);
  gate = b.conv(
    gate,
    squeezed,
    1,
    { padding: 'same', activation: 'silu', kernel_initializer: convolution },
    `${name}se_reduce`,
  );
  gate = b.conv(
    gate,
    filters,
    1,
    { padding: 'same', activation: 'sigmoid', kernel_initializer: convolution },
    `${name}se_expand`,
  );
  y = b.layer('Multiply', {}, [y, gate], `${name}se_excite`);
  y = b.conv(
    y,
    to,
    1,
    { padding: 'same', use_bias: false, kernel_initializer: convolution },
    `${name}project_conv`,
  );
  y = b.batchNorm(y, `${name}project_bn`);
  if (stride === 1 && from === to) {
    if (dropRate > 0) {
      y = b.layer('Dropout', { rate: dropRate, noise_shape: [null, 1, 1, 1] }, y, `${name}drop`);
    }
    y = b.add([y, x], `${name}add`);
  }
  return y;
}

function efficientNet(
  index: number,
  width: number,
  depth: number,
  defaultSize: number,
  dropout: number,
): Application {
  const filtersOf = (filters: number): number => roundChannels(filters * width);
  const repeatsOf = (repeats: number): number => Math.ceil(depth * repeats);
  return {
    modelName: `efficientnetb${index}`,
    defaultSize,
    minimumSize: 32,
    arguments: standardArguments,
    build: (b, input) => {
      let x = b.layer('Rescaling', { scale: 1 / 255 }, input);
      x = b.layer('Normalization', { axis: -1 }, x);
      if (b.given.imagenet) {
        const scale = [0.229, 0.224, 0.225].map((deviation) => 1 / Math.sqrt(deviation));
        x = b.layer('Rescaling', { scale }, x);
      }
      x = b.pad(x, correctPad(x, 3), 'stem_conv_pad');
      x = b.conv(
        x,
        filtersOf(32),
        3,
        { strides: 2, use_bias: false, kernel_initializer: convolution },
        'stem_conv',
      );
      x = b.activation(b.batchNorm(x, 'stem_bn'), 'silu', 'stem_activation');
      const total = stages.reduce((sum, [, repeats]) => sum + repeatsOf(repeats), 0);
      let count = 0;
      stages.forEach(([kernel, repeats, from, to, expansion, stride], i) => {
        for (let j = 0; j < repeatsOf(repeats); j++) {
          const stage = {
            kernel,
            from: filtersOf(j === 0 ? from : to),
            to: filtersOf(to),
            expansion,
            stride: j === 0 ? stride : 1,
          };
          x = block(b, x, stage, (0.2 * count++) / total, `block${i + 1}${letter(j)}_`);
        }
      });
      x = b.conv(
        x,
        filtersOf(1280),
        1,
        { padding: 'same', use_bias: false, kernel_initializer: convolution },
        'top_conv',
      );
      x = b.activation(b.batchNorm(x, 'top_bn'), 'silu', 'top_activation');
      return b.top(x, 'avg_pool', dropout);
    },
  };
}

export const efficientNets: Readonly<Record<string, Application>> = {
  EfficientNetB0: efficientNet(0, 1, 1, 224, 0.2),
  EfficientNetB1: efficientNet(1, 1, 1.1, 240, 0.2),
  EfficientNetB2: efficientNet(2, 1.1, 1.2, 260, 0.3),
  EfficientNetB3: efficientNet(3, 1.2, 1.4, 300, 0.3),
  EfficientNetB4: efficientNet(4, 1.4, 1.8, 380, 0.4),
  EfficientNetB5: efficientNet(5, 1.6, 2.2, 456, 0.4),
  EfficientNetB6: efficientNet(6, 1.8, 2.6, 528, 0.5),
  EfficientNetB7: efficientNet(7, 2, 3.1, 600, 0.5),
};
