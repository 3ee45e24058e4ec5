import { type Application, standardArguments } from './applicationBuilder';

/** VGG: blocks of 3 × 3 convolutions, each closed by a pooling. `depths`: convolutions in each block. */
function vgg(modelName: string, depths: readonly number[]): Application {
  const widths = [64, 128, 256, 512, 512];
  return {
    modelName,
    defaultSize: 224,
    minimumSize: 32,
    arguments: standardArguments,
    build: (b, input) => {
      let x = input;
      depths.forEach((depth, block) => {
        for (let i = 1; i <= depth; i++) {
          x = b.conv(
            x,
            widths[block] ?? 512,
            3,
            { activation: 'relu', padding: 'same' },
            `block${block + 1}_conv${i}`,
          );
        }
        x = b.maxPool(x, 2, { strides: 2 }, `block${block + 1}_pool`);
      });
      const { includeTop, classes, classifierActivation } = b.given;
      if (!includeTop) {
        return b.pooled(x);
      }
      x = b.layer('Flatten', {}, x, 'flatten');
      x = b.dense(x, 4096, 'relu', 'fc1');
      x = b.dense(x, 4096, 'relu', 'fc2');
      return b.dense(x, classes, classifierActivation, 'predictions');
    },
  };
}

export const vggs: Readonly<Record<string, Application>> = {
  VGG16: vgg('vgg16', [2, 2, 3, 3, 3]),
  VGG19: vgg('vgg19', [2, 2, 4, 4, 4]),
};
