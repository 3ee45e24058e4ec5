import type { SymbolicTensor } from '../graph/symbolicTensor';
import { type Application, type ApplicationBuilder, standardArguments } from './applicationBuilder';

function separable(b: ApplicationBuilder, x: SymbolicTensor, filters: number, name: string): SymbolicTensor {
  const y = b.layer(
    'SeparableConv2D',
    { filters, kernel_size: 3, padding: 'same', use_bias: false },
    x,
    name,
  );
  return b.batchNorm(y, `${name}_bn`);
}

/** A block that halves the size: two separable convolutions and a pooling beside a projected shortcut. */
function down(
  b: ApplicationBuilder,
  x: SymbolicTensor,
  first: number,
  second: number,
  block: number,
): SymbolicTensor {
  const side = b.batchNorm(b.conv(x, second, 1, { strides: 2, padding: 'same', use_bias: false }));
  const name = `block${block}`;
  let y = block === 2 ? x : b.activation(x, 'relu', `${name}_sepconv1_act`);
  y = separable(b, y, first, `${name}_sepconv1`);
  y = b.activation(y, 'relu', `${name}_sepconv2_act`);
  y = separable(b, y, second, `${name}_sepconv2`);
  y = b.maxPool(y, 3, { strides: 2, padding: 'same' }, `${name}_pool`);
  return b.add([y, side]);
}

const xception: Application = {
  modelName: 'xception',
  defaultSize: 299,
  minimumSize: 71,
  arguments: standardArguments,
  build: (b, input) => {
    let x = b.conv(input, 32, 3, { strides: 2, use_bias: false }, 'block1_conv1');
    x = b.activation(b.batchNorm(x, 'block1_conv1_bn'), 'relu', 'block1_conv1_act');
    x = b.conv(x, 64, 3, { use_bias: false }, 'block1_conv2');
    x = b.activation(b.batchNorm(x, 'block1_conv2_bn'), 'relu', 'block1_conv2_act');
    x = down(b, x, 128, 128, 2);
    x = down(b, x, 256, 256, 3);
    x = down(b, x, 728, 728, 4);
    for (let block = 5; block < 13; block++) {
      let y = x;
      for (const part of ['sepconv1', 'sepconv2', 'sepconv3']) {
        y = b.activation(y, 'relu', `block${block}_${part}_act`);
        y = separable(b, y, 728, `block${block}_${part}`);
      }
      x = b.add([y, x]);
    }
    x = down(b, x, 728, 1024, 13);
    x = b.activation(separable(b, x, 1536, 'block14_sepconv1'), 'relu', 'block14_sepconv1_act');
    x = b.activation(separable(b, x, 2048, 'block14_sepconv2'), 'relu', 'block14_sepconv2_act');
    return b.given.includeTop ? b.top(x) : b.pooled(x);
  },
};

export const xceptions: Readonly<Record<string, Application>> = { Xception: xception };
