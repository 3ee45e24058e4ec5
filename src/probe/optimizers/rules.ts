import { flagOf, numberOf } from '../../core/model/catalogue/configAccess';
import type { Config } from '../../core/model/spec';
import { type Kernels, matrix } from '../kernels/kernels';
import type { RuleGradient } from './gradient';

/** What a rule may look at to choose how a weight is updated. */
export interface RuleTarget {
  readonly shape: readonly number[];
  /** As Keras: names of layers and weight, joined by slashes. */
  readonly path: string;
}

/** One weight with its optimizer state: the arrays that the rule's `state` names. */
export interface Slots extends RuleTarget {
  readonly values: Float32Array;
  readonly kernels: Kernels;
  slot(name: string): Float32Array;
}

/** An array of the state: as large as the weight unless it says otherwise. */
export interface SlotPlan {
  readonly start?: number;
  readonly size?: number;
}

export interface Rule {
  /** All arrays are made before the first update: making one later could move the others. */
  state(weight: RuleTarget): { readonly [slot: string]: SlotPlan };
  /** Weight decay of one weight, where the rule has more than one. */
  decay?(weight: RuleTarget): number | null;
  /** Updates `values` in place. `step` counts from 1; formulas of keras 3.15, `keras/src/optimizers`. */
  update(weight: Slots, gradient: RuleGradient, rate: number, step: number): void;
}

function rule(state: { readonly [slot: string]: SlotPlan }, update: Rule['update']): Rule {
  return { state: () => state, update };
}

const at = (values: Float32Array, i: number) => values[i] as number;

/** 1 − βᵗ as Keras computes it, in float32: for β = 0.999 and t = 1 it is 1.3e-5 off. */
const correction = (beta: number, step: number) => Math.fround(1 - Math.fround(Math.fround(beta) ** step));

function sgd(c: Config): Rule {
  const momentum = numberOf(c, 'momentum');
  const nesterov = flagOf(c, 'nesterov');
  return rule(momentum === 0 ? {} : { velocity: {} }, (weight, { sum }, rate) => {
    const w = weight.values;
    if (momentum === 0) {
      weight.kernels.addScaled(w, sum, -rate);
      return;
    }
    const velocity = weight.slot('velocity');
    for (let i = 0; i < w.length; i++) {
      const push = rate * at(sum, i);
      velocity[i] = momentum * at(velocity, i) - push;
      w[i] = at(w, i) + (nesterov ? momentum * at(velocity, i) - push : at(velocity, i));
    }
  });
}

/** m += (g − m)(1 − β₁), v += (g² − v)(1 − β₂). */
function moments(
  weight: Slots,
  { sum, squares }: RuleGradient,
  beta1: number,
  beta2: number,
): [Float32Array, Float32Array] {
  const m = weight.slot('m');
  const v = weight.slot('v');
  const [c1, c2] = [Math.fround(1 - beta1), Math.fround(1 - beta2)];
  for (let i = 0; i < m.length; i++) {
    // rounded as Keras rounds
    m[i] = at(m, i) + Math.fround(Math.fround(at(sum, i) - at(m, i)) * c1);
    v[i] = at(v, i) + Math.fround(Math.fround(at(squares, i) - at(v, i)) * c2);
  }
  return [m, v];
}

/** ε stands beside the uncorrected root. */
export function adam(c: Config): Rule {
  const beta1 = numberOf(c, 'beta_1', 0.9);
  const beta2 = numberOf(c, 'beta_2', 0.999);
  const epsilon = numberOf(c, 'epsilon', 1e-7);
  const amsgrad = flagOf(c, 'amsgrad');
  return rule({ m: {}, v: {}, ...(amsgrad ? { vMax: {} } : {}) }, (weight, gradient, rate, step) => {
    const alpha = Math.fround(
      Math.fround(rate * Math.fround(Math.sqrt(correction(beta2, step)))) / correction(beta1, step),
    );
    if (!amsgrad) {
      const [m, v] = [weight.slot('m'), weight.slot('v')];
      const squares = gradient.plain ? null : gradient.squares;
      weight.kernels.adam(weight.values, m, v, gradient.sum, { alpha, beta1, beta2, epsilon }, squares);
      return;
    }
    const [m, v] = moments(weight, gradient, beta1, beta2);
    let under = v;
    if (amsgrad) {
      under = weight.slot('vMax');
      for (let i = 0; i < v.length; i++) {
        under[i] = Math.max(at(under, i), at(v, i));
      }
    }
    const w = weight.values;
    const rate32 = Math.fround(alpha);
    const small = Math.fround(epsilon);
    for (let i = 0; i < w.length; i++) {
      const root = Math.fround(Math.fround(Math.sqrt(at(under, i))) + small);
      w[i] = at(w, i) - Math.fround(Math.fround(rate32 * at(m, i)) / root);
    }
  });
}

/** ε stands beside the corrected root; β₁ grows along a schedule whose product is kept. */
function nadam(c: Config): Rule {
  const beta1 = numberOf(c, 'beta_1', 0.9);
  const beta2 = numberOf(c, 'beta_2', 0.999);
  const epsilon = numberOf(c, 'epsilon', 1e-7);
  const u = (step: number) => beta1 * (1 - 0.5 * 0.96 ** step);
  return rule({ m: {}, v: {} }, (weight, gradient, rate, step) => {
    let product = 1;
    for (let t = 1; t <= step; t++) {
      product *= u(t);
    }
    const next = product * u(step + 1);
    const [m, v] = moments(weight, gradient, beta1, beta2);
    const w = weight.values;
    const g = gradient.sum;
    for (let i = 0; i < w.length; i++) {
      const mean = (u(step + 1) * at(m, i)) / (1 - next) + ((1 - u(step)) * at(g, i)) / (1 - product);
      w[i] = at(w, i) - (mean * rate) / (Math.sqrt(at(v, i) / correction(beta2, step)) + epsilon);
    }
  });
}

function adamax(c: Config): Rule {
  const beta1 = numberOf(c, 'beta_1', 0.9);
  const beta2 = numberOf(c, 'beta_2', 0.999);
  const epsilon = numberOf(c, 'epsilon', 1e-7);
  return rule({ m: {}, u: {} }, (weight, { sum, absolutes }, rate, step) => {
    const m = weight.slot('m');
    const u = weight.slot('u');
    const w = weight.values;
    for (let i = 0; i < w.length; i++) {
      m[i] = at(m, i) + (at(sum, i) - at(m, i)) * (1 - beta1);
      u[i] = Math.max(beta2 * at(u, i), at(absolutes, i));
      w[i] = at(w, i) - (rate * at(m, i)) / (correction(beta1, step) * (at(u, i) + epsilon));
    }
  });
}

/** ε inside the root; the momentum accumulates increments with the rate in them. */
function rmsprop(c: Config): Rule {
  const rho = numberOf(c, 'rho', 0.9);
  const momentum = numberOf(c, 'momentum');
  const epsilon = numberOf(c, 'epsilon', 1e-7);
  const centered = flagOf(c, 'centered');
  return rule(
    { velocity: {}, ...(centered ? { average: {} } : {}), ...(momentum > 0 ? { momentum: {} } : {}) },
    (weight, { sum, squares }, rate) => {
      const velocity = weight.slot('velocity');
      const average = centered ? weight.slot('average') : null;
      const carried = momentum > 0 ? weight.slot('momentum') : null;
      const w = weight.values;
      for (let i = 0; i < w.length; i++) {
        velocity[i] = rho * at(velocity, i) + (1 - rho) * at(squares, i);
        let under = at(velocity, i) + epsilon;
        if (average !== null) {
          average[i] = rho * at(average, i) + (1 - rho) * at(sum, i);
          under -= at(average, i) ** 2;
        }
        let increment = (rate * at(sum, i)) / Math.sqrt(under);
        if (carried !== null) {
          carried[i] = momentum * at(carried, i) + increment;
          increment = at(carried, i);
        }
        w[i] = at(w, i) - increment;
      }
    },
  );
}

function adagrad(c: Config): Rule {
  const start = numberOf(c, 'initial_accumulator_value', 0.1);
  const epsilon = numberOf(c, 'epsilon', 1e-7);
  return rule({ accumulator: { start } }, (weight, { sum, squares }, rate) => {
    const accumulator = weight.slot('accumulator');
    const w = weight.values;
    for (let i = 0; i < w.length; i++) {
      accumulator[i] = at(accumulator, i) + at(squares, i);
      w[i] = at(w, i) - (rate * at(sum, i)) / Math.sqrt(at(accumulator, i) + epsilon);
    }
  });
}

function adadelta(c: Config): Rule {
  const rho = numberOf(c, 'rho', 0.95);
  const epsilon = numberOf(c, 'epsilon', 1e-7);
  return rule({ gradients: {}, deltas: {} }, (weight, { sum, squares }, rate) => {
    const gradients = weight.slot('gradients');
    const deltas = weight.slot('deltas');
    const w = weight.values;
    for (let i = 0; i < w.length; i++) {
      gradients[i] = rho * at(gradients, i) + (1 - rho) * at(squares, i);
      const factor = Math.sqrt(at(deltas, i) + epsilon) / Math.sqrt(at(gradients, i) + epsilon);
      deltas[i] = rho * at(deltas, i) + (1 - rho) * factor * factor * at(squares, i);
      w[i] = at(w, i) - rate * factor * at(sum, i);
    }
  });
}

/** Forgets the start weights: its state `linear` starts at 0. */
function ftrl(c: Config): Rule {
  const power = -numberOf(c, 'learning_rate_power', -0.5);
  const start = numberOf(c, 'initial_accumulator_value', 0.1);
  const l1 = numberOf(c, 'l1_regularization_strength');
  const l2 = numberOf(c, 'l2_regularization_strength');
  const shrinkage = numberOf(c, 'l2_shrinkage_regularization_strength');
  const beta = numberOf(c, 'beta');
  return rule({ accumulator: { start }, linear: {} }, (weight, { sum, squares }, rate) => {
    const accumulator = weight.slot('accumulator');
    const linear = weight.slot('linear');
    const w = weight.values;
    for (let i = 0; i < w.length; i++) {
      const before = at(accumulator, i);
      const after = before + at(squares, i);
      const pulled = at(sum, i) + 2 * shrinkage * at(w, i);
      linear[i] = at(linear, i) + pulled - ((after ** power - before ** power) / rate) * at(w, i);
      const quadratic = after ** power / rate + 2 * (l2 + beta / (2 * rate));
      const clipped = Math.min(Math.max(at(linear, i), -l1), l1);
      w[i] = (clipped - at(linear, i)) / quadratic;
      accumulator[i] = after;
    }
  });
}

function lion(c: Config): Rule {
  const beta1 = numberOf(c, 'beta_1', 0.9);
  const beta2 = numberOf(c, 'beta_2', 0.99);
  return rule({ m: {} }, (weight, { sum }, rate) => {
    const m = weight.slot('m');
    const w = weight.values;
    for (let i = 0; i < w.length; i++) {
      w[i] = at(w, i) - rate * Math.sign(at(m, i) * beta1 + at(sum, i) * (1 - beta1));
      m[i] = at(m, i) * beta2 + at(sum, i) * (1 - beta2);
    }
  });
}

/** Adam's step scaled by the ratio of norms of weight and step. */
function lamb(c: Config): Rule {
  const beta1 = numberOf(c, 'beta_1', 0.9);
  const beta2 = numberOf(c, 'beta_2', 0.999);
  const epsilon = numberOf(c, 'epsilon', 1e-7);
  return rule({ m: {}, v: {} }, (weight, gradient, rate, step) => {
    const [m, v] = moments(weight, gradient, beta1, beta2);
    const w = weight.values;
    const update = m.map(
      (x, i) => x / correction(beta1, step) / (Math.sqrt(at(v, i) / correction(beta2, step)) + epsilon),
    );
    const norm = (values: Float32Array) => Math.sqrt(values.reduce((total, x) => total + x * x, 0));
    const weightNorm = norm(w);
    const updateNorm = norm(update);
    const ratio = weightNorm > 0 && updateNorm > 0 ? weightNorm / updateNorm : 1;
    for (let i = 0; i < w.length; i++) {
      w[i] = at(w, i) - ratio * rate * at(update, i);
    }
  });
}

/** Second moments by row and column; the step is relative to the weight's RMS. */
function adafactor(c: Config): Rule {
  const decay = numberOf(c, 'beta_2_decay', -0.8);
  const epsilon1 = numberOf(c, 'epsilon_1', 1e-30);
  const epsilon2 = numberOf(c, 'epsilon_2', 1e-3);
  const threshold = numberOf(c, 'clip_threshold', 1);
  return {
    state: ({ shape }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const matrix = shape.length >= 2;
      return {
        v: {},
        ...(matrix
          ? { r: { size: size / (shape.at(-1) ?? 1) }, c: { size: size / (shape.at(-2) ?? 1) } }
          : {}),
      };
    },
    update: (weight, { sum, squares }, rate, step) => {
      const w = weight.values;
      const rms = (values: Float32Array) =>
        Math.sqrt(values.reduce((total, x) => total + x * x, 0) / values.length);
      // keras 3.15 bounds the rate with and without `relative_step`
      const alpha = Math.max(epsilon2, rms(w)) * Math.min(rate, 1 / Math.sqrt(step));
      const beta = 1 - step ** decay;
      const columns = weight.shape.at(-1) ?? 1;
      const rows = weight.shape.at(-2) ?? 1;
      const v = weight.slot('v');
      if (weight.shape.length >= 2) {
        const r = weight.slot('r');
        const q = weight.slot('c');
        const blocks = w.length / (rows * columns);
        for (let b = 0; b < blocks; b++) {
          const rowMeans = new Float64Array(rows);
          const columnMeans = new Float64Array(columns);
          for (let i = 0; i < rows * columns; i++) {
            const x = at(squares, b * rows * columns + i) + epsilon1;
            const row = Math.floor(i / columns);
            rowMeans[row] = (rowMeans[row] as number) + x / columns;
            columnMeans[i % columns] = (columnMeans[i % columns] as number) + x / rows;
          }
          let mean = 0;
          for (let i = 0; i < rows; i++) {
            r[b * rows + i] = beta * at(r, b * rows + i) + (1 - beta) * (rowMeans[i] as number);
            mean += at(r, b * rows + i) / rows;
          }
          for (let j = 0; j < columns; j++) {
            q[b * columns + j] = beta * at(q, b * columns + j) + (1 - beta) * (columnMeans[j] as number);
          }
          for (let i = 0; i < rows * columns; i++) {
            v[b * rows * columns + i] =
              (at(r, b * rows + Math.floor(i / columns)) / mean) * at(q, b * columns + (i % columns));
          }
        }
      } else {
        for (let i = 0; i < v.length; i++) {
          v[i] = beta * at(v, i) + (1 - beta) * (at(squares, i) + epsilon1);
        }
      }
      const update = sum.map((g, i) => g / Math.sqrt(at(v, i)));
      // rows of an embedding count per occurrence here too
      const square = update.reduce((total, _x, i) => total + at(squares, i) / at(v, i), 0);
      const scale = alpha / Math.max(1, Math.sqrt(square / update.length) / threshold);
      for (let i = 0; i < w.length; i++) {
        w[i] = at(w, i) - scale * at(update, i);
      }
    },
  };
}

/** A pattern of Python's `re`; one that JavaScript does not read matches as plain text. */
function found(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return text.includes(pattern);
  }
}

/** Matrices move by their orthogonalised momentum (five Newton–Schulz iterations), all others by Adam. */
function muon(c: Config): Rule {
  const momentum = numberOf(c, 'momentum', 0.95);
  const nesterov = c['nesterov'] !== false;
  const [a, b, d] = [
    numberOf(c, 'muon_a', 3.4445),
    numberOf(c, 'muon_b', -4.775),
    numberOf(c, 'muon_c', 2.0315),
  ];
  const scale = c['rms_rate'] === null ? null : numberOf(c, 'rms_rate', 0.2);
  const excluded = Array.isArray(c['exclude_layers']) ? c['exclude_layers'] : [];
  const usesAdam = ({ shape, path }: RuleTarget) =>
    shape.length !== 2 ||
    (c['exclude_embeddings'] !== false && path.toLowerCase().includes('embedding')) ||
    excluded.some((pattern) => typeof pattern === 'string' && found(pattern, path));
  const plain = adam({
    ...c,
    beta_1: numberOf(c, 'adam_beta_1', 0.9),
    beta_2: numberOf(c, 'adam_beta_2', 0.999),
  });
  return {
    decay: (weight) => {
      const value = c[usesAdam(weight) ? 'adam_weight_decay' : 'weight_decay'];
      return typeof value === 'number' ? value : value === undefined ? 0.004 : null;
    },
    state: (weight) => {
      if (usesAdam(weight)) {
        return plain.state(weight);
      }
      const small = Math.min(...weight.shape);
      return { m: {}, x: {}, next: {}, gram: { size: small * small }, polynomial: { size: small * small } };
    },
    update: (weight, gradient, rate, step) => {
      if (usesAdam(weight)) {
        plain.update(weight, gradient, rate * numberOf(c, 'adam_lr_ratio', 1), step);
        return;
      }
      const { kernels, values: w } = weight;
      const [rows = 1, columns = 1] = weight.shape;
      const [m, gram, polynomial] = [weight.slot('m'), weight.slot('gram'), weight.slot('polynomial')];
      let [x, next] = [weight.slot('x'), weight.slot('next')];
      const g = gradient.sum;
      for (let i = 0; i < w.length; i++) {
        m[i] = at(m, i) + (at(g, i) + at(m, i) * (momentum - 1));
        x[i] = nesterov ? at(g, i) + momentum * at(m, i) : at(m, i);
      }
      const norm = Math.sqrt(kernels.squares(x)) + 1e-7;
      for (let i = 0; i < x.length; i++) {
        x[i] = at(x, i) / norm;
      }
      // Keras turns a tall matrix on its side; here the small square stands on the other side of the product instead
      const tall = rows > columns;
      const small = Math.min(rows, columns);
      const square = (values: Float32Array) => matrix(values, small);
      const full = (values: Float32Array) => matrix(values, columns);
      for (let i = 0; i < numberOf(c, 'ns_steps', 5); i++) {
        kernels.gemm(
          full(x),
          full(x),
          square(gram),
          { rows: small, inner: Math.max(rows, columns), columns: small },
          tall ? { transposeA: true } : { transposeB: true },
        );
        kernels.gemm(square(gram), square(gram), square(polynomial), {
          rows: small,
          inner: small,
          columns: small,
        });
        for (let k = 0; k < gram.length; k++) {
          polynomial[k] = b * at(gram, k) + d * at(polynomial, k);
        }
        kernels.gemm(tall ? full(x) : square(polynomial), tall ? square(polynomial) : full(x), full(next), {
          rows,
          inner: small,
          columns,
        });
        for (let k = 0; k < x.length; k++) {
          next[k] = a * at(x, k) + at(next, k);
        }
        [x, next] = [next, x];
      }
      const factor = rate * (scale === null ? 1 : Math.sqrt(Math.max(rows, columns)) * scale);
      for (let i = 0; i < w.length; i++) {
        w[i] = at(w, i) - factor * at(x, i);
      }
    },
  };
}

/**
 * The weights stand between `z`, which the gradient moves, and the average of all z. Compiled, as `fit` runs it, keras 3.15 on TensorFlow
 * starts z at 0 (its copy of the weights never happens), so that the first step throws the weights to about 0.
 */
function scheduleFreeAdamW(c: Config): Rule {
  const beta1 = Math.fround(numberOf(c, 'beta_1', 0.9));
  const beta2 = numberOf(c, 'beta_2', 0.999);
  const epsilon = numberOf(c, 'epsilon', 1e-8);
  const warmup = numberOf(c, 'warmup_steps');
  return rule({ z: {}, v: {} }, (weight, { sum, squares }, rate, step) => {
    const lr = warmup > 0 ? rate * Math.min(step / warmup, 1) : rate;
    const z = weight.slot('z');
    const v = weight.slot('v');
    const w = weight.values;
    for (let i = 0; i < w.length; i++) {
      v[i] = at(v, i) + (at(squares, i) - at(v, i)) * Math.fround(1 - beta2);
      z[i] = at(z, i) - (lr * at(sum, i)) / (Math.sqrt(at(v, i) / correction(beta2, step)) + epsilon);
      // keras 3.15 on TensorFlow takes the new z here: what it calls the old one is a reference to the variable
      const average = (at(w, i) - (1 - beta1) * at(z, i)) / beta1;
      w[i] = (1 - beta1) * at(z, i) + beta1 * ((1 - 1 / step) * average + at(z, i) / step);
    }
  });
}

/** The update rules that the probe has, by Keras' class name. */
export const rules: Readonly<Record<string, (config: Config) => Rule>> = {
  SGD: sgd,
  Adam: adam,
  AdamW: adam,
  Nadam: nadam,
  Adamax: adamax,
  RMSprop: rmsprop,
  Adagrad: adagrad,
  Adadelta: adadelta,
  Ftrl: ftrl,
  Lion: lion,
  Lamb: lamb,
  Adafactor: adafactor,
  Muon: muon,
  ScheduleFreeAdamW: scheduleFreeAdamW,
};
