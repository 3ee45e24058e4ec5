import type { Json, ModelSpec } from '../../src/core/model/spec';
import { readKerasConfig } from '../../src/core/source/keras/readKerasConfig';

type Layer = readonly [className: string, config: { readonly [key: string]: Json }];

/** A Sequential model as Keras' config.json would hold it. */
export function sequential(
  inputShape: readonly (number | null)[],
  layers: readonly Layer[],
  compile: Json = null,
  dtype = 'float32',
): ModelSpec {
  return readKerasConfig(
    {
      class_name: 'Sequential',
      config: {
        name: 'model',
        layers: [
          { class_name: 'InputLayer', config: { batch_shape: [null, ...inputShape], dtype, name: 'input' } },
          ...layers.map(([className, config], i) => ({
            class_name: className,
            config: { name: `layer_${i}`, ...config },
          })),
        ],
      },
      compile_config: compile,
    },
    { id: 'model', range: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 } },
  );
}
