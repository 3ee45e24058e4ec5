import { flagOf, isSerialized, numberOf } from '../../core/model/catalogue/configAccess';
import type { Config, OptimizerSpec, SerializedObject } from '../../core/model/spec';
import { EngineBuffer } from '../engine/buffer';
import type { Engine } from '../engine/engine';
import type { Note } from '../../core/report/report';
import { constrain } from '../regularizers/constraint';
import { clearRows, dense, type Gradient, mapGradient, ruleGradient, squaredNorm } from './gradient';
import { type Rule, adam, rules, type SlotPlan, type Slots } from './rules';
import { type Schedule, scheduleOf } from './schedule';

/** A weight as the optimizer sees it. */
export interface Trained {
  /** As Keras: names of layers and weight, joined by slashes. */
  readonly path: string;
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
  private readonly states: Map</* slot */ string, EngineBuffer>[] = [];
  /** Gradients that make one update together: `gradient_accumulation_steps`. */
  private readonly share: number;
  private step = 0;

  constructor(
    spec: OptimizerSpec,
    private readonly engine: Engine,
  ) {
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
    this.rule = (known ?? adam)(config);
    this.schedule = scheduleOf(config['learning_rate']);
    this.config = config;
    this.share = Math.max(1, numberOf(config, 'gradient_accumulation_steps', 1));
  }

  /** The rate of the next update. */
  get learningRate(): number {
    return this.schedule(this.step);
  }

  /** Clips, decays and updates, in Keras' order; weights are matched by place from step to step. */
  apply(weights: readonly Trained[], gradients: readonly Gradient[]): void {
    const rate = Math.fround(this.schedule(this.step));
    // counts from 0, as Keras' `iterations`
    const update = Math.floor(this.step / this.share);
    this.step++;
    weights.forEach(
      (weight, i) => (this.states[i] ??= this.makeState(weight, gradients[i]?.kind === 'rows')),
    );
    const due = this.step % this.share === 0;
    const clipped = due
      ? this.clip(weights, this.share === 1 ? gradients : this.gathered(weights, gradients))
      : [];
    if (!due) {
      this.gather(weights, gradients);
    }
    weights.forEach((weight, i) => {
      const { values } = weight;
      const decay = due
        ? this.rule.decay === undefined
          ? this.config['weight_decay']
          : this.rule.decay(weight)
        : null;
      if (typeof decay === 'number' && decay !== 0) {
        for (let k = 0; k < values.length; k++) {
          values[k] = (values[k] as number) * (1 - decay * rate);
        }
      }
      const gradient = clipped[i];
      const slots = this.slots(weight, i);
      if (gradient !== undefined) {
        const space =
          gradient.kind === 'rows' ? { sum: slots.slot('rowSums'), squares: slots.slot('rowSquares') } : null;
        this.rule.update(slots, ruleGradient(gradient, values.length, space), rate, update + 1);
        if (gradient.kind === 'rows' && space !== null) {
          clearRows(space, gradient);
        }
      }
      if (flagOf(this.config, 'use_ema')) {
        this.average(slots, update);
      }
      if (weight.constraint !== null) {
        constrain(weight.constraint, values, weight.shape);
      }
    });
  }

  dispose(): void {
    for (const state of this.states) {
      for (const buffer of state.values()) {
        buffer.dispose();
      }
    }
  }

  private makeState(weight: Trained, rows: boolean): Map<string, EngineBuffer> {
    const { length } = weight.values;
    const plan: Readonly<Record<string, SlotPlan>> = {
      ...this.rule.state(weight),
      ...(flagOf(this.config, 'use_ema') ? { ema: {} } : {}),
      ...(rows ? { rowSums: {}, rowSquares: {} } : {}),
      ...(this.share > 1 ? { gathered: {} } : {}),
    };
    return new Map(
      Object.entries(plan).map(([name, { size = length, start = 0 }]) => [
        name,
        new EngineBuffer(this.engine, size, start),
      ]),
    );
  }

  /** Adds the gradients of a step without an update to what was gathered before. */
  private gather(weights: readonly Trained[], gradients: readonly Gradient[]): void {
    weights.forEach((weight, i) => {
      const gradient = gradients[i];
      if (gradient !== undefined) {
        const values = dense(gradient, weight.values.length);
        const sum = this.slots(weight, i).slot('gathered');
        this.engine.kernels.addScaled(sum, values, 1);
      }
    });
  }

  /** The mean of the gradients of all steps since the last update, this one's included; nothing is gathered afterwards. */
  private gathered(weights: readonly Trained[], gradients: readonly Gradient[]): Gradient[] {
    this.gather(weights, gradients);
    return weights.map((weight, i) => {
      const sum = this.slots(weight, i).slot('gathered');
      const values = sum.map((x) => x / this.share);
      sum.fill(0);
      return { kind: 'dense', values };
    });
  }

  private slots({ values, shape, path }: Trained, index: number): Slots {
    return {
      values,
      shape,
      path,
      kernels: this.engine.kernels,
      slot: (name) => {
        const buffer = this.states[index]?.get(name);
        if (buffer === undefined) {
          throw new Error(`The update rule has no array "${name}".`);
        }
        return buffer.values;
      },
    };
  }

  /** Keras overwrites the weights with their average every so many steps, if it is told to. */
  private average(slots: Slots, update: number): void {
    const momentum = numberOf(this.config, 'ema_momentum', 0.99);
    const mean = slots.slot('ema');
    const keep = update === 0 ? 0 : momentum;
    for (let k = 0; k < mean.length; k++) {
      mean[k] = keep * (mean[k] as number) + (1 - keep) * (slots.values[k] as number);
    }
    const every = this.config['ema_overwrite_frequency'];
    if (typeof every === 'number' && (update + 1) % every === 0) {
      slots.values.set(mean);
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
