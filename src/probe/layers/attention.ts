import { flagOf, stringOf } from '../../core/model/catalogue/configAccess';
import { softmax } from '../activations/activation';
import * as tf from '../engine/tf';
import {
  optionalWeight,
  type CallWeight,
  type Forward,
  type ForwardTable,
  type LayerCall,
  type Mask,
} from '../graph/layerCall';
import { linear } from './linear';
import { repeat } from './shape';

/** query, value and key, given by name or as a list. */
function operands(call: LayerCall): {
  tensors: [tf.Tensor, tf.Tensor, tf.Tensor];
  masks: [Mask, Mask, Mask];
} {
  const list = call.inputs['inputs'] ?? [];
  const masks = call.masks['inputs'] ?? [];
  const pick = (name: string, at: number) => call.inputs[name]?.[0] ?? list[at];
  const mask = (name: string, at: number) => call.masks[name]?.[0] ?? masks[at] ?? null;
  const query = pick('query', 0);
  const value = pick('value', 1) ?? query;
  const key = pick('key', 2) ?? value;
  if (query === undefined || value === undefined || key === undefined) {
    throw new Error(`${call.className} needs a query and a value.`);
  }
  const hasKey = pick('key', 2) !== undefined;
  return {
    tensors: [query, value, key],
    masks: [mask('query', 0), mask('value', 1), hasKey ? mask('key', 2) : mask('value', 1)],
  };
}

function causalMask(rows: number, columns: number): tf.Tensor {
  const values = Float32Array.from({ length: rows * columns }, (_, i) =>
    i % columns <= Math.floor(i / columns) ? 1 : 0,
  );
  return tf.tensor(values, [1, rows, columns]);
}

/** keras 3.15, `Attention`: scores are not divided by √d; `scale` where asked for; "concat" = Σ tanh(q + k) with a weight. */
const attention: Forward = (call) => {
  const { tensors, masks } = operands(call);
  const [query, value, key] = tensors;
  const scale = optionalWeight(call, 'scale');
  const additive = call.className === 'AdditiveAttention';
  let scores: tf.Tensor;
  if (additive || stringOf(call.config, 'score_mode', 'dot') === 'concat') {
    const pairs = tf.add(tf.expandDims(query, 2), tf.expandDims(key, 1));
    if (additive) {
      const bent = tf.tanh(pairs);
      scores = tf.sum(scale === null ? bent : tf.mul(bent, scale), -1);
    } else {
      const sum = tf.sum(tf.tanh(scale === null ? pairs : tf.mul(pairs, scale)), -1);
      const outer = optionalWeight(call, 'concat_score_weight');
      scores = outer === null ? sum : tf.mul(sum, outer);
    }
  } else {
    const product = tf.matMul(query, key, false, true);
    scores = scale === null ? product : tf.mul(product, scale);
  }
  const [queryMask, valueMask] = masks;
  let valid: Mask = valueMask === null ? null : tf.expandDims(valueMask, 1);
  if (flagOf(call.flags, 'use_causal_mask')) {
    const causal = causalMask(scores.shape[1] ?? 1, scores.shape[2] ?? 1);
    valid = valid === null ? causal : tf.mul(valid, causal);
  }
  if (valid !== null) {
    scores = tf.sub(scores, tf.mul(tf.sub(1, valid), 1e9));
  }
  const weights = softmax(scores, [2]);
  const result = tf.matMul(weights, value);
  const output = queryMask === null ? result : tf.mul(result, tf.expandDims(queryMask, -1));
  return {
    outputs: flagOf(call.flags, 'return_attention_scores') ? [output, weights] : [output],
    masks: [queryMask, null],
  };
};

function part(call: LayerCall, name: string): { kernel: tf.Tensor; bias: tf.Tensor | null } {
  const find = (last: string): CallWeight | undefined =>
    call.weights.find((w) => w.name.endsWith(`${name}/${last}`));
  const kernel = find('kernel');
  if (kernel === undefined) {
    throw new Error(`${call.className} has no weight "${name}/kernel".`);
  }
  return { kernel: kernel.tensor, bias: find('bias')?.tensor ?? null };
}

/** x [batch, time, features] → [batch, heads, time, size] by a kernel [features, heads, size]. */
function project(
  call: LayerCall,
  x: tf.Tensor,
  { kernel, bias }: { kernel: tf.Tensor; bias: tf.Tensor | null },
): tf.Tensor {
  const [features = 1, heads = 1, size = 1] = kernel.shape;
  const y = linear(
    call.engine,
    x,
    tf.reshape(kernel, [features, heads * size]),
    bias === null ? null : tf.reshape(bias, [heads * size]),
  );
  const [batch = 1, time = 1] = x.shape;
  return tf.transpose(tf.reshape(y, [batch, time, heads, size]), [0, 2, 1, 3]);
}

/** keras 3.15: projections, softmax(q · kᵀ / √key_dim) · v, output projection; grouped queries repeat keys and values. */
const multiHeadAttention: Forward = (call) => {
  const { tensors, masks } = operands(call);
  const [query, value, key] = tensors;
  const grouped = call.className === 'GroupedQueryAttention' || call.className === 'GroupQueryAttention';
  const q = project(call, query, part(call, 'query'));
  let k = project(call, key, part(call, 'key'));
  let v = project(call, value, part(call, 'value'));
  const [batch = 1, heads = 1, time = 1, size = 1] = q.shape;
  if (grouped) {
    const times = heads / (k.shape[1] ?? 1);
    k = repeat(k, times, 1);
    v = repeat(v, times, 1);
  }
  const steps = k.shape[2] ?? 1;
  let scores: tf.Tensor = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(size));
  // valid pairs: both the query's and the value's and key's steps are
  const [queryMask, valueMask, keyMask] = masks;
  const parts: tf.Tensor[] = [
    ...(queryMask === null ? [] : [tf.expandDims(queryMask, 2)]),
    ...(valueMask === null ? [] : [tf.expandDims(valueMask, 1)]),
    ...(keyMask === null || keyMask === valueMask ? [] : [tf.expandDims(keyMask, 1)]),
    ...(flagOf(call.flags, 'use_causal_mask') ? [causalMask(time, steps)] : []),
    ...(call.inputs['attention_mask'] ?? []).map((t) => tf.cast(t, 'float32')),
  ];
  if (parts.length > 0) {
    const valid = parts.reduce((a, b) => tf.mul(a, b));
    const spread = valid.rank === 3 ? tf.expandDims(valid, 1) : valid;
    scores = tf.add(scores, tf.mul(tf.sub(1, spread), -1e9));
  }
  const weights = softmax(scores, [3]);
  const mixed = tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]);
  const out = part(call, 'attention_output');
  const depth = v.shape[3] ?? 1;
  const rows = heads * depth;
  const kernel = tf.reshape(out.kernel, [rows, out.kernel.size / rows]);
  const bias = out.bias === null ? null : tf.reshape(out.bias, [out.bias.size]);
  const result = linear(call.engine, tf.reshape(mixed, [batch, time, rows]), kernel, bias);
  const outputs = flagOf(call.flags, 'return_attention_scores') ? [result, weights] : [result];
  return { outputs, masks: [queryMask, null] };
};

export const attentionLayers: ForwardTable = {
  Attention: attention,
  AdditiveAttention: attention,
  MultiHeadAttention: multiHeadAttention,
  GroupQueryAttention: multiHeadAttention,
  GroupedQueryAttention: multiHeadAttention,
};
