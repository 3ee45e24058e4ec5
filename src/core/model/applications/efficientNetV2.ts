import type { SymbolicTensor } from '../graph/symbolicTensor';
import { type Application, type ApplicationBuilder, standardArguments } from './applicationBuilder';

/** [repeats, filters in, filters out, expansion, share of squeeze and excitation, stride, whether expansion and depthwise convolution are one] */
type Stage = readonly [
  repeats: number,
  from: number,
  to: number,
  expansion: number,
  squeeze: number,
  stride: number,
  fused: boolean,
];

const stagesB: readonly Stage[] = [
  [1, 32, 16, 1, 0, 1, true],
  [2, 16, 32, 4, 0, 2, true],
  [2, 32, 48, 4, 0, 2, true],
  [3, 48, 96, 4, 0.25, 2, false],
  [5, 96, 112, 6, 0.25, 1, false],
  [8, 112, 192, 6, 0.25, 2, false],
];

const stagesS: readonly Stage[] = [
  [2, 24, 24, 1, 0, 1, true],
  [4, 24, 48, 4, 0, 2, true],
  [4, 48, 64, 4, 0, 2, true],
  [6, 64, 128, 4, 0.25, 2, false],
  [9, 128, 160, 6, 0.25, 1, false],
  [15, 160, 256, 6, 0.25, 2, false],
];

const stagesM: readonly Stage[] = [
  [3, 24, 24, 1, 0, 1, true],
  [5, 24, 48, 4, 0, 2, true],
  [5, 48, 80, 4, 0, 2, true],
  [7, 80, 160, 4, 0.25, 2, false],
  [14, 160, 176, 6, 0.25, 1, false],
  [18, 176, 304, 6, 0.25, 2, false],
  [5, 304, 512, 6, 0.25, 1, false],
];

const stagesL: readonly Stage[] = [
  [4, 32, 32, 1, 0, 1, true],
  [7, 32, 64, 4, 0, 2, true],
  [7, 64, 96, 4, 0, 2, true],
  [10, 96, 192, 4, 0.25, 2, false],
  [19, 192, 224, 6, 0.25, 1, false],
  [25, 224, 384, 6, 0.25, 2, false],
  [7, 384, 640, 6, 0.25, 1, false],
];

const initializer = {
  class_name: 'VarianceScaling',
  config: { scale: 2, mode: 'fan_out', distribution: 'truncated_normal' },
};
const momentum = { momentum: 0.9 };

interface Block {
  readonly from: number;
  readonly to: number;
  readonly expansion: number;
  readonly squeeze: number;
  readonly stride: number;
  readonly fused: boolean;
  readonly dropRate: number;
  readonly name: string;
}

function conv(
  b: ApplicationBuilder,
  x: SymbolicTensor,
  filters: number,
  size: number,
  strides: number,
  name: string,
): SymbolicTensor {
  const values = { strides, padding: 'same', use_bias: false, kernel_initializer: initializer };
  return b.conv(x, filters, size, values, name);
}

function excited(
  b: ApplicationBuilder,
  x: SymbolicTensor,
  filters: number,
  { from, squeeze, name }: Block,
): SymbolicTensor {
  if (squeeze <= 0) {
    return x;
  }
  const small = Math.max(1, Math.trunc(from * squeeze));
  let gate = b.layer('GlobalAveragePooling2D', {}, x, `${name}se_squeeze`);
  gate = b.layer('Reshape', { target_shape: [1, 1, filters] }, gate, `${name}se_reshape`);
  const values = { padding: 'same', kernel_initializer: initializer };
  gate = b.conv(gate, small, 1, { ...values, activation: 'silu' }, `${name}se_reduce`);
  gate = b.conv(gate, filters, 1, { ...values, activation: 'sigmoid' }, `${name}se_expand`);
  return b.layer('Multiply', {}, [x, gate], `${name}se_excite`);
}

function apply(b: ApplicationBuilder, x: SymbolicTensor, block: Block): SymbolicTensor {
  const { from, to, expansion, stride, fused, dropRate, name } = block;
  const filters = from * expansion;
  let y = x;
  if (expansion !== 1) {
    y = conv(b, y, filters, fused ? 3 : 1, fused ? stride : 1, `${name}expand_conv`);
    y = b.activation(b.batchNorm(y, `${name}expand_bn`, momentum), 'silu', `${name}expand_activation`);
  }
  if (!fused) {
    const values = { strides: stride, padding: 'same', depthwise_initializer: initializer };
    y = b.depthwise(y, 3, values, `${name}dwconv2`);
    y = b.activation(b.batchNorm(y, `${name}bn`, momentum), 'silu', `${name}activation`);
  }
  y = excited(b, y, filters, block);
  const whole = fused && expansion === 1;
  y = conv(b, y, to, whole ? 3 : 1, whole ? stride : 1, `${name}project_conv`);
  y = b.batchNorm(y, `${name}project_bn`, momentum);
  if (whole) {
    y = b.activation(y, 'silu', `${name}project_activation`);
  }
  if (stride !== 1 || from !== to) {
    return y;
  }
  if (dropRate > 0) {
    y = b.layer('Dropout', { rate: dropRate, noise_shape: [null, 1, 1, 1] }, y, `${name}drop`);
  }
  return b.add([y, x], `${name}add`);
}

function efficientNetV2(
  kind: string,
  stages: readonly Stage[],
  width: number,
  depth: number,
  defaultSize: number,
): Application {
  const rounded = (filters: number): number =>
    Math.max(8, Math.floor((Math.trunc(filters * width) + 4) / 8) * 8);
  return {
    modelName: `efficientnetv2-${kind}`,
    defaultSize,
    minimumSize: 32,
    arguments: [...standardArguments.slice(0, -1), 'include_preprocessing', 'name'],
    build: (b, input) => {
      let x = input;
      if (kind.startsWith('b')) {
        x = b.layer('Rescaling', { scale: 1 / 255 }, x);
        const statistics = { mean: [0.485, 0.456, 0.406], variance: [0.229 ** 2, 0.224 ** 2, 0.225 ** 2] };
        x = b.layer('Normalization', { ...statistics, axis: -1 }, x);
      } else {
        x = b.layer('Rescaling', { scale: 1 / 128, offset: -1 }, x);
      }
      x = conv(b, x, rounded(stages[0]?.[1] ?? 32), 3, 2, 'stem_conv');
      x = b.activation(b.batchNorm(x, 'stem_bn', momentum), 'silu', 'stem_activation');
      const total = stages.reduce((sum, [repeats]) => sum + repeats, 0);
      let count = 0;
      stages.forEach(([repeats, from, to, expansion, squeeze, stride, fused], i) => {
        for (let j = 0; j < Math.ceil(depth * repeats); j++) {
          x = apply(b, x, {
            from: rounded(j === 0 ? from : to),
            to: rounded(to),
            expansion,
            squeeze,
            stride: j === 0 ? stride : 1,
            fused,
            dropRate: (0.2 * count++) / total,
            name: `block${i + 1}${String.fromCharCode(97 + j)}_`,
          });
        }
      });
      x = conv(b, x, rounded(1280), 1, 1, 'top_conv');
      x = b.activation(b.batchNorm(x, 'top_bn', momentum), 'silu', 'top_activation');
      return b.top(x, 'avg_pool', 0.2);
    },
  };
}

export const efficientNetsV2: Readonly<Record<string, Application>> = {
  EfficientNetV2B0: efficientNetV2('b0', stagesB, 1, 1, 224),
  EfficientNetV2B1: efficientNetV2('b1', stagesB, 1, 1.1, 240),
  EfficientNetV2B2: efficientNetV2('b2', stagesB, 1.1, 1.2, 260),
  EfficientNetV2B3: efficientNetV2('b3', stagesB, 1.2, 1.4, 300),
  EfficientNetV2S: efficientNetV2('s', stagesS, 1, 1, 384),
  EfficientNetV2M: efficientNetV2('m', stagesM, 1, 1, 480),
  EfficientNetV2L: efficientNetV2('l', stagesL, 1, 1, 480),
};
