import { numberOf } from '../../core/model/catalogue/configAccess';
import type { ModelSpec } from '../../core/model/spec';

/** Sizes for axes that the model leaves open: a sequence, an image. */
const openSequence = 32;
const openImage = 64;

/** Input shapes without the batch, open axes filled in. */
export function inputShapes(spec: ModelSpec): number[][] {
  return spec.inputs.map(({ tensor }) => {
    const [, ...shape] = spec.tensors[tensor]?.shape ?? [null];
    const fill = shape.length >= 3 ? openImage : openSequence;
    return shape.map((size) => size ?? fill);
  });
}

/** The layer classes that an input goes into first, through anything that leaves numbers as they are. */
export function firstLayers(
  spec: ModelSpec,
  tensor: number,
): { className: string; config: ModelSpec['layers'][number]['config'] }[] {
  const layers = new Map(spec.layers.map((layer) => [layer.id, layer]));
  return spec.calls
    .filter(({ inputs }) => Object.values(inputs).some((ids) => ids.includes(tensor)))
    .flatMap(({ layer, outputs }) => {
      const own = layers.get(layer);
      if (own === undefined) {
        return [];
      }
      return ['Masking', 'Dropout', 'Identity', 'Reshape', 'Flatten'].includes(own.className) &&
        outputs[0] !== undefined
        ? [own, ...firstLayers(spec, outputs[0])]
        : [own];
    });
}

/** Number of different integers that an input may hold; null for real numbers. */
export function vocabulary(spec: ModelSpec, tensor: number): number | null {
  return tableSize(spec, tensor) ?? ((spec.tensors[tensor]?.dtype ?? '').startsWith('int') ? 10 : null);
}

/** Rows of the table that an input is looked up in: an embedding, an encoding; null where its numbers count as numbers. */
export function tableSize(spec: ModelSpec, tensor: number): number | null {
  for (const { className, config } of firstLayers(spec, tensor)) {
    if (className === 'Embedding' || className === 'ReversibleEmbedding') {
      return numberOf(config, 'input_dim', 2);
    }
    if (className === 'CategoryEncoding') {
      return numberOf(config, 'num_tokens', 2);
    }
  }
  return null;
}
