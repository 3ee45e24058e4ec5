import { customOperation } from '../engine/customOperation';
import type { Engine } from '../engine/engine';
import * as tf from '../engine/tf';

/** Class of the blank, and what fills up a label sequence. */
const blank = 0;
/** Log-probability that TensorFlow gives to what cannot be, log 1e-307: labels that do not fit into the steps. */
const never = Math.log(1e-307);

/** log(e^a + e^b) where either may be −∞. */
function addLogs(a: number, b: number): number {
  const high = Math.max(a, b);
  return high === -Infinity ? high : high + Math.log1p(Math.exp(Math.min(a, b) - high));
}

/** Rows of `width` logits as log-probabilities. */
function logProbabilities(logits: ArrayLike<number>, at: number, steps: number, width: number): Float64Array {
  const logs = new Float64Array(steps * width);
  for (let t = 0; t < steps; t++) {
    let total = -Infinity;
    for (let k = 0; k < width; k++) {
      total = addLogs(total, logits[at + t * width + k] as number);
    }
    for (let k = 0; k < width; k++) {
      logs[t * width + k] = (logits[at + t * width + k] as number) - total;
    }
  }
  return logs;
}

/** A label sequence with blanks around every label. */
function withBlanks(labels: readonly number[]): readonly number[] {
  return [blank, ...labels.flatMap((label) => [label, blank])];
}

/** For each step and state the log-probability of all ways that end there; `forward` false: that begin there, in reversed order. */
function paths(logs: Float64Array, states: readonly number[], width: number, forward: boolean): Float64Array {
  const count = states.length;
  const steps = logs.length / width;
  const sums = new Float64Array(steps * count).fill(-Infinity);
  const stateAt = (s: number) => states[forward ? s : count - 1 - s] as number;
  const place = (t: number, s: number) => (forward ? t * count + s : (steps - 1 - t) * count + count - 1 - s);
  const logAt = (t: number, s: number) => logs[(forward ? t : steps - 1 - t) * width + stateAt(s)] as number;
  for (let s = 0; s < Math.min(2, count); s++) {
    sums[place(0, s)] = logAt(0, s);
  }
  for (let t = 1; t < steps; t++) {
    for (let s = 0; s < count; s++) {
      let sum = sums[place(t - 1, s)] as number;
      if (s > 0) {
        sum = addLogs(sum, sums[place(t - 1, s - 1)] as number);
      }
      // a blank may be left out between labels that differ
      if (s > 1 && stateAt(s) !== blank && stateAt(s) !== stateAt(s - 2)) {
        sum = addLogs(sum, sums[place(t - 1, s - 2)] as number);
      }
      sums[place(t, s)] = sum + logAt(t, s);
    }
  }
  return sums;
}

/** Loss of one sample; adds its gradient on the logits to `gradient` from `at` on. */
function ofSample(
  logits: ArrayLike<number>,
  at: number,
  shape: { readonly steps: number; readonly width: number },
  labels: readonly number[],
  gradient: Float32Array,
): number {
  const { steps, width } = shape;
  const logs = logProbabilities(logits, at, steps, width);
  const states = withBlanks(labels);
  const count = states.length;
  const ends = paths(logs, states, width, true);
  const last = (steps - 1) * count;
  const total = addLogs(
    ends[last + count - 1] as number,
    count > 1 ? (ends[last + count - 2] as number) : -Infinity,
  );
  if (total === -Infinity) {
    return -never;
  }
  const begins = paths(logs, states, width, false);
  for (let t = 0; t < steps; t++) {
    for (let k = 0; k < width; k++) {
      gradient[at + t * width + k] = Math.exp(logs[t * width + k] as number);
    }
    const shares = new Float64Array(width);
    states.forEach((label, s) => {
      const both = (ends[t * count + s] as number) + (begins[t * count + s] as number);
      shares[label] =
        (shares[label] as number) + Math.exp(both - (logs[t * width + label] as number) - total);
    });
    shares.forEach((share, k) => {
      const i = at + t * width + k;
      gradient[i] = (gradient[i] as number) - share;
    });
  }
  return -total;
}

/**
 * Connectionist temporal classification as `keras.losses.ctc` (3.15) has it: logits (batch, steps, classes), labels (batch, labels) filled up with 0,
 * which is the blank too; the number of labels that are not 0 is the length. In log space and float64 (Graves et al. 2006, sections 4.1 and 4.2).
 */
export function ctcValues(engine: Engine, prediction: tf.Tensor, target: tf.Tensor): tf.Tensor {
  const [rows = 0, steps = 0, width = 1] = prediction.shape;
  const longest = target.size / Math.max(1, rows);
  const wanted = Array.from(engine.view(target), Number);
  const labels = Array.from({ length: rows }, (_, row) => {
    const own = wanted.slice(row * longest, (row + 1) * longest);
    return own
      .slice(0, own.filter((label) => label !== blank).length)
      .map((label) => Math.min(Math.max(label, 0), width - 1));
  });
  const [values] = customOperation({
    inputs: { prediction },
    forward: (save) => {
      const made = engine.produce([[rows], prediction.shape], ([losses, gradient]) => {
        const logits = engine.view(prediction);
        gradient?.fill(0);
        labels.forEach((own, row) => {
          (losses as Float32Array)[row] = ofSample(
            logits,
            row * steps * width,
            { steps, width },
            own,
            gradient as Float32Array,
          );
        });
      });
      save(made[1] as tf.Tensor);
      return [made[0] as tf.Tensor];
    },
    backward: ([dy], [gradient]) => ({
      prediction: () => tf.mul(tf.reshape(dy as tf.Tensor, [rows, 1, 1]), gradient as tf.Tensor),
    }),
  });
  return values as tf.Tensor;
}
