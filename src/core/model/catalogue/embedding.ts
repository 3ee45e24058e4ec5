import { constraint, initializer, optional, regularizer, required, transient } from './arguments';
import type { ArgumentDefinition } from './classDefinition';
import { flagOf, numberOf } from './configAccess';
import { inputOf, layerClass, output } from './layer';
import type { LayerClass } from './layerClass';
import { weight } from './weights';

const table: readonly ArgumentDefinition[] = [
  initializer('embeddings', 'uniform', 'init'),
  regularizer('embeddings', 'W_regularizer'),
  constraint('embeddings', 'W_constraint'),
  optional('mask_zero', false),
];
const sizes: readonly ArgumentDefinition[] = [required('input_dim'), required('output_dim')];

/** Keras 3 takes `input_length` for old programs' sake and does nothing with it. */
const ignored = ['input_length', 'dropout'];

export const embeddingLayers: readonly LayerClass[] = [
  layerClass({
    className: 'Embedding',
    arguments: [
      ...sizes,
      ...table,
      transient(optional('weights', null)),
      transient(optional('lora_rank', null)),
      transient(optional('lora_alpha', null)),
      transient(optional('quantization_config', null)),
    ],
    ignored,
    build: (config, inputs) => {
      const units = numberOf(config, 'output_dim');
      return output(
        config,
        [...inputOf(inputs).shape, units],
        [weight(config, 'embeddings', [numberOf(config, 'input_dim'), units])],
      );
    },
  }),
  layerClass({
    className: 'ReversibleEmbedding',
    arguments: [
      ...sizes,
      optional('tie_weights', true),
      ...table,
      optional('reverse_dtype', null),
      optional('logit_soft_cap', null),
    ],
    ignored,
    build: (config, inputs) => {
      const words = numberOf(config, 'input_dim');
      const units = numberOf(config, 'output_dim');
      const reverse = flagOf(config, 'tie_weights')
        ? []
        : [weight(config, 'reverse_embeddings', [units, words], 'embeddings')];
      return output(
        config,
        [...inputOf(inputs).shape, units],
        [weight(config, 'embeddings', [words, units]), ...reverse],
      );
    },
  }),
];
