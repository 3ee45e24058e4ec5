import type { Shape } from '../../report/report';
import type { Config } from '../spec';
import { dataFormat, optional, required } from './arguments';
import type { ArgumentDefinition } from './classDefinition';
import { flagOf, isList, numberOf, numbersOf, stringOf } from './configAccess';
import { inputOf, layerClass, output, sameShape } from './layer';
import type { LayerBuild, LayerClass, LayerInputs } from './layerClass';
import { positiveAxis } from './shapes';
import { plainWeight } from './weights';

const zeros = { class_name: 'Zeros', config: {} };
const ones = { class_name: 'Ones', config: {} };

/** Statistics that `adapt` fills are weights unless they are given (keras 3.15, `Normalization.build`). */
const normalization = layerClass({
  className: 'Normalization',
  arguments: [
    optional('axis', -1),
    optional('mean', null),
    optional('variance', null),
    optional('invert', false),
  ],
  normalize: (config) => ({ ...config, axis: config.axis === null ? [] : numbersOf(config, 'axis') }),
  build: (config, inputs) => {
    const { shape } = inputOf(inputs);
    if (config.mean !== null && config.mean !== undefined) {
      return output(config, shape);
    }
    const sizes = numbersOf(config, 'axis').map((axis) => shape[positiveAxis(axis, shape.length)] ?? 1);
    return output(config, shape, [
      plainWeight(config, 'mean', sizes, zeros, false),
      plainWeight(config, 'variance', sizes, ones, false),
      plainWeight(config, 'count', [], zeros, false, 'int64'),
    ]);
  },
});

/** Output of a layer that turns values into indices or counts of `tokens` classes. */
function encoded(config: Config, inputs: LayerInputs, tokens: number | null): LayerBuild {
  const { shape } = inputOf(inputs);
  const mode = stringOf(config, 'output_mode', 'int');
  if (mode === 'int') {
    return { outputs: [{ shape, dtype: 'int64' }], weights: [] };
  }
  const [batch, ...rest] = shape;
  const kept: Shape = mode === 'one_hot' && rest.at(-1) !== 1 ? shape : [batch ?? null, ...rest.slice(0, -1)];
  return output(config, [...kept, tokens]);
}

/** Size of a vocabulary: as given, else the bound. */
export function vocabularySize(config: Config): number | null {
  const extra = numberOf(config, 'num_oov_indices', 1);
  if (isList(config.vocabulary)) {
    return config.vocabulary.length + extra;
  }
  return typeof config.max_tokens === 'number' ? config.max_tokens : null;
}

const outputMode = (value: string): ArgumentDefinition => optional('output_mode', value);
const sparse = optional('sparse', false);
const name = optional('name', null);

const textVectorization = layerClass({
  className: 'TextVectorization',
  arguments: [
    optional('max_tokens', null),
    optional('standardize', 'lower_and_strip_punctuation'),
    optional('split', 'whitespace'),
    optional('ngrams', null),
    outputMode('int'),
    optional('output_sequence_length', null),
    optional('pad_to_max_tokens', false),
    optional('vocabulary', null),
    optional('idf_weights', null),
    sparse,
    optional('ragged', false),
    optional('encoding', 'utf-8'),
    name,
  ],
  build: (config, inputs) => {
    const batch = inputOf(inputs).shape[0] ?? null;
    if (stringOf(config, 'output_mode', 'int') === 'int') {
      const length = config.output_sequence_length;
      return {
        outputs: [{ shape: [batch, typeof length === 'number' ? length : null], dtype: 'int64' }],
        weights: [],
      };
    }
    return output(config, [batch, vocabularySize(config)]);
  },
});

function sized(className: string, ...parameters: readonly ArgumentDefinition[]): LayerClass {
  return layerClass({
    className,
    arguments: [required('height', 'target_height'), required('width', 'target_width'), ...parameters],
    build: (config, inputs) => {
      const shape = [...inputOf(inputs).shape];
      const last = stringOf(config, 'data_format') === 'channels_first' ? shape.length : shape.length - 1;
      shape[last - 2] = numberOf(config, 'height');
      shape[last - 1] = numberOf(config, 'width');
      return output(config, shape);
    },
  });
}

const indexTail: readonly ArgumentDefinition[] = [
  optional('vocabulary', null),
  optional('idf_weights', null),
  optional('invert', false),
  outputMode('int'),
];

export const preprocessingLayers: readonly LayerClass[] = [
  normalization,
  layerClass({
    className: 'Rescaling',
    arguments: [required('scale'), optional('offset', 0)],
    build: sameShape,
  }),
  sized(
    'Resizing',
    optional('interpolation', 'bilinear'),
    optional('crop_to_aspect_ratio', false),
    optional('pad_to_aspect_ratio', false),
    optional('fill_mode', 'constant'),
    optional('fill_value', 0),
    optional('antialias', false),
    dataFormat,
  ),
  sized('CenterCrop', dataFormat),
  sized('RandomCrop', optional('seed', null), dataFormat, name),
  textVectorization,
  layerClass({
    className: 'StringLookup',
    arguments: [
      optional('max_tokens', null),
      optional('num_oov_indices', 1),
      optional('mask_token', null),
      optional('oov_token', '[UNK]'),
      ...indexTail,
      optional('pad_to_max_tokens', false),
      sparse,
      optional('encoding', 'utf-8'),
      name,
      optional('salt', null),
    ],
    build: (config, inputs) => encoded(config, inputs, vocabularySize(config)),
  }),
  layerClass({
    className: 'IntegerLookup',
    arguments: [
      optional('max_tokens', null),
      optional('num_oov_indices', 1),
      optional('mask_token', null),
      optional('oov_token', -1),
      optional('vocabulary', null),
      optional('vocabulary_dtype', 'int64'),
      optional('idf_weights', null),
      optional('invert', false),
      outputMode('int'),
      sparse,
      optional('pad_to_max_tokens', false),
      optional('oov_method', 'floormod'),
      optional('salt', null),
      name,
    ],
    build: (config, inputs) => encoded(config, inputs, vocabularySize(config)),
  }),
  layerClass({
    className: 'CategoryEncoding',
    arguments: [optional('num_tokens', null, 'max_tokens'), outputMode('multi_hot'), sparse],
    build: (config, inputs) => encoded(config, inputs, numberOf(config, 'num_tokens')),
  }),
  layerClass({
    className: 'Discretization',
    arguments: [
      optional('bin_boundaries', null, 'bins'),
      optional('num_bins', null),
      optional('epsilon', 0.01),
      outputMode('int'),
      sparse,
      optional('dtype', null),
      name,
    ],
    build: (config, inputs) => {
      const bins = isList(config.bin_boundaries) ? config.bin_boundaries.length + 1 : null;
      return encoded(config, inputs, bins ?? numberOf(config, 'num_bins'));
    },
  }),
  layerClass({
    className: 'Hashing',
    arguments: [
      required('num_bins'),
      optional('mask_value', null),
      optional('salt', null),
      outputMode('int'),
      sparse,
    ],
    build: (config, inputs) => encoded(config, inputs, numberOf(config, 'num_bins')),
  }),
  layerClass({
    className: 'HashedCrossing',
    arguments: [required('num_bins'), outputMode('int'), sparse, name, optional('dtype', null)],
    build: (config, inputs) => encoded(config, inputs, numberOf(config, 'num_bins')),
  }),
  layerClass({
    className: 'MelSpectrogram',
    arguments: [
      optional('fft_length', 2048),
      optional('sequence_stride', 512),
      optional('sequence_length', null),
      optional('window', 'hann'),
      optional('sampling_rate', 16000),
      optional('num_mel_bins', 128),
      optional('min_freq', 20),
      optional('max_freq', null),
      optional('power_to_db', true),
      optional('top_db', 80),
      optional('mag_exp', 2),
      optional('min_power', 1e-10),
      optional('ref_power', 1),
    ],
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      const samples = shape.at(-1) ?? null;
      const stride = numberOf(config, 'sequence_stride', 512);
      const frames = samples === null ? null : Math.floor(samples / stride) + 1;
      return output(config, [...shape.slice(0, -1), numberOf(config, 'num_mel_bins', 128), frames]);
    },
  }),
  layerClass({
    className: 'STFTSpectrogram',
    arguments: [
      optional('mode', 'log'),
      optional('frame_length', 256),
      optional('frame_step', null),
      optional('fft_length', null),
      optional('window', 'hann'),
      optional('periodic', false),
      optional('scaling', 'density'),
      optional('padding', 'valid'),
      optional('expand_dims', false),
      dataFormat,
    ],
    build: (config, inputs) => {
      const [batch, samples, channels] = inputOf(inputs).shape;
      const length = numberOf(config, 'frame_length', 256);
      const step = numberOf(config, 'frame_step', Math.floor(length / 2));
      const bins = Math.floor(numberOf(config, 'fft_length', length) / 2) + 1;
      const count = samples ?? null;
      const same = stringOf(config, 'padding', 'valid') === 'same';
      const frames =
        count === null ? null : same ? Math.ceil(count / step) : Math.floor((count - length) / step) + 1;
      const both = ['real', 'imag', 'stft'].includes(stringOf(config, 'mode')) ? 2 : 1;
      const width = bins * (stringOf(config, 'mode') === 'stft' ? both : 1);
      const kernels = ['real_kernel', 'imag_kernel'].map((kernel) =>
        plainWeight(config, kernel, [numberOf(config, 'fft_length', length), 1, bins], {
          class_name: 'STFT',
          config: {},
        }),
      );
      const wide = flagOf(config, 'expand_dims') ? [channels ?? null, width] : [width * (channels ?? 1)];
      return output(config, [batch ?? null, frames, ...wide], kernels);
    },
  }),
];
