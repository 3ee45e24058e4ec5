import type { SymbolicTensor } from '../graph/symbolicTensor';
import { type Application, type ApplicationBuilder, standardArguments } from './applicationBuilder';

const epsilon = { epsilon: 1.001e-5 };

function convBlock(b: ApplicationBuilder, x: SymbolicTensor, name: string): SymbolicTensor {
  let y = b.activation(b.batchNorm(x, `${name}_0_bn`, epsilon), 'relu', `${name}_0_relu`);
  y = b.conv(y, 128, 1, { use_bias: false }, `${name}_1_conv`);
  y = b.activation(b.batchNorm(y, `${name}_1_bn`, epsilon), 'relu', `${name}_1_relu`);
  y = b.conv(y, 32, 3, { padding: 'same', use_bias: false }, `${name}_2_conv`);
  return b.concat([x, y], `${name}_concat`);
}

function transition(b: ApplicationBuilder, x: SymbolicTensor, name: string): SymbolicTensor {
  let y = b.activation(b.batchNorm(x, `${name}_bn`, epsilon), 'relu', `${name}_relu`);
  y = b.conv(y, Math.trunc((x.shape.at(-1) ?? 1) * 0.5), 1, { use_bias: false }, `${name}_conv`);
  return b.averagePool(y, 2, { strides: 2 }, `${name}_pool`);
}

function denseNet(modelName: string, depths: readonly number[]): Application {
  return {
    modelName,
    defaultSize: 224,
    minimumSize: 32,
    arguments: standardArguments,
    build: (b, input) => {
      let x = b.pad(input, [
        [3, 3],
        [3, 3],
      ]);
      x = b.conv(x, 64, 7, { strides: 2, use_bias: false }, 'conv1_conv');
      x = b.activation(b.batchNorm(x, 'conv1_bn', epsilon), 'relu', 'conv1_relu');
      x = b.maxPool(
        b.pad(x, [
          [1, 1],
          [1, 1],
        ]),
        3,
        { strides: 2 },
        'pool1',
      );
      depths.forEach((depth, stack) => {
        for (let i = 1; i <= depth; i++) {
          x = convBlock(b, x, `conv${stack + 2}_block${i}`);
        }
        if (stack < depths.length - 1) {
          x = transition(b, x, `pool${stack + 2}`);
        }
      });
      x = b.activation(b.batchNorm(x, 'bn', epsilon), 'relu', 'relu');
      return b.top(x);
    },
  };
}

export const denseNets: Readonly<Record<string, Application>> = {
  DenseNet121: denseNet('densenet121', [6, 12, 24, 16]),
  DenseNet169: denseNet('densenet169', [6, 12, 32, 32]),
  DenseNet201: denseNet('densenet201', [6, 12, 48, 32]),
};
