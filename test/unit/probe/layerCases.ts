import fc from 'fast-check';
import type { Config, Json } from '../../../src/core/model/spec';
import { apart, distinct, type Sample, smooth, type Values, whole } from './finiteDifference';

type Made = Omit<Sample, 'className' | 'seed'>;
export type Case = fc.Arbitrary<Made>;

const flag = fc.boolean();
const batch = whole(1, 3);
const channels = whole(1, 7);
/** Where a layer's kinks lie nowhere, its activation has none either. */
const activation = fc.constantFrom('linear', 'tanh', 'sigmoid', 'softplus');

const one = (shape: readonly number[], values: Values = smooth): Made['inputs'] => [{ shape, values }];

/** Shapes of any rank from `lowest` on, the batch in front. */
const shapes = (lowest: number, highest: number): fc.Arbitrary<readonly number[]> =>
  fc
    .tuple(batch, fc.array(whole(1, 5), { minLength: lowest - 1, maxLength: highest - 1 }))
    .map(([b, rest]) => [b, ...rest]);

/** A layer that works on every element, or on the last axis, for itself. */
const plain = (config: fc.Arbitrary<Config>, values: Values = smooth, lowest = 2): Case =>
  fc
    .record({ config, shape: shapes(lowest, 4) })
    .map(({ config: own, shape }) => ({ config: own, inputs: one(shape, values) }));

const none = fc.constant<Config>({});

/** The spatial axes and channels in the order that `data_format` says. */
function image(b: number, size: readonly number[], depth: number, format: string): number[] {
  return format === 'channels_first' ? [b, depth, ...size] : [b, ...size, depth];
}

const format = fc.oneof(
  { weight: 3, arbitrary: fc.constant('channels_last') },
  { weight: 1, arbitrary: fc.constant('channels_first') },
);

interface Window {
  readonly size: readonly number[];
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: string;
}

/** A window that fits into the image: stride or dilation 2, never both (Keras refuses that). */
const windowOf = (rank: number, paddings: readonly string[], dilates: boolean): fc.Arbitrary<Window> =>
  fc
    .record({
      window: fc.array(whole(1, 3), { minLength: rank, maxLength: rank }),
      more: fc.array(whole(0, rank === 3 ? 2 : 4), { minLength: rank, maxLength: rank }),
      padding: fc.constantFrom(...paddings),
      wide: fc.constantFrom('stride', 'none', ...(dilates ? ['dilation'] : [])),
    })
    .map(({ window, more, padding, wide }) => {
      const by = wide === 'dilation' ? 2 : 1;
      const reach = window.map((k) => (k - 1) * by + 1);
      return {
        window,
        size: reach.map((r, i) => (padding === 'valid' ? r + more[i]! : 1 + more[i]!)),
        strides: window.map(() => (wide === 'stride' ? 2 : 1)),
        dilation: window.map(() => by),
        padding,
      };
    });

const convolution = (rank: number, kind: 'plain' | 'depthwise' | 'separable' | 'transposed'): Case =>
  fc
    .record({
      w: windowOf(
        rank,
        rank === 1 && kind !== 'transposed' ? ['valid', 'same', 'causal'] : ['valid', 'same'],
        true,
      ),
      b: batch,
      groups: kind === 'plain' ? fc.constantFrom(1, 1, 2, 3) : fc.constant(1),
      depth: whole(1, 3),
      filters: channels,
      multiplier: whole(1, 3),
      bias: flag,
      act: activation,
      // separable kernels: Keras has causal padding and channels first in one dimension only together with channels last
      form: rank === 1 ? fc.constant('channels_last') : format,
    })
    .map(({ w, b, groups, depth, filters, multiplier, bias, act, form }) => ({
      config: {
        ...(kind === 'depthwise' ? {} : { filters: groups * filters }),
        ...(kind === 'plain' ? { groups } : {}),
        ...(kind === 'depthwise' || kind === 'separable' ? { depth_multiplier: multiplier } : {}),
        kernel_size: [...w.window],
        strides: [...w.strides],
        dilation_rate: [...w.dilation],
        padding: w.padding,
        use_bias: bias,
        activation: act,
        data_format: form,
      },
      inputs: one(image(b, w.size, groups * depth, form)),
    }));

/** Windows never tie: all values differ by more than they are moved. */
const pooling = (rank: number, values: Values): Case =>
  fc
    .record({ w: windowOf(rank, ['valid', 'same'], false), b: batch, depth: channels, form: format })
    .map(({ w, b, depth, form }) => ({
      config: { pool_size: [...w.window], strides: [...w.strides], padding: w.padding, data_format: form },
      inputs: one(image(b, w.size, depth, form), values),
    }));

const spatial = (
  rank: number,
  config: (size: readonly number[]) => fc.Arbitrary<Config>,
  values: Values = smooth,
  forms = format,
): Case =>
  fc
    .record({
      b: batch,
      size: fc.array(whole(1, rank === 3 ? 3 : 5), { minLength: rank, maxLength: rank }),
      depth: channels,
      form: forms,
    })
    .chain(({ b, size, depth, form }) =>
      config(size).map((own) => ({
        config: { ...own, data_format: form },
        inputs: one(image(b, size, depth, form), values),
      })),
    );

const perRank = (make: (rank: number) => Case, name: (rank: number) => string): Record<string, Case> =>
  Object.fromEntries([1, 2, 3].map((rank) => [name(rank), make(rank)]));

const keepDims = (): fc.Arbitrary<Config> => fc.record({ keepdims: flag });

/** `count` tensors of one shape. */
const merging = (values: Values, counts: fc.Arbitrary<number> = whole(2, 3)): Case =>
  fc.record({ shape: shapes(2, 4), count: counts, flat: flag }).map(({ shape, count, flat }) => ({
    config: {},
    call: 'list' as const,
    // a size of 1 is spread over the others
    inputs: Array.from({ length: count }, (_, i) => ({
      shape: shape.map((size, axis) => (flat && i === 1 && axis === shape.length - 1 ? 1 : size)),
      values,
    })),
  }));

/** Multiples of 0.3, shifted by 0.1 from tensor to tensor: no two of them meet. */
const extremes: Case = fc.record({ shape: shapes(2, 4), count: whole(2, 3) }).map(({ shape, count }) => ({
  config: {},
  call: 'list' as const,
  inputs: Array.from({ length: count }, (_, i) => ({
    shape,
    values: { kind: 'lattice', gap: 0.3, offset: 0.1 * i } as const,
  })),
}));

/** Far enough apart that no variance is small beside ε: 1/√variance is too steep there for slopes. */
const wide: Values = { kind: 'distinct', gap: 0.5 };

const normalization = (config: fc.Arbitrary<Config>, lowest = 2): Case => plain(config, wide, lowest);
const scales = { center: flag, scale: flag };

const cellConfig = fc.record({
  units: channels,
  use_bias: flag,
  activation: fc.constantFrom('tanh', 'sigmoid', 'softplus', 'linear'),
});
const recurrentConfig = (className: string): fc.Arbitrary<Config> =>
  fc
    .record({
      cell: cellConfig,
      return_sequences: flag,
      return_state: flag,
      go_backwards: flag,
      gate: fc.constantFrom('sigmoid', 'tanh'),
      reset_after: flag,
    })
    .map(({ cell, gate, reset_after, ...flags }) => ({
      ...cell,
      ...flags,
      ...(className === 'SimpleRNN' ? {} : { recurrent_activation: gate }),
      ...(className === 'GRU' ? { reset_after } : {}),
    }));

/** A sequence as it is, or of an embedding whose zeros are masked. */
const sequence = (config: fc.Arbitrary<Config>): Case =>
  fc
    .record({
      config,
      b: batch,
      time: whole(1, 5),
      features: channels,
      masked: flag,
      steep: fc.constant(smooth),
    })
    .map(({ config: own, b, time, features, masked, steep }) =>
      masked
        ? {
            config: own,
            inputs: one([b, time], { kind: 'integers', below: 3 }),
            before: ['Embedding', { input_dim: 3, output_dim: features, mask_zero: true }] as const,
          }
        : { config: own, inputs: one([b, time, features], steep) },
    );

const inner = (className: string, config: Config): Json => ({
  class_name: className,
  config: { name: 'inner', ...config },
});

const bidirectional: Case = fc
  .record({
    className: fc.constantFrom('SimpleRNN', 'LSTM', 'GRU'),
    merge: fc.constantFrom('concat', 'sum', 'mul', 'ave', null),
  })
  .chain(({ className, merge }) =>
    sequence(
      recurrentConfig(className).map((config) => ({
        merge_mode: merge,
        layer: inner(className, { ...config, go_backwards: false }),
      })),
    ),
  );

const cells: Case = sequence(
  fc
    .record({
      names: fc.array(fc.constantFrom('SimpleRNNCell', 'LSTMCell', 'GRUCell'), {
        minLength: 1,
        maxLength: 2,
      }),
      cell: cellConfig,
      return_sequences: flag,
    })
    .map(({ names, cell, return_sequences }) => ({
      return_sequences,
      cell:
        names.length === 1
          ? inner(names[0]!, cell)
          : inner('StackedRNNCells', {
              cells: names.map((name, i) => ({ class_name: name, config: { ...cell, name: `cell_${i}` } })),
            }),
    })),
);

const convLstm = (rank: number): Case =>
  fc
    .record({
      w: windowOf(rank, ['valid', 'same'], false),
      b: batch,
      time: whole(1, 3),
      depth: whole(1, 3),
      filters: whole(1, 3),
      sequences: flag,
      backwards: flag,
    })
    .map(({ w, b, time, depth, filters, sequences, backwards }) => ({
      config: {
        filters,
        kernel_size: [...w.window],
        strides: [...w.strides],
        padding: w.padding,
        return_sequences: sequences,
        go_backwards: backwards,
        recurrent_activation: 'sigmoid',
      },
      inputs: one([b, time, ...w.size, depth]),
    }));

const attention = (config: fc.Arbitrary<Config>): Case =>
  fc
    .record({
      config,
      b: batch,
      rows: whole(1, 4),
      columns: whole(1, 4),
      depth: channels,
      values: channels,
      key: flag,
      causal: flag,
    })
    .map(({ config: own, b, rows, columns, depth, values, key, causal }) => ({
      config: own,
      call: 'list' as const,
      flags: causal ? { use_causal_mask: true } : {},
      inputs: [
        { shape: [b, rows, depth], values: smooth },
        { shape: [b, columns, key ? values : depth], values: smooth },
        ...(key ? [{ shape: [b, columns, depth], values: smooth }] : []),
      ],
    }));

const heads = (config: fc.Arbitrary<Config>): Case =>
  fc
    .record({
      config,
      b: batch,
      rows: whole(1, 4),
      columns: whole(1, 4),
      depth: channels,
      values: channels,
      key: flag,
      causal: flag,
    })
    .map(({ config: own, b, rows, columns, depth, values, key, causal }) => ({
      config: own,
      call: ['query', 'value', 'key'],
      flags: causal ? { use_causal_mask: true } : {},
      inputs: [
        { shape: [b, rows, depth], values: smooth },
        { shape: [b, columns, values], values: smooth },
        ...(key ? [{ shape: [b, columns, channelsOf(values)], values: smooth }] : []),
      ],
    }));
const channelsOf = (n: number): number => (n % 5) + 1;

const dot: Case = fc
  .record({
    b: batch,
    left: whole(1, 4),
    right: whole(1, 4),
    shared: channels,
    first: flag,
    second: flag,
    normalize: flag,
  })
  .map(({ b, left, right, shared, first, second, normalize }) => ({
    config: { axes: [first ? 1 : 2, second ? 1 : 2], normalize },
    call: 'list' as const,
    inputs: [
      { shape: first ? [b, shared, left] : [b, left, shared], values: apart },
      { shape: second ? [b, shared, right] : [b, right, shared], values: apart },
    ],
  }));

const concatenate: Case = shapes(2, 4).chain((shape) =>
  fc
    .record({
      axis: whole(1, shape.length - 1),
      sizes: fc.array(whole(1, 4), { minLength: 2, maxLength: 3 }),
      back: flag,
    })
    .map(({ axis, sizes, back }) => ({
      config: { axis: back ? axis - shape.length : axis },
      call: 'list' as const,
      inputs: sizes.map((size) => ({
        shape: shape.map((own, i) => (i === axis ? size : own)),
        values: smooth,
      })),
    })),
);

const embedding: Case = fc
  .record({ shape: shapes(1, 3), rows: whole(1, 5), width: channels })
  .map(({ shape, rows, width }) => ({
    config: { input_dim: rows, output_dim: width },
    inputs: one(shape, { kind: 'integers', below: rows }),
  }));

/** Every output is a mean or maximum over a window of its own. */
const adaptive = (rank: number, values: Values): Case =>
  spatial(
    rank,
    (size) => fc.tuple(...size.map((n) => whole(1, n))).map((wanted) => ({ output_size: wanted })),
    values,
  );

const edges =
  (name: string) =>
  (rank: number): Case =>
    spatial(
      rank,
      (size) =>
        fc.array(fc.tuple(whole(0, 2), whole(0, 2)), { minLength: rank, maxLength: rank }).map((pairs) => {
          const kept =
            name === 'padding' ? pairs : pairs.map(([a, b], i) => (a + b < size[i]! ? [a, b] : [0, 0]));
          return { [name]: rank === 1 ? kept[0]! : kept };
        }),
      smooth,
      rank === 1 ? fc.constant('channels_last') : format,
    );

/** Layers that leave their input alone in the probe: what they change at random is left out of it. */
const identities: Readonly<Record<string, Config>> = {
  Identity: {},
  Dropout: { rate: 0.3 },
  SpatialDropout1D: { rate: 0.3 },
  SpatialDropout2D: { rate: 0.3 },
  SpatialDropout3D: { rate: 0.3 },
  AlphaDropout: { rate: 0.3 },
  GaussianDropout: { rate: 0.3 },
  GaussianNoise: { stddev: 0.3 },
  RandomFlip: {},
  RandomRotation: { factor: 0.1 },
  RandomZoom: { height_factor: 0.1 },
  RandomTranslation: { height_factor: 0.1, width_factor: 0.1 },
  RandomContrast: { factor: 0.1 },
  RandomBrightness: { factor: 0.1 },
  RandomHue: { factor: 0.1 },
  RandomSaturation: { factor: 0.1 },
  RandomColorJitter: {},
  RandomColorDegeneration: { factor: 0.1 },
  RandomSharpness: { factor: 0.1 },
  RandomShear: {},
  RandomPosterization: { factor: 4 },
  RandomGrayscale: {},
  RandomInvert: {},
  RandomPerspective: {},
  RandomElasticTransform: {},
  RandomErasing: {},
  RandomGaussianBlur: {},
  AutoContrast: {},
  Solarization: {},
  Equalization: {},
  RandAugment: {},
  AugMix: {},
  CutMix: {},
  MixUp: {},
};

const identity = (config: Config): Case =>
  fc
    .record({ b: batch, size: whole(1, 4), depth: channels })
    .map(({ b, size, depth }) => ({ config, inputs: one([b, size, size, depth]) }));
const ofRank = (rank: number, config: Config): Case => spatial(rank, () => fc.constant(config));

const resizing: Case = fc
  .record({
    b: batch,
    size: whole(1, 4),
    depth: channels,
    height: whole(1, 5),
    width: whole(1, 5),
    method: fc.constantFrom('bilinear', 'nearest'),
  })
  .map(({ b, size, depth, height, width, method }) => ({
    config: { height, width, interpolation: method },
    inputs: one([b, size, size, depth]),
  }));
const cropping: Case = fc
  .record({ b: batch, size: whole(2, 5), depth: channels, height: whole(1, 2), width: whole(1, 2) })
  .map(({ b, size, depth, height, width }) => ({
    config: { height, width },
    inputs: one([b, size, size, depth]),
  }));

/** How every layer class of the probe is tried: a configuration and the shapes of its inputs, drawn at random. */
export const layerCases: Readonly<Record<string, Case>> = {
  Dense: plain(fc.record({ units: channels, activation, use_bias: flag })),
  EinsumDense: fc
    .record({
      b: batch,
      a: whole(1, 4),
      c: channels,
      d: whole(1, 3),
      e: whole(1, 3),
      which: whole(0, 3),
      act: activation,
    })
    .map(({ b, a, c, d, e, which, act }) => ({
      config: {
        ...[
          { equation: 'abc,cd->abd', output_shape: [null, d], bias_axes: 'd' },
          { equation: '...c,cd->...d', output_shape: [null, d], bias_axes: null },
          { equation: 'abc,cde->abde', output_shape: [null, d, e], bias_axes: 'de' },
          { equation: 'abc,bcd->ad', output_shape: [d], bias_axes: 'd' },
        ][which],
        activation: act,
      },
      inputs: one([b, a, c]),
    })),
  Embedding: embedding,
  ReversibleEmbedding: embedding,
  Activation: plain(
    fc
      .constantFrom(
        ...[
          'relu',
          'leaky_relu',
          'elu',
          'selu',
          'celu',
          'gelu',
          'silu',
          'mish',
          'tanh',
          'sigmoid',
          'softmax',
          'log_softmax',
        ],
        ...['softplus', 'softsign', 'exponential', 'linear', 'squareplus', 'tanh_shrink', 'log_sigmoid'],
      )
      .map((name) => ({ activation: name })),
    apart,
  ),
  ReLU: plain(
    fc.record({ negative_slope: fc.constantFrom(0, 0.25), max_value: fc.constantFrom(null, 3) }),
    apart,
  ),
  LeakyReLU: plain(fc.constantFrom({ negative_slope: 0.25 }, {}), apart),
  ELU: plain(fc.constantFrom({ alpha: 1 }, { alpha: 0.5 }), apart),
  // at 2.5 it jumps, out of reach of the values
  ThresholdedReLU: plain(fc.constantFrom({ theta: 0 }, { theta: 2.5 }), apart),
  Softmax: shapes(2, 4).chain((shape) =>
    whole(1, shape.length - 1).map((axis) => ({ config: { axis }, inputs: one(shape) })),
  ),
  PReLU: shapes(2, 4).chain((shape) =>
    flag.map((shared) => ({
      config: { shared_axes: shared && shape.length > 2 ? [1] : null },
      inputs: one(shape, apart),
    })),
  ),
  Masking: sequence(fc.constant({ mask_value: 5 })).filter((made) => made.before === undefined),
  Rescaling: plain(fc.record({ scale: fc.constantFrom(0.5, 2), offset: fc.constantFrom(0, -1) })),
  Resizing: resizing,
  RandomCrop: cropping,
  CenterCrop: cropping,
  Wrapper: plain(fc.record({ units: channels }).map((config) => ({ layer: inner('Dense', config) }))),
  ActivityRegularization: plain(
    fc.record({ l1: fc.constantFrom(0, 0.5), l2: fc.constantFrom(0, 0.5) }),
    apart,
  ),
  ...Object.fromEntries(Object.entries(identities).map(([name, config]) => [name, identity(config)])),
  SpatialDropout1D: ofRank(1, identities['SpatialDropout1D']!),
  SpatialDropout3D: ofRank(3, identities['SpatialDropout3D']!),

  ...perRank(
    (rank) => convolution(rank, 'plain'),
    (rank) => `Conv${rank}D`,
  ),
  DepthwiseConv1D: convolution(1, 'depthwise'),
  DepthwiseConv2D: convolution(2, 'depthwise'),
  SeparableConv1D: convolution(1, 'separable'),
  SeparableConv2D: convolution(2, 'separable'),
  ...perRank(
    (rank) => convolution(rank, 'transposed'),
    (rank) => `Conv${rank}DTranspose`,
  ),
  ...perRank(convLstm, (rank) => `ConvLSTM${rank}D`),

  ...perRank(
    (rank) => pooling(rank, distinct),
    (rank) => `MaxPooling${rank}D`,
  ),
  ...perRank(
    (rank) => pooling(rank, smooth),
    (rank) => `AveragePooling${rank}D`,
  ),
  ...perRank(
    (rank) => spatial(rank, keepDims, distinct),
    (rank) => `GlobalMaxPooling${rank}D`,
  ),
  ...perRank(
    (rank) => spatial(rank, keepDims),
    (rank) => `GlobalAveragePooling${rank}D`,
  ),
  ...perRank(
    (rank) => adaptive(rank, smooth),
    (rank) => `AdaptiveAveragePooling${rank}D`,
  ),
  ...perRank(
    (rank) => adaptive(rank, distinct),
    (rank) => `AdaptiveMaxPooling${rank}D`,
  ),

  BatchNormalization: shapes(2, 4).chain((shape) =>
    fc.record({ axis: whole(1, shape.length - 1), ...scales, trainable: flag }).map((config) => ({
      config,
      inputs: one(shape, wide),
    })),
  ),
  LayerNormalization: shapes(2, 4).chain((shape) =>
    fc
      .record({ axis: whole(1, shape.length - 1), ...scales })
      .map((config) => ({ config, inputs: one(shape, wide) })),
  ),
  RMSNormalization: normalization(none),
  GroupNormalization: fc
    .record({
      b: batch,
      size: fc.array(whole(1, 3), { maxLength: 2 }),
      groups: whole(1, 3),
      each: whole(1, 3),
      config: fc.record(scales),
    })
    .map(({ b, size, groups, each, config }) => ({
      config: { ...config, groups },
      inputs: one([b, ...size, groups * each], wide),
    })),
  UnitNormalization: plain(none, apart),
  Normalization: plain(
    fc
      .record({ mean: fc.constantFrom(0, 0.5), variance: fc.constantFrom(1, 4), invert: flag })
      .map((c) => ({ ...c, axis: null })),
  ),
  SpectralNormalization: plain(
    fc.record({ units: channels }).map((config) => ({ layer: inner('Dense', config) })),
  ).map((made) => ({
    ...made,
    // Keras replaces the kernel before the step: no gradient flows through the division
    still: ['kernel'],
  })),

  SimpleRNN: sequence(recurrentConfig('SimpleRNN')),
  LSTM: sequence(recurrentConfig('LSTM')),
  GRU: sequence(recurrentConfig('GRU')),
  RNN: cells,
  Bidirectional: bidirectional,
  TimeDistributed: fc
    .record({ b: batch, time: whole(1, 4), depth: channels, units: channels, act: activation })
    .map(({ b, time, depth, units, act }) => ({
      config: { layer: inner('Dense', { units, activation: act }) },
      inputs: one([b, time, depth]),
    })),

  Attention: attention(fc.record({ use_scale: flag, score_mode: fc.constantFrom('dot', 'concat') })),
  AdditiveAttention: attention(fc.record({ use_scale: flag })),
  MultiHeadAttention: heads(
    fc.record({ num_heads: whole(1, 3), key_dim: whole(1, 3), value_dim: whole(1, 3), use_bias: flag }),
  ),
  GroupedQueryAttention: heads(
    fc
      .record({ head_dim: whole(1, 3), each: whole(1, 2), num_key_value_heads: whole(1, 2), use_bias: flag })
      .map(({ each, ...config }) => ({ ...config, num_query_heads: each * config.num_key_value_heads })),
  ),

  Add: merging(smooth),
  Subtract: merging(smooth, fc.constant(2)),
  Multiply: merging(smooth),
  Average: merging(smooth),
  Maximum: extremes,
  Minimum: extremes,
  Concatenate: concatenate,
  Dot: dot,

  Flatten: shapes(2, 4).chain((shape) =>
    format.map((form) => ({ config: { data_format: form }, inputs: one(shape) })),
  ),
  Reshape: shapes(3, 4).map(([b = 1, first = 1, ...rest]) => ({
    config: { target_shape: [-1, first] },
    inputs: one([b, first, ...rest]),
  })),
  Permute: fc.tuple(shapes(4, 4), fc.shuffledSubarray([1, 2, 3], { minLength: 3 })).map(([shape, dims]) => ({
    config: { dims },
    inputs: one(shape),
  })),
  RepeatVector: fc
    .tuple(batch, channels, whole(1, 4))
    .map(([b, depth, n]) => ({ config: { n }, inputs: one([b, depth]) })),
  ...perRank(edges('padding'), (rank) => `ZeroPadding${rank}D`),
  ...perRank(edges('cropping'), (rank) => `Cropping${rank}D`),
  ...perRank(
    (rank) =>
      spatial(rank, () =>
        fc.record({
          size: rank === 1 ? whole(1, 3) : fc.array(whole(1, 3), { minLength: rank, maxLength: rank }),
          ...(rank === 2 ? { interpolation: fc.constantFrom('nearest', 'bilinear') } : {}),
        }),
      ),
    (rank) => `UpSampling${rank}D`,
  ),
};

/** Classes of the layer table that have no row above, and why. */
export const withoutGradient: Readonly<Record<string, string>> = {
  CategoryEncoding: 'takes integers and has no weights',
  GroupQueryAttention: 'an old name of GroupedQueryAttention, under which no model is read',
  Lambda:
    'the function inside is traced to operations; one that is not is taken as the identity without a definition of its own',
  Pipeline: 'a list of augmentations, each of them the identity in the probe',
  Rematerialization: 'the catalogue has no class of that name, so that no model is read with it',
  Operation: 'raw operations: see operations.test.ts',
};
