import type { LayerSpec, ModelSpec, WeightSpec } from '../../core/model/spec';
import type { Note } from '../../core/report/report';

/** Size of the entries of word vectors as GloVe and word2vec have them. */
const vectorDeviation = 0.4;

/** An Embedding that starts from a constant starts from an array that the program fills: vectors learned elsewhere, which nobody has at hand here. */
function startsFromVectors({ className, weights }: LayerSpec): boolean {
  return className === 'Embedding' && weights[0]?.initializer.class_name === 'Constant';
}

/** The weight with an initializer that makes vectors of the usual size in place of those. */
export function withStandIn(layer: LayerSpec, weight: WeightSpec): WeightSpec {
  return startsFromVectors(layer)
    ? { ...weight, initializer: { class_name: 'RandomNormal', config: { mean: 0, stddev: vectorDeviation } } }
    : weight;
}

/** What has to be said of it. */
export function standInNotes(spec: ModelSpec): readonly Note[] {
  const names = spec.layers.filter(startsFromVectors).map(({ name }) => name);
  return names.length === 0
    ? []
    : [
        {
          id: 'pretrained-vectors',
          text: `The vectors that ${names.join(', ')} starts from are not known here; random ones of the usual size were used.`,
        },
      ];
}
