import type { SymbolicTensor } from '../graph/symbolicTensor';
import { type Application, type ApplicationBuilder, standardArguments } from './applicationBuilder';

const epsilon = { epsilon: 1.001e-5 };

function block1(
  b: ApplicationBuilder,
  x: SymbolicTensor,
  filters: number,
  stride: number,
  shortcut: boolean,
  name: string,
): SymbolicTensor {
  let side = x;
  if (shortcut) {
    side = b.conv(x, 4 * filters, 1, { strides: stride }, `${name}_0_conv`);
    side = b.batchNorm(side, `${name}_0_bn`, epsilon);
  }
  let y = b.conv(x, filters, 1, { strides: stride }, `${name}_1_conv`);
  y = b.batchNorm(y, `${name}_1_bn`, epsilon);
  y = b.activation(y, 'relu', `${name}_1_relu`);
  y = b.conv(y, filters, 3, { padding: 'same' }, `${name}_2_conv`);
  y = b.batchNorm(y, `${name}_2_bn`, epsilon);
  y = b.activation(y, 'relu', `${name}_2_relu`);
  y = b.conv(y, 4 * filters, 1, {}, `${name}_3_conv`);
  y = b.batchNorm(y, `${name}_3_bn`, epsilon);
  y = b.add([side, y], `${name}_add`);
  return b.activation(y, 'relu', `${name}_out`);
}

function block2(
  b: ApplicationBuilder,
  x: SymbolicTensor,
  filters: number,
  stride: number,
  shortcut: boolean,
  name: string,
): SymbolicTensor {
  let pre = b.batchNorm(x, `${name}_preact_bn`, epsilon);
  pre = b.activation(pre, 'relu', `${name}_preact_relu`);
  const side = shortcut
    ? b.conv(pre, 4 * filters, 1, { strides: stride }, `${name}_0_conv`)
    : stride > 1
      ? b.maxPool(x, 1, { strides: stride })
      : x;
  let y = b.conv(pre, filters, 1, { strides: 1, use_bias: false }, `${name}_1_conv`);
  y = b.batchNorm(y, `${name}_1_bn`, epsilon);
  y = b.activation(y, 'relu', `${name}_1_relu`);
  y = b.pad(y, 1, `${name}_2_pad`);
  y = b.conv(y, filters, 3, { strides: stride, use_bias: false }, `${name}_2_conv`);
  y = b.batchNorm(y, `${name}_2_bn`, epsilon);
  y = b.activation(y, 'relu', `${name}_2_relu`);
  y = b.conv(y, 4 * filters, 1, {}, `${name}_3_conv`);
  return b.add([side, y], `${name}_out`);
}

function stem(b: ApplicationBuilder, input: SymbolicTensor, normalized: boolean): SymbolicTensor {
  let x = b.pad(input, 3, 'conv1_pad');
  x = b.conv(x, 64, 7, { strides: 2 }, 'conv1_conv');
  if (normalized) {
    x = b.batchNorm(x, 'conv1_bn', epsilon);
    x = b.activation(x, 'relu', 'conv1_relu');
  }
  x = b.pad(x, 1, 'pool1_pad');
  return b.maxPool(x, 3, { strides: 2 }, 'pool1_pool');
}

/** ResNet: the shortcut is projected in the first block of a stack, which also halves the size. */
function resnet(modelName: string, depths: readonly number[]): Application {
  return {
    modelName,
    defaultSize: 224,
    minimumSize: 32,
    arguments: standardArguments,
    build: (b, input) => {
      let x = stem(b, input, true);
      depths.forEach((depth, stack) => {
        for (let i = 1; i <= depth; i++) {
          x = block1(
            b,
            x,
            64 * 2 ** stack,
            stack > 0 && i === 1 ? 2 : 1,
            i === 1,
            `conv${stack + 2}_block${i}`,
          );
        }
      });
      return b.top(x);
    },
  };
}

/** ResNet V2: normalization and activation before the convolutions; the last block of a stack halves the size. */
function resnetV2(modelName: string, depths: readonly number[]): Application {
  return {
    modelName,
    defaultSize: 224,
    minimumSize: 32,
    arguments: standardArguments,
    build: (b, input) => {
      let x = stem(b, input, false);
      depths.forEach((depth, stack) => {
        for (let i = 1; i <= depth; i++) {
          const stride = i === depth && stack < depths.length - 1 ? 2 : 1;
          x = block2(b, x, 64 * 2 ** stack, stride, i === 1, `conv${stack + 2}_block${i}`);
        }
      });
      x = b.batchNorm(x, 'post_bn', epsilon);
      x = b.activation(x, 'relu', 'post_relu');
      return b.top(x);
    },
  };
}

export const resnets: Readonly<Record<string, Application>> = {
  ResNet50: resnet('resnet50', [3, 4, 6, 3]),
  ResNet101: resnet('resnet101', [3, 4, 23, 3]),
  ResNet152: resnet('resnet152', [3, 8, 36, 3]),
  ResNet50V2: resnetV2('resnet50v2', [3, 4, 6, 3]),
  ResNet101V2: resnetV2('resnet101v2', [3, 4, 23, 3]),
  ResNet152V2: resnetV2('resnet152v2', [3, 8, 36, 3]),
};
