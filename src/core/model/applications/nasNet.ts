import type { SymbolicTensor } from '../graph/symbolicTensor';
import { type Application, type ApplicationBuilder, correctPad } from './applicationBuilder';

/** A cell gives its output and its input, which the next cell but one takes too. */
type Cell = readonly [x: SymbolicTensor, previous: SymbolicTensor];

const bn = { momentum: 0.9997, epsilon: 1e-3 };
const pointwise = { padding: 'same', use_bias: false, kernel_initializer: 'he_normal' };

/** Separable convolution twice, activation first. */
function separable(
  b: ApplicationBuilder,
  input: SymbolicTensor,
  filters: number,
  size: number,
  strides: number,
  id: string,
): SymbolicTensor {
  const values = { filters, kernel_size: size, use_bias: false };
  let x = b.activation(input, 'relu');
  if (strides > 1) {
    x = b.pad(x, correctPad(x, size), `separable_conv_1_pad_${id}`);
  }
  const padding = strides > 1 ? 'valid' : 'same';
  x = b.layer('SeparableConv2D', { ...values, strides, padding }, x, `separable_conv_1_${id}`);
  x = b.activation(b.batchNorm(x, `separable_conv_1_bn_${id}`, bn), 'relu');
  x = b.layer('SeparableConv2D', { ...values, padding: 'same' }, x, `separable_conv_2_${id}`);
  return b.batchNorm(x, `separable_conv_2_bn_${id}`, bn);
}

/** Brings the output of the cell before the last to size and width of the last one's. */
function adjusted(
  b: ApplicationBuilder,
  previous: SymbolicTensor | null,
  x: SymbolicTensor,
  filters: number,
  id: string,
): SymbolicTensor {
  if (!previous) {
    return x;
  }
  if (previous.shape[2] !== x.shape[2]) {
    const p = b.activation(previous, 'relu', `adjust_relu_1_${id}`);
    const half = Math.floor(filters / 2);
    const pooled = (y: SymbolicTensor, n: number): SymbolicTensor => {
      const small = b.averagePool(y, 1, { strides: 2 }, `adjust_avg_pool_${n}_${id}`);
      return b.conv(small, half, 1, pointwise, `adjust_conv_${n}_${id}`);
    };
    const first = pooled(p, 1);
    const corner = (one: number, other: number): readonly (readonly number[])[] => [
      [one, other],
      [one, other],
    ];
    const shifted = b.layer('Cropping2D', { cropping: corner(1, 0) }, b.pad(p, corner(0, 1)));
    return b.batchNorm(b.concat([first, pooled(shifted, 2)]), `adjust_bn_${id}`, bn);
  }
  if (previous.shape.at(-1) !== filters) {
    const p = b.activation(previous, 'relu');
    return b.batchNorm(
      b.conv(p, filters, 1, pointwise, `adjust_conv_projection_${id}`),
      `adjust_bn_${id}`,
      bn,
    );
  }
  return previous;
}

/** `relu → 1 × 1 convolution → normalization`, with which every cell begins. */
function squeezed(
  b: ApplicationBuilder,
  x: SymbolicTensor,
  filters: number,
  kind: string,
  id: string,
): SymbolicTensor {
  const h = b.conv(b.activation(x, 'relu'), filters, 1, pointwise, `${kind}_conv_1_${id}`);
  return b.batchNorm(h, `${kind}_bn_1_${id}`, bn);
}

function normalCell(
  b: ApplicationBuilder,
  x: SymbolicTensor,
  before: SymbolicTensor,
  filters: number,
  id: string,
): Cell {
  const p = adjusted(b, before, x, filters, id);
  const h = squeezed(b, x, filters, 'normal', id);
  const convolved = (y: SymbolicTensor, size: number, side: string): SymbolicTensor =>
    separable(b, y, filters, size, 1, `normal_${side}_${id}`);
  const averaged = (y: SymbolicTensor, side: string): SymbolicTensor =>
    b.averagePool(y, 3, { strides: 1, padding: 'same' }, `normal_${side}_${id}`);
  const sum = (y: SymbolicTensor, z: SymbolicTensor, n: number): SymbolicTensor =>
    b.add([y, z], `normal_add_${n}_${id}`);
  const x1 = sum(convolved(h, 5, 'left1'), convolved(p, 3, 'right1'), 1);
  const x2 = sum(convolved(p, 5, 'left2'), convolved(p, 3, 'right2'), 2);
  const x3 = sum(averaged(h, 'left3'), p, 3);
  const x4 = sum(averaged(p, 'left4'), averaged(p, 'right4'), 4);
  const x5 = sum(convolved(h, 3, 'left5'), h, 5);
  return [b.concat([p, x1, x2, x3, x4, x5], `normal_concat_${id}`), x];
}

function reductionCell(
  b: ApplicationBuilder,
  x: SymbolicTensor,
  before: SymbolicTensor | null,
  filters: number,
  id: string,
): Cell {
  const p = adjusted(b, before, x, filters, id);
  const h = squeezed(b, x, filters, 'reduction', id);
  const padded = b.pad(h, correctPad(h, 3), `reduction_pad_1_${id}`);
  const convolved = (y: SymbolicTensor, size: number, strides: number, side: string): SymbolicTensor =>
    separable(b, y, filters, size, strides, `reduction_${side}_${id}`);
  const x1 = b.add([convolved(h, 5, 2, 'left1'), convolved(p, 7, 2, 'right1')], `reduction_add_1_${id}`);
  const pooled = b.maxPool(padded, 3, { strides: 2 }, `reduction_left2_${id}`);
  const x2 = b.add([pooled, convolved(p, 7, 2, 'right2')], `reduction_add_2_${id}`);
  const averaged = b.averagePool(padded, 3, { strides: 2 }, `reduction_left3_${id}`);
  const x3 = b.add([averaged, convolved(p, 5, 2, 'right3')], `reduction_add3_${id}`);
  const smoothed = b.averagePool(x1, 3, { strides: 1, padding: 'same' }, `reduction_left4_${id}`);
  const x4 = b.add([x2, smoothed]);
  const left = convolved(x1, 3, 1, 'left4');
  const right = b.maxPool(padded, 3, { strides: 2 }, `reduction_right5_${id}`);
  const x5 = b.add([left, right], `reduction_add4_${id}`);
  return [b.concat([x2, x3, x4, x5], `reduction_concat_${id}`), x];
}

interface Size {
  readonly penultimate: number;
  readonly blocks: number;
  readonly stem: number;
  /** Whether the cell after a reduction takes what came before the one before it. */
  readonly skipReduction: boolean;
}

function nasNet(
  modelName: string,
  defaultSize: number,
  { penultimate, blocks, stem, skipReduction }: Size,
): Application {
  return {
    modelName,
    defaultSize,
    minimumSize: 32,
    openSize: 'never',
    arguments: [
      'input_shape',
      'include_top',
      'weights',
      'input_tensor',
      'pooling',
      'classes',
      'classifier_activation',
      'name',
    ],
    build: (b, input) => {
      const filters = penultimate / 24;
      const values = { strides: 2, use_bias: false, kernel_initializer: 'he_normal' };
      const start = b.batchNorm(b.conv(input, stem, 3, values, 'stem_conv1'), 'stem_bn1', bn);
      let [x, p] = reductionCell(b, start, null, Math.floor(filters / 4), 'stem_1');
      [x, p] = reductionCell(b, x, p, Math.floor(filters / 2), 'stem_2');
      for (let stage = 0; stage < 3; stage++) {
        const width = filters * 2 ** stage;
        if (stage > 0) {
          const [reduced, before] = reductionCell(b, x, p, width, `reduce_${stage * blocks}`);
          x = reduced;
          p = skipReduction ? p : before;
        }
        for (let i = 0; i < blocks; i++) {
          [x, p] = normalCell(b, x, p, width, String(stage * blocks + i + (stage > 0 ? 1 : 0)));
        }
      }
      return b.top(b.activation(x, 'relu'), null);
    },
  };
}

export const nasNets: Readonly<Record<string, Application>> = {
  NASNetMobile: nasNet('nasnet_mobile', 224, {
    penultimate: 1056,
    blocks: 4,
    stem: 32,
    skipReduction: false,
  }),
  NASNetLarge: nasNet('nasnet_large', 331, { penultimate: 4032, blocks: 6, stem: 96, skipReduction: true }),
};
