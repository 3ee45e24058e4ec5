import type { SymbolicTensor } from '../graph/symbolicTensor';
import { type Application, type ApplicationBuilder, standardArguments } from './applicationBuilder';

type Size = number | readonly [number, number];
/** One convolution of a branch: filters, kernel, and stride or padding where they differ. */
type Step = readonly [filters: number, size: Size, strides?: number, padding?: string];

function convBn(
  b: ApplicationBuilder,
  x: SymbolicTensor,
  filters: number,
  size: Size,
  strides = 1,
  padding = 'same',
  name: string | null = null,
): SymbolicTensor {
  const convolved = b.conv(x, filters, size, { strides, padding, use_bias: false }, name);
  const y = b.batchNorm(convolved, name && `${name}_bn`, { scale: false });
  return b.activation(y, 'relu', name && `${name}_ac`);
}

function branch(b: ApplicationBuilder, x: SymbolicTensor, ...steps: readonly Step[]): SymbolicTensor {
  return steps.reduce(
    (y, [filters, size, strides, padding]) => convBn(b, y, filters, size, strides, padding),
    x,
  );
}

const pooledBranch = (b: ApplicationBuilder, x: SymbolicTensor, filters: number): SymbolicTensor =>
  branch(b, b.averagePool(x, 3, { strides: 1, padding: 'same' }), [filters, 1]);

/** Layers take their names in the order of Keras' source: 1 × 1, 5 × 5, 3 × 3 double, pool. */
function block35(b: ApplicationBuilder, x: SymbolicTensor, pool: number, name: string): SymbolicTensor {
  const one = branch(b, x, [64, 1]);
  const five = branch(b, x, [48, 1], [64, 5]);
  const three = branch(b, x, [64, 1], [96, 3], [96, 3]);
  return b.concat([one, five, three, pooledBranch(b, x, pool)], name);
}

function block17(b: ApplicationBuilder, x: SymbolicTensor, width: number, name: string): SymbolicTensor {
  const one = branch(b, x, [192, 1]);
  const seven = branch(b, x, [width, 1], [width, [1, 7]], [192, [7, 1]]);
  const double = branch(b, x, [width, 1], [width, [7, 1]], [width, [1, 7]], [width, [7, 1]], [192, [1, 7]]);
  return b.concat([one, seven, double, pooledBranch(b, x, 192)], name);
}

function block8(b: ApplicationBuilder, x: SymbolicTensor, index: number): SymbolicTensor {
  const one = branch(b, x, [320, 1]);
  let three = branch(b, x, [384, 1]);
  three = b.concat([branch(b, three, [384, [1, 3]]), branch(b, three, [384, [3, 1]])], `mixed9_${index}`);
  let double = branch(b, x, [448, 1], [384, 3]);
  double = b.concat([branch(b, double, [384, [1, 3]]), branch(b, double, [384, [3, 1]])]);
  return b.concat([one, three, double, pooledBranch(b, x, 192)], `mixed${9 + index}`);
}

const inceptionV3: Application = {
  modelName: 'inception_v3',
  defaultSize: 299,
  minimumSize: 75,
  arguments: standardArguments,
  build: (b, input) => {
    let x = branch(b, input, [32, 3, 2, 'valid'], [32, 3, 1, 'valid'], [64, 3]);
    x = b.maxPool(x, 3, { strides: 2 });
    x = branch(b, x, [80, 1, 1, 'valid'], [192, 3, 1, 'valid']);
    x = b.maxPool(x, 3, { strides: 2 });
    x = block35(b, x, 32, 'mixed0');
    x = block35(b, x, 64, 'mixed1');
    x = block35(b, x, 64, 'mixed2');
    const three = branch(b, x, [384, 3, 2, 'valid']);
    const double = branch(b, x, [64, 1], [96, 3], [96, 3, 2, 'valid']);
    x = b.concat([three, double, b.maxPool(x, 3, { strides: 2 })], 'mixed3');
    [128, 160, 160, 192].forEach((width, i) => {
      x = block17(b, x, width, `mixed${4 + i}`);
    });
    const reduced = branch(b, x, [192, 1], [320, 3, 2, 'valid']);
    const seven = branch(b, x, [192, 1], [192, [1, 7]], [192, [7, 1]], [192, 3, 2, 'valid']);
    x = b.concat([reduced, seven, b.maxPool(x, 3, { strides: 2 })], 'mixed8');
    x = block8(b, x, 0);
    x = block8(b, x, 1);
    return b.given.includeTop ? b.top(x) : b.pooled(x);
  },
};

function residual(
  b: ApplicationBuilder,
  x: SymbolicTensor,
  scale: number,
  type: 'block35' | 'block17' | 'block8',
  index: number,
  activation = true,
): SymbolicTensor {
  const branches = {
    block35: () => [
      branch(b, x, [32, 1]),
      branch(b, x, [32, 1], [32, 3]),
      branch(b, x, [32, 1], [48, 3], [64, 3]),
    ],
    block17: () => [branch(b, x, [192, 1]), branch(b, x, [128, 1], [160, [1, 7]], [192, [7, 1]])],
    block8: () => [branch(b, x, [192, 1]), branch(b, x, [192, 1], [224, [1, 3]], [256, [3, 1]])],
  }[type]();
  const name = `${type}_${index}`;
  const mixed = b.concat(branches, `${name}_mixed`);
  const up = b.conv(mixed, x.shape.at(-1) ?? 1, 1, { padding: 'same' }, `${name}_conv`);
  const y = b.addScaled(x, up, scale);
  return activation ? b.activation(y, 'relu', `${name}_ac`) : y;
}

const inceptionResNetV2: Application = {
  modelName: 'inception_resnet_v2',
  defaultSize: 299,
  minimumSize: 75,
  arguments: standardArguments,
  build: (b, input) => {
    let x = branch(b, input, [32, 3, 2, 'valid'], [32, 3, 1, 'valid'], [64, 3]);
    x = b.maxPool(x, 3, { strides: 2 });
    x = branch(b, x, [80, 1, 1, 'valid'], [192, 3, 1, 'valid']);
    x = b.maxPool(x, 3, { strides: 2 });
    const zero = branch(b, x, [96, 1]);
    const one = branch(b, x, [48, 1], [64, 5]);
    const two = branch(b, x, [64, 1], [96, 3], [96, 3]);
    x = b.concat([zero, one, two, pooledBranch(b, x, 64)], 'mixed_5b');
    for (let i = 1; i <= 10; i++) {
      x = residual(b, x, 0.17, 'block35', i);
    }
    const a0 = branch(b, x, [384, 3, 2, 'valid']);
    const a1 = branch(b, x, [256, 1], [256, 3], [384, 3, 2, 'valid']);
    x = b.concat([a0, a1, b.maxPool(x, 3, { strides: 2 })], 'mixed_6a');
    for (let i = 1; i <= 20; i++) {
      x = residual(b, x, 0.1, 'block17', i);
    }
    const b0 = branch(b, x, [256, 1], [384, 3, 2, 'valid']);
    const b1 = branch(b, x, [256, 1], [288, 3, 2, 'valid']);
    const b2 = branch(b, x, [256, 1], [288, 3], [320, 3, 2, 'valid']);
    x = b.concat([b0, b1, b2, b.maxPool(x, 3, { strides: 2 })], 'mixed_7a');
    for (let i = 1; i <= 9; i++) {
      x = residual(b, x, 0.2, 'block8', i);
    }
    x = residual(b, x, 1, 'block8', 10, false);
    x = convBn(b, x, 1536, 1, 1, 'same', 'conv_7b');
    return b.given.includeTop ? b.top(x) : b.pooled(x);
  },
};

export const inceptions: Readonly<Record<string, Application>> = {
  InceptionV3: inceptionV3,
  InceptionResNetV2: inceptionResNetV2,
};
