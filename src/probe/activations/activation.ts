import type { Config, Json } from '../../core/model/spec';
import { isConfig, numberOf, numbersOf } from '../../core/model/catalogue/configAccess';
import { HumanError } from '../../core/humanError';
import { customOperation } from '../engine/customOperation';
import { elementwise } from '../engine/elementwise';
import type { Engine } from '../engine/engine';
import * as tf from '../engine/tf';
import type { FusedActivation } from '../kernels/kernels';
import { relu, scalarActivation, type ScalarActivation } from './scalar';

/** An activation made ready: `scalar` is null where it sees a whole axis. */
export interface Activation {
  readonly name: string;
  readonly scalar: ScalarActivation | null;
  /** The kernels' own name of it, null where they have none. */
  readonly fused: FusedActivation | null;
  /** A sigmoid or softmax hands its logits on to the loss, as Keras 3 does. */
  readonly remembersLogits: boolean;
  apply(engine: Engine, x: tf.Tensor): tf.Tensor;
}

/** Softmax over some axes, the largest element taken off first (tf.nn.softmax). */
export function softmax(x: tf.Tensor, axes: readonly number[]): tf.Tensor {
  const [y] = customOperation({
    inputs: { x },
    forward: (save) => {
      const e = tf.exp(tf.sub(x, tf.max(x, [...axes], true)));
      const out = tf.div(e, tf.sum(e, [...axes], true));
      save(out);
      return [out];
    },
    backward: ([dy], [saved]) => ({
      x: () => {
        const out = saved as tf.Tensor;
        const weighted = tf.mul(dy as tf.Tensor, out);
        return tf.sub(weighted, tf.mul(out, tf.sum(weighted, [...axes], true)));
      },
    }),
  });
  return y as tf.Tensor;
}

/** log softmax along one axis. */
export function logSoftmax(x: tf.Tensor, axis: number): tf.Tensor {
  const [y] = customOperation({
    inputs: { x },
    forward: (save) => {
      const shifted = tf.sub(x, tf.max(x, axis, true));
      const out = tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), axis, true)));
      save(out);
      return [out];
    },
    backward: ([dy], [out]) => ({
      x: () => tf.sub(dy as tf.Tensor, tf.mul(tf.exp(out as tf.Tensor), tf.sum(dy as tf.Tensor, axis, true))),
    }),
  });
  return y as tf.Tensor;
}

/**
 * Keras 3.15, `sparsemax`, as TensorFlow runs it: max(x − τ, 0) with τ = (Σ S − 1) / k over the k leading sums S of the sorted row that are in
 * the support. (The projection onto the simplex has S of the last one in place of their sum; Keras' rows do not add up to 1.) The i-th largest
 * value stands in k − i of those sums.
 */
function sparsemax(x: tf.Tensor, axis: number): tf.Tensor {
  const size = x.shape[axis] ?? 1;
  const stride = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const places = Array.from({ length: size }, (_, k) => k * stride);
  const eachRow = (visit: (sorted: readonly number[], k: number, tau: number) => void) => {
    const values = x.dataSync();
    for (let start = 0; start < x.size; start++) {
      if (Math.floor(start / stride) % size !== 0) {
        continue;
      }
      const sorted = places
        .map((place) => start + place)
        .sort((a, b) => (values[b] as number) - (values[a] as number));
      let [sum, total, k] = [0, 0, 0];
      sorted.forEach((place, i) => {
        const z = values[place] as number;
        sum += z;
        if (z - (sum - 1) / (i + 1) > 0) {
          total += sum;
          k++;
        }
      });
      visit(sorted, k, (total - 1) / k);
    }
  };
  const [y] = customOperation({
    inputs: { x },
    forward: () => {
      const values = x.dataSync();
      const out = new Float32Array(x.size);
      eachRow((sorted, _k, tau) => {
        for (const place of sorted) {
          out[place] = Math.max((values[place] as number) - tau, 0);
        }
      });
      return [tf.tensor(out, x.shape)];
    },
    backward: ([dy]) => ({
      x: () => {
        const values = x.dataSync();
        const slopes = (dy as tf.Tensor).dataSync();
        const result = new Float32Array(x.size);
        eachRow((sorted, k, tau) => {
          const on = sorted.filter((place) => (values[place] as number) > tau);
          const sum = on.reduce((total, place) => total + (slopes[place] as number), 0);
          sorted.slice(0, k).forEach((place, i) => (result[place] = (-sum * (k - i)) / k));
          for (const place of on) {
            result[place] = (result[place] as number) + (slopes[place] as number);
          }
        });
        return tf.tensor(result, x.shape);
      },
    }),
  });
  return y as tf.Tensor;
}

const axisActivations: Readonly<Record<string, (x: tf.Tensor, config: Config) => tf.Tensor>> = {
  softmax: (x, c) =>
    softmax(
      x,
      c['axis'] === undefined ? [x.rank - 1] : numbersOf(c, 'axis').map((a) => (a < 0 ? a + x.rank : a)),
    ),
  log_softmax: (x, c) => {
    const axis = numberOf(c, 'axis', -1);
    return logSoftmax(x, axis < 0 ? axis + x.rank : axis);
  },
  sparsemax: (x, c) => {
    const axis = numberOf(c, 'axis', -1);
    return sparsemax(x, axis < 0 ? axis + x.rank : axis);
  },
  glu: (x, c) => {
    const axis = numberOf(c, 'axis', -1);
    const [a, b] = tf.split(x, 2, axis < 0 ? axis + x.rank : axis);
    return tf.mul(a as tf.Tensor, tf.sigmoid(b as tf.Tensor));
  },
};

/** Layers that may be given as an activation: `Dense(8, activation=LeakyReLU(0.1))`. */
export function layerActivation(className: string, config: Config): Activation | null {
  switch (className) {
    case 'ReLU':
      return scalarOf(
        'relu',
        relu(
          numberOf(config, 'negative_slope'),
          typeof config['max_value'] === 'number' ? config['max_value'] : null,
          numberOf(config, 'threshold'),
        ),
      );
    case 'LeakyReLU':
      return named('leaky_relu', { negative_slope: numberOf(config, 'negative_slope', 0.3) });
    case 'ThresholdedReLU': {
      const theta = numberOf(config, 'theta', 1);
      return scalarOf('threshold', {
        f: (x) => (x > theta ? x : 0),
        slope: (x) => (x > theta ? 1 : 0),
        canDie: true,
      });
    }
    case 'ELU':
      return named('elu', { alpha: numberOf(config, 'alpha', 1) });
    case 'Softmax':
      return named('softmax', { axis: config['axis'] ?? -1 });
    case 'Activation':
      return activationOf(config['activation']);
    default:
      return null;
  }
}

/** The activation that a layer's configuration names: a string, a serialised function or layer, or nothing. */
export function activationOf(value: Json | undefined): Activation {
  if (value === undefined || value === null) {
    return named('linear');
  }
  if (typeof value === 'string') {
    return named(value);
  }
  if (isConfig(value)) {
    const { class_name: className, config } = value;
    if (className === 'function' && typeof config === 'string') {
      return named(config);
    }
    if (typeof className === 'string') {
      const inner = isConfig(config) ? config : {};
      return layerActivation(className, inner) ?? named(snakeCase(className), inner);
    }
  }
  throw new HumanError(`The activation ${JSON.stringify(value)} is not known to the probe.`);
}

export function isLinear(activation: Activation): boolean {
  return activation.name === 'linear';
}

function named(name: string, config: Config = {}): Activation {
  const scalar = scalarActivation(name, config);
  if (scalar !== null) {
    return scalarOf(name, scalar);
  }
  const overAxis = axisActivations[name];
  if (overAxis === undefined) {
    throw new HumanError(
      `The activation "${name}" is not known to the probe. Use one of Keras' own to have it measured.`,
    );
  }
  return {
    name,
    scalar: null,
    fused: null,
    remembersLogits: name === 'softmax',
    apply: (_engine, x) => overAxis(x, config),
  };
}

function scalarOf(name: string, scalar: ScalarActivation): Activation {
  const fused = scalar.fused ?? null;
  return {
    name,
    scalar,
    fused,
    remembersLogits: name === 'sigmoid',
    apply: (engine, x) =>
      fused === null ? elementwise(engine, x, scalar) : fusedActivation(engine, x, fused),
  };
}

/** An activation that the kernels know, as an operation of its own. */
export function fusedActivation(engine: Engine, x: tf.Tensor, kind: FusedActivation): tf.Tensor {
  if (kind === 'linear') {
    return x;
  }
  const { kernels } = engine;
  const floats = (t: tf.Tensor) => engine.view(t) as Float32Array;
  const [y] = customOperation({
    inputs: { x },
    forward: (save) => {
      const out = engine.produce([x.shape], ([to]) =>
        kernels.activation(floats(x), to as Float32Array, kind),
      );
      save(out[0] as tf.Tensor);
      return out;
    },
    backward: ([dy], [out]) => ({
      x: () =>
        engine.produce([x.shape], ([to]) =>
          kernels.activationGradient(
            floats(dy as tf.Tensor),
            floats(out as tf.Tensor),
            to as Float32Array,
            kind,
          ),
        )[0] as tf.Tensor,
    }),
  });
  return y as tf.Tensor;
}

function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}
