import { numberOf, stringOf } from '../../core/model/catalogue/configAccess';
import { activationOf } from '../activations/activation';
import type * as tf from '../engine/tf';
import {
  input,
  type Forward,
  type ForwardTable,
  type LayerCall,
  optionalWeight,
  weight,
} from '../graph/layerCall';
import { convolve, convolveDepthwise, convolveTransposed } from './convolve';
import { channelsLast, type Geometry, perAxis, slide } from './geometry';
import { addBias } from './linear';

function finish(call: LayerCall, z: tf.Tensor): tf.Tensor {
  return call.activate(z, activationOf(call.config['activation']));
}

/** Where the window slides over the layer's input. */
function geometryOf(call: LayerCall, x: tf.Tensor, window: readonly number[]): Geometry {
  const rank = x.rank - 2;
  return slide(
    x.shape[0] ?? 0,
    x.shape.slice(1, -1),
    window,
    perAxis(call.config, 'strides', rank, 1),
    perAxis(call.config, 'dilation_rate', rank, 1),
    stringOf(call.config, 'padding', 'valid'),
  );
}

function outShape(g: Geometry, rank: number, channels: number): number[] {
  return [g.batch, ...g.out.slice(3 - rank), channels];
}

const convolution: Forward = (call) => {
  const activation = activationOf(call.config['activation']);
  const fused = call.fuse(activation);
  const z = channelsLast(input(call), call.config, (x) => {
    const kernel = weight(call, 'kernel');
    const g = geometryOf(call, x, kernel.shape.slice(0, -2));
    const filters = kernel.shape.at(-1) ?? 0;
    const shape = outShape(g, x.rank - 2, filters);
    const finish = { bias: optionalWeight(call, 'bias'), activation: fused ?? ('linear' as const) };
    return convolve(call.engine, x, kernel, g, shape, numberOf(call.config, 'groups', 1), finish);
  });
  return fused === null ? call.activate(z, activation) : z;
};

const depthwise: Forward = (call) =>
  finishLast(call, (x) => {
    const kernel = weight(call, 'kernel');
    const g = geometryOf(call, x, kernel.shape.slice(0, -2));
    const filters = (kernel.shape.at(-1) ?? 1) * (kernel.shape.at(-2) ?? 1);
    return addBias(
      call.engine,
      convolveDepthwise(call.engine, x, kernel, g, outShape(g, x.rank - 2, filters)),
      optionalWeight(call, 'bias'),
    );
  });

const separable: Forward = (call) =>
  finishLast(call, (x) => {
    const kernel = weight(call, 'depthwise_kernel');
    const pointwise = weight(call, 'pointwise_kernel');
    const g = geometryOf(call, x, kernel.shape.slice(0, -2));
    const filters = (kernel.shape.at(-1) ?? 1) * (kernel.shape.at(-2) ?? 1);
    const rank = x.rank - 2;
    const y = convolveDepthwise(call.engine, x, kernel, g, outShape(g, rank, filters));
    const one = slide(g.batch, y.shape.slice(1, -1), [], [], [], 'valid');
    const z = convolve(
      call.engine,
      y,
      pointwise,
      one,
      [...y.shape.slice(0, -1), pointwise.shape.at(-1) ?? 0],
      1,
    );
    return addBias(call.engine, z, optionalWeight(call, 'bias'));
  });

/** Lengths and padding as `compute_conv_transpose_padding_args_for_tf` of keras 3.15 gives them. */
const transposed: Forward = (call) =>
  finishLast(call, (x) => {
    const { config } = call;
    const kernel = weight(call, 'kernel');
    const rank = x.rank - 2;
    const size = x.shape.slice(1, -1);
    const window = kernel.shape.slice(0, -2);
    const stride = perAxis(config, 'strides', rank, 1);
    const dilation = perAxis(config, 'dilation_rate', rank, 1);
    const padding = stringOf(config, 'padding', 'valid');
    const extra = config['output_padding'] === null ? null : perAxis(config, 'output_padding', rank, 0);
    const length = size.map((n, i) => {
      const s = stride[i] ?? 1;
      const reach = ((window[i] ?? 1) - 1) * (dilation[i] ?? 1) + 1;
      const more = extra?.[i];
      if (config['output_padding'] === null || config['output_padding'] === undefined || more === undefined) {
        return padding === 'valid' ? n * s + Math.max(reach - s, 0) : n * s;
      }
      return (n - 1) * s + reach - (padding === 'same' ? 2 * Math.floor(reach / 2) : 0) + more;
    });
    // the convolution whose gradient this is runs over the result and gives x
    const g = slide(x.shape[0] ?? 0, length, window, stride, dilation, padding);
    const filters = kernel.shape.at(-2) ?? 0;
    const out = [x.shape[0] ?? 0, ...length, filters];
    return addBias(
      call.engine,
      convolveTransposed(call.engine, x, kernel, g, out),
      optionalWeight(call, 'bias'),
    );
  });

function finishLast(call: LayerCall, run: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  return finish(call, channelsLast(input(call), call.config, run));
}

export const convolutionLayers: ForwardTable = {
  Conv1D: convolution,
  Conv2D: convolution,
  Conv3D: convolution,
  DepthwiseConv1D: depthwise,
  DepthwiseConv2D: depthwise,
  SeparableConv1D: separable,
  SeparableConv2D: separable,
  Conv1DTranspose: transposed,
  Conv2DTranspose: transposed,
  Conv3DTranspose: transposed,
};
