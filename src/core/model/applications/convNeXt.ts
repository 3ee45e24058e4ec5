import type { Config } from '../spec';
import type { SymbolicTensor } from '../graph/symbolicTensor';
import { type Application, type ApplicationBuilder, standardArguments } from './applicationBuilder';

const epsilon = { epsilon: 1e-6 };

function block(b: ApplicationBuilder, x: SymbolicTensor, width: number, name: string): SymbolicTensor {
  let y = b.conv(x, width, 7, { padding: 'same', groups: width }, `${name}_depthwise_conv`);
  y = b.layer('LayerNormalization', epsilon, y, `${name}_layernorm`);
  y = b.dense(y, 4 * width, null, `${name}_pointwise_conv_1`);
  y = b.activation(y, 'gelu', `${name}_gelu`);
  y = b.dense(y, width, null, `${name}_pointwise_conv_2`);
  y = b.layerScale(y, 1e-6, `${name}_layer_scale`);
  y = b.activation(y, 'linear', `${name}_identity`);
  return b.operation('add', { x1: x, x2: y });
}

function convNeXt(modelName: string, depths: readonly number[], widths: readonly number[]): Application {
  return {
    modelName,
    defaultSize: 224,
    minimumSize: 32,
    arguments: ['include_top', 'include_preprocessing', ...standardArguments.slice(1)],
    build: (b, input) => {
      const { includeTop, preprocessing, name = modelName } = b.given;
      let x = input;
      if (preprocessing && input.shape.at(-1) === 3) {
        const mean = [0.485, 0.456, 0.406].map((value) => value * 255);
        const variance = [0.229, 0.224, 0.225].map((value) => (value * 255) ** 2);
        x = b.layer('Normalization', { mean, variance, axis: -1 }, x, `${name}_prestem_normalization`);
      }
      widths.forEach((width, stage) => {
        const convolution = (size: number, title: string): readonly [string, Config, string] => [
          'Conv2D',
          { filters: width, kernel_size: size, strides: size },
          title,
        ];
        const i = stage - 1;
        x =
          stage === 0
            ? b.sequence(
                x,
                [
                  convolution(4, `${name}_stem_conv`),
                  ['LayerNormalization', epsilon, `${name}_stem_layernorm`],
                ],
                `${name}_stem`,
              )
            : b.sequence(
                x,
                [
                  ['LayerNormalization', epsilon, `${name}_downsampling_layernorm_${i}`],
                  convolution(2, `${name}_downsampling_conv_${i}`),
                ],
                `${name}_downsampling_block_${i}`,
              );
        for (let j = 0; j < (depths[stage] ?? 0); j++) {
          x = block(b, x, width, `${name}_stage_${stage}_block_${j}`);
        }
      });
      if (!includeTop) {
        return b.layer('LayerNormalization', epsilon, b.pooled(x));
      }
      x = b.layer('GlobalAveragePooling2D', {}, x, `${name}_head_gap`);
      x = b.layer('LayerNormalization', epsilon, x, `${name}_head_layernorm`);
      return b.dense(x, b.given.classes, b.given.classifierActivation, `${name}_head_dense`);
    },
  };
}

export const convNeXts: Readonly<Record<string, Application>> = {
  ConvNeXtTiny: convNeXt('convnext_tiny', [3, 3, 9, 3], [96, 192, 384, 768]),
  ConvNeXtSmall: convNeXt('convnext_small', [3, 3, 27, 3], [96, 192, 384, 768]),
  ConvNeXtBase: convNeXt('convnext_base', [3, 3, 27, 3], [128, 256, 512, 1024]),
  ConvNeXtLarge: convNeXt('convnext_large', [3, 3, 27, 3], [192, 384, 768, 1536]),
  ConvNeXtXLarge: convNeXt('convnext_xlarge', [3, 3, 27, 3], [256, 512, 1024, 2048]),
};
