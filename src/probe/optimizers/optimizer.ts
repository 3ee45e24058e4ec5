import { flagOf, isSerialized, numberOf } from '../../core/model/catalogue/configAccess';
import type { Config, OptimizerSpec, SerializedObject } from '../../core/model/spec';
import type { Note } from '../../core/report/report';
import { constrain } from '../regularizers/constraint';
import { dense, type Gradient, mapGradient, ruleGradient, squaredNorm } from './gradient';
import { type Rule, rules, type Slots } from './rules';
import { type Schedule, scheduleOf } from './schedule';

/** A weight as the optimizer sees it. */
export interface Trained {
  readonly shape: readonly number[];
  readonly constraint: SerializedObject | null;
  /** Present values; changed in place by `apply`. */
  readonly values: Float32Array;
}

/** The optimizer that the code compiles with, or the standard one in its place and a note that says so. */
export class Optimizer {
  readonly notes: readonly Note[];
  private readonly rule: Rule;
  private readonly schedule: Schedule;
  private readonly config: Config;
  private readonly states: Map</* slot */ string, Float32Array>[] = [];
  private step = 0;

  constructor(spec: OptimizerSpec) {
    let { className, config } = spec;
    const inner = config['inner_optimizer'];
    if (className === 'LossScaleOptimizer' && isSerialized(inner)) {
      // scaling the loss cancels out in float32
      className = inner.class_name;
      config = inner.config;
    }
    const known = rules[className];
    this.notes =
      known !== undefined
        ? []
        : [
            {
              id: 'optimizer',
              text: `The optimizer ${className} is not known to the probe; Adam with the same learning rate was used in its place.`,
            },
          ];
    this.rule = (known ?? rules['Adam'] ?? (() => () => undefined))(config);
    this.schedule = scheduleOf(config['learning_rate']);
    this.config = config;
  }

  /** The rate of the next update. */
  get learningRate(): number {
    return this.schedule(this.step);
  }

  /** Clips, decays and updates, in Keras' order; weights are matched by place from step to step. */
  apply(weights: readonly Trained[], gradients: readonly Gradient[]): void {
    const rate = Math.fround(this.schedule(this.step));
    this.step++;
    const clipped = this.clip(weights, gradients);
    const decay = this.config['weight_decay'];
    weights.forEach((weight, i) => {
      const { values } = weight;
      if (typeof decay === 'number' && decay !== 0) {
        for (let k = 0; k < values.length; k++) {
          values[k] = (values[k] as number) * (1 - decay * rate);
        }
      }
      const gradient = clipped[i];
      if (gradient !== undefined) {
        this.rule(this.slots(weight, i), ruleGradient(gradient, values.length), rate, this.step);
      }
      if (flagOf(this.config, 'use_ema')) {
        this.average(weight, i);
      }
      if (weight.constraint !== null) {
        constrain(weight.constraint, values, weight.shape);
      }
    });
  }

  private slots({ values, shape }: Trained, index: number): Slots {
    const state = (this.states[index] ??= new Map());
    return {
      values,
      shape,
      slot: (name, start = 0, size = values.length) => {
        let made = state.get(name);
        if (made === undefined) {
          made = new Float32Array(size).fill(start);
          state.set(name, made);
        }
        return made;
      },
    };
  }

  /** Keras overwrites the weights with their average every so many steps, if it is told to. */
  private average(weight: Trained, index: number): void {
    const momentum = numberOf(this.config, 'ema_momentum', 0.99);
    const slots = this.slots(weight, index);
    const mean = slots.slot('ema');
    const keep = this.step === 1 ? 0 : momentum;
    for (let k = 0; k < mean.length; k++) {
      mean[k] = keep * (mean[k] as number) + (1 - keep) * (weight.values[k] as number);
    }
    const every = this.config['ema_overwrite_frequency'];
    if (typeof every === 'number' && this.step % every === 0) {
      weight.values.set(mean);
    }
  }

  private clip(weights: readonly Trained[], gradients: readonly Gradient[]): readonly Gradient[] {
    const { clipnorm, clipvalue, global_clipnorm: globalNorm } = this.config;
    // norms are taken over all occurrences of an embedding's rows; scaling by them makes the gradient dense (keras 3.15, `clip_by_norm`)
    const scaled = (gradient: Gradient, i: number, norm: number, limit: number): Gradient => {
      const values = dense(gradient, weights[i]?.values.length ?? 0);
      return {
        kind: 'dense',
        values: norm > limit || Number.isNaN(norm) ? values.map((x) => (x * limit) / norm) : values,
      };
    };
    if (typeof clipnorm === 'number') {
      return gradients.map((gradient, i) =>
        scaled(gradient, i, Math.sqrt(squaredNorm(gradient.values)), clipnorm),
      );
    }
    if (typeof globalNorm === 'number') {
      const norm = Math.sqrt(gradients.reduce((total, { values }) => total + squaredNorm(values), 0));
      return gradients.map((gradient, i) => scaled(gradient, i, norm, globalNorm));
    }
    if (typeof clipvalue === 'number') {
      return gradients.map((gradient) =>
        mapGradient(gradient, (x) => Math.min(Math.max(x, -clipvalue), clipvalue)),
      );
    }
    return gradients;
  }
}
