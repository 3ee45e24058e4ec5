import type { RandomStream } from '../initializers/random';
import type { NumberArray } from './npy';

/** Hidden units of the network that gives the labels. */
const hiddenUnits = 32;

/**
 * The class that a random network gives each row: argmax of softmax(W₂ tanh(W₁ x)), W₁ ~ N(0, 1/fan_in), W₂ ~ N(0, 1), over the standardized
 * inputs side by side. A task for which every input counts, and none alone.
 */
export function taughtClasses(
  inputs: readonly NumberArray[],
  rows: number,
  classes: number,
  random: RandomStream,
): Int32Array {
  const standardized = inputs.map((input) => standardizedRows(input, rows));
  const size = standardized.reduce((sum, { width }) => sum + width, 0);
  const deviation = 1 / Math.sqrt(Math.max(1, size));
  const first = Float32Array.from({ length: hiddenUnits * size }, () => deviation * random.normal());
  const second = Float32Array.from({ length: classes * hiddenUnits }, () => random.normal());
  const hidden = new Float32Array(hiddenUnits);
  return Int32Array.from({ length: rows }, (_, row) => {
    for (let h = 0; h < hiddenUnits; h++) {
      let sum = 0;
      let weight = h * size;
      for (const { values, width } of standardized) {
        for (let i = row * width; i < (row + 1) * width; i++) {
          sum += (first[weight++] as number) * (values[i] as number);
        }
      }
      hidden[h] = Math.tanh(sum);
    }
    let best = 0;
    let highest = -Infinity;
    for (let c = 0; c < classes; c++) {
      let logit = 0;
      for (let h = 0; h < hiddenUnits; h++) {
        logit += (second[c * hiddenUnits + h] as number) * (hidden[h] as number);
      }
      if (logit > highest) {
        highest = logit;
        best = c;
      }
    }
    return best;
  });
}

function standardizedRows({ values }: NumberArray, rows: number): { values: Float32Array; width: number } {
  const n = Math.max(1, values.length);
  let mean = 0;
  for (const value of values) {
    mean += value / n;
  }
  let variance = 0;
  for (const value of values) {
    variance += (value - mean) ** 2 / n;
  }
  const scale = 1 / (Math.sqrt(variance) || 1);
  return {
    values: Float32Array.from(values, (value) => scale * (value - mean)),
    width: values.length / rows,
  };
}
