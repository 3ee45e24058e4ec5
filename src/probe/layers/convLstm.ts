import { flagOf, stringOf } from '../../core/model/catalogue/configAccess';
import { activationOf } from '../activations/activation';
import * as tf from '../engine/tf';
import { optionalWeight, weight, type Forward, type ForwardTable } from '../graph/layerCall';
import { convolve } from './convolve';
import { perAxis, slide } from './geometry';
import { addBias } from './linear';
import { sequenceOf } from './recurrent';
import { unstack } from './shape';

/** keras 3.15, `ConvLSTMCell`: gates i, f, c, o by convolution; the recurrent one keeps the size. */
const convLstm: Forward = (call) => {
  const { config, engine } = call;
  const { x, mask, states } = sequenceOf(call);
  const kernel = weight(call, 'kernel');
  const recurrent = weight(call, 'recurrent_kernel');
  const bias = optionalWeight(call, 'bias');
  const filters = (kernel.shape.at(-1) ?? 4) / 4;
  const rank = x.rank - 3;
  const window = kernel.shape.slice(0, -2);
  const phi = activationOf(config['activation'] ?? 'tanh');
  const sigma = activationOf(config['recurrent_activation'] ?? 'sigmoid');
  const batch = x.shape[0] ?? 1;
  const time = x.shape[1] ?? 1;
  const stateful = flagOf(config, 'stateful');

  const conv = (
    input: tf.Tensor,
    w: tf.Tensor,
    strides: readonly number[],
    dilation: readonly number[],
    padding: string,
  ) => {
    const g = slide(batch, input.shape.slice(1, -1), window, strides, dilation, padding);
    return convolve(engine, input, w, g, [batch, ...g.out.slice(3 - rank), 4 * filters], 1);
  };
  const stride = perAxis(config, 'strides', rank, 1);
  const dilation = perAxis(config, 'dilation_rate', rank, 1);
  const steps = unstack(x, 1);
  const order = flagOf(config, 'go_backwards') ? steps.map((_, i) => time - 1 - i) : steps.map((_, i) => i);
  const valid = mask === null ? null : unstack(mask, 1);
  let h = states[0] ?? null;
  let c = states[1] ?? null;
  let before: tf.Tensor | null = null;
  const outputs: tf.Tensor[] = [];
  for (const step of order) {
    const frame = steps[step] as tf.Tensor;
    const fromInput = addBias(
      engine,
      conv(frame, kernel, stride, dilation, stringOf(config, 'padding', 'valid')),
      bias,
    );
    const size = [...fromInput.shape.slice(0, -1), filters];
    h ??= stateful ? call.carried(0, size).tensor : tf.zeros(size);
    c ??= stateful ? call.carried(1, size).tensor : tf.zeros(size);
    const z = tf.add(fromInput, conv(h, recurrent, [], [], 'same'));
    const [zi, zf, zc, zo] = tf.split(z, 4, -1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const cell = tf.add(
      tf.mul(sigma.apply(engine, zf), c),
      tf.mul(sigma.apply(engine, zi), phi.apply(engine, zc)),
    );
    const output = tf.mul(sigma.apply(engine, zo), phi.apply(engine, cell));
    if (valid === null) {
      [h, c, before] = [output, cell, output];
    } else {
      const on = tf.reshape(valid[step] as tf.Tensor, [batch, ...size.slice(1).map(() => 1)]);
      const choose = (now: tf.Tensor, old: tf.Tensor) => tf.add(tf.mul(on, now), tf.mul(tf.sub(1, on), old));
      [h, c, before] = [choose(output, h), choose(cell, c), choose(output, before ?? tf.zeros(size))];
    }
    outputs.push(before);
  }
  if (stateful) {
    [h, c].forEach((state, i) => {
      if (state !== null) {
        call.update(call.carried(i, state.shape), () => Float32Array.from(engine.view(state)));
      }
    });
  }
  const returnSequences = flagOf(config, 'return_sequences');
  const result = returnSequences ? tf.stack(outputs, 1) : (outputs.at(-1) as tf.Tensor);
  return {
    outputs: [result, ...(flagOf(config, 'return_state') ? [h as tf.Tensor, c as tf.Tensor] : [])],
    masks: [returnSequences ? mask : null],
  };
};

export const convLstmLayers: ForwardTable = {
  ConvLSTM1D: convLstm,
  ConvLSTM2D: convLstm,
  ConvLSTM3D: convLstm,
};
