import { flagOf, isSerialized, numberOf, numbersOf, stringOf } from '../../core/model/catalogue/configAccess';
import { activationOf, layerActivation } from '../activations/activation';
import { untaped } from '../engine/customOperation';
import { elementwise } from '../engine/elementwise';
import { oneHot } from '../engine/oneHot';
import * as tf from '../engine/tf';
import {
  asResult,
  input,
  optionalWeight,
  weight,
  weightEntry,
  type Forward,
  type ForwardTable,
} from '../graph/layerCall';
import { addBias, linear } from './linear';
import { resample } from './resample';

const dense: Forward = (call) => {
  const activation = activationOf(call.config['activation']);
  const fused = call.fuse(activation);
  const z = linear(
    call.engine,
    input(call),
    weight(call, 'kernel'),
    optionalWeight(call, 'bias'),
    fused ?? 'linear',
  );
  return fused === null ? call.activate(z, activation) : z;
};

/** z = einsum(equation, x, kernel) + bias, as one matrix product: the summed axes last in x and first in the kernel. */
const einsumDense: Forward = (call) => {
  const [left = '', out = ''] = stringOf(call.config, 'equation').replaceAll(' ', '').split('->');
  const [xTerm = '', wTerm = ''] = left.split(',');
  const x = input(call);
  const letters = (term: string, rank: number) => {
    const named = term.replace('...', '');
    const rest = Array.from({ length: rank - named.length }, (_, i) => String(i));
    return term.startsWith('...') ? [...rest, ...named] : [...named, ...rest];
  };
  const xs = letters(xTerm, x.rank);
  const kernel = weight(call, 'kernel');
  const ws = [...wTerm];
  const summed = ws.filter((letter) => xs.includes(letter));
  const kept = xs.filter((letter) => !summed.includes(letter));
  const made = ws.filter((letter) => !summed.includes(letter));
  const sizes = new Map<string, number>([
    ...xs.map((letter, i) => [letter, x.shape[i] ?? 1] as const),
    ...ws.map((letter, i) => [letter, kernel.shape[i] ?? 1] as const),
  ]);
  const sizeOf = (list: readonly string[]) => list.map((letter) => sizes.get(letter) ?? 1);
  const total = (list: readonly string[]) => sizeOf(list).reduce((a, b) => a * b, 1);
  const flatX = tf.reshape(
    tf.transpose(
      x,
      [...kept, ...summed].map((letter) => xs.indexOf(letter)),
    ),
    [total(kept), total(summed)],
  );
  const flatW = tf.reshape(
    tf.transpose(
      kernel,
      [...summed, ...made].map((letter) => ws.indexOf(letter)),
    ),
    [total(summed), total(made)],
  );
  const order = [...kept, ...made];
  const named = tf.reshape(linear(call.engine, flatX, flatW, null), sizeOf(order));
  const ends = out.startsWith('...')
    ? [...kept.filter((l) => /\d/.test(l)), ...out.replace('...', '')]
    : [...out.replace('...', ''), ...kept.filter((l) => /\d/.test(l))];
  const y = tf.transpose(
    named,
    ends.map((letter) => order.indexOf(letter)),
  );
  return call.activate(
    addBias(call.engine, y, optionalWeight(call, 'bias')),
    activationOf(call.config['activation']),
  );
};

const embedding: Forward = (call) => {
  const x = input(call);
  const ids = x.dtype === 'int32' ? x : tf.cast(x, 'int32');
  return {
    outputs: [call.lookup(weightEntry(call, 'embeddings'), ids)],
    masks: [
      flagOf(call.config, 'mask_zero') ? tf.cast(tf.notEqual(ids, tf.scalar(0, 'int32')), 'float32') : null,
    ],
  };
};

const activation: Forward = (call) => call.activate(input(call), activationOf(call.config['activation']));

/** ReLU, LeakyReLU, ELU, Softmax: activations that are layers of their own. */
const activationLayer: Forward = (call) => {
  const made = layerActivation(call.className, call.config);
  if (made === null) {
    throw new Error(`${call.className} is no activation.`);
  }
  const mask = call.className === 'Softmax' ? (call.inputs['mask']?.[0] ?? null) : null;
  const x = input(call);
  return call.activate(
    mask === null ? x : tf.add(x, tf.mul(tf.sub(1, tf.cast(mask, 'float32')), -3e38 / 2)),
    made,
  );
};

/** relu(x) − α · relu(−x) with a slope a unit; α is trained. */
const prelu: Forward = (call) => {
  const alpha = tf.expandDims(weight(call, 'alpha'), 0);
  const slope = { name: 'prelu', scalar: null, fused: null, remembersLogits: false };
  return call.activate(input(call), {
    ...slope,
    apply: (engine, x) => {
      const positive = elementwise(engine, x, { f: (v) => (v > 0 ? v : 0), slope: (v) => (v > 0 ? 1 : 0) });
      const negative = elementwise(engine, x, { f: (v) => (v < 0 ? v : 0), slope: (v) => (v < 0 ? 1 : 0) });
      return tf.add(positive, tf.mul(alpha, negative));
    },
  });
};

/** What training changes at random is left out: dropout, noise, augmentation. */
const identity: Forward = (call) => input(call);

const masking: Forward = (call) => {
  const x = input(call);
  const valid = untaped(() =>
    tf.cast(tf.any(tf.notEqual(x, tf.scalar(numberOf(call.config, 'mask_value'))), -1), 'float32'),
  );
  return { outputs: [tf.mul(x, tf.expandDims(valid, -1))], masks: [valid] };
};

/** Random crops and resizes keep the size that they promise. */
const resized: Forward = (call) => {
  const x = input(call);
  const height = numberOf(call.config, 'height', x.shape[1] ?? 1);
  const width = numberOf(call.config, 'width', x.shape[2] ?? 1);
  const method = stringOf(call.config, 'interpolation', 'bilinear');
  return resample(call.engine, x, [height, width], method);
};

const cropped: Forward = (call) => {
  const x = input(call);
  const height = numberOf(call.config, 'height', x.shape[1] ?? 1);
  const width = numberOf(call.config, 'width', x.shape[2] ?? 1);
  const top = Math.floor(((x.shape[1] ?? height) - height) / 2);
  const left = Math.floor(((x.shape[2] ?? width) - width) / 2);
  if (top < 0 || left < 0) {
    return resized(call);
  }
  return tf.slice(x, [0, top, left, 0], [x.shape[0] ?? 1, height, width, x.shape[3] ?? 1]);
};

const rescaling: Forward = (call) => {
  const spread = (name: string, fallback: number) => {
    const values = numbersOf(call.config, name);
    return values.length > 1 ? tf.tensor1d([...values]) : tf.scalar(values[0] ?? fallback);
  };
  return tf.add(tf.mul(tf.cast(input(call), 'float32'), spread('scale', 1)), spread('offset', 0));
};

/** One-hot, multi-hot or count vectors of integers. */
const categoryEncoding: Forward = (call) => {
  const tokens = numberOf(call.config, 'num_tokens', 1);
  const mode = stringOf(call.config, 'output_mode', 'multi_hot');
  const x = tf.cast(input(call), 'int32');
  const flat = mode === 'one_hot' && x.shape.at(-1) === 1 ? tf.squeeze(x, [x.rank - 1]) : x;
  const hot = oneHot(flat, tokens);
  if (mode === 'one_hot') {
    return hot;
  }
  return mode === 'count' ? tf.sum(hot, -2) : tf.max(hot, -2);
};

/** An activity regularizer as a layer: its loss is added by the graph. */
const wrapper: Forward = (call) => {
  const layer = call.config['layer'];
  if (!isSerialized(layer)) {
    return input(call);
  }
  return asResult(
    call.inner({
      className: layer.class_name,
      config: layer.config,
      inputs: call.inputs,
      masks: call.masks,
      weights: call.weights,
    }),
  );
};

const identities = [
  'Identity',
  'Dropout',
  'SpatialDropout1D',
  'SpatialDropout2D',
  'SpatialDropout3D',
  'AlphaDropout',
  'GaussianDropout',
  'GaussianNoise',
  'ActivityRegularization',
  'RandomFlip',
  'RandomRotation',
  'RandomZoom',
  'RandomTranslation',
  'RandomContrast',
  'RandomBrightness',
  'RandomHue',
  'RandomSaturation',
  'RandomColorJitter',
  'RandomColorDegeneration',
  'RandomSharpness',
  'RandomShear',
  'RandomPosterization',
  'RandomGrayscale',
  'RandomInvert',
  'RandomPerspective',
  'RandomElasticTransform',
  'RandomErasing',
  'RandomGaussianBlur',
  'AutoContrast',
  'Solarization',
  'Equalization',
  'RandAugment',
  'AugMix',
  'CutMix',
  'MixUp',
  'Pipeline',
  'Lambda',
  'Rematerialization',
];

export const coreLayers: ForwardTable = {
  Dense: dense,
  EinsumDense: einsumDense,
  Embedding: embedding,
  ReversibleEmbedding: embedding,
  Activation: activation,
  ReLU: activationLayer,
  LeakyReLU: activationLayer,
  ELU: activationLayer,
  ThresholdedReLU: activationLayer,
  Softmax: activationLayer,
  PReLU: prelu,
  Masking: masking,
  Rescaling: rescaling,
  Resizing: resized,
  RandomCrop: cropped,
  CenterCrop: cropped,
  CategoryEncoding: categoryEncoding,
  Wrapper: wrapper,
  ...Object.fromEntries(identities.map((name) => [name, identity])),
};
