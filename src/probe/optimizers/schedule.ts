import { flagOf, isSerialized, numberOf, numbersOf } from '../../core/model/catalogue/configAccess';
import type { Config, Json } from '../../core/model/spec';
import { HumanError } from '../../core/humanError';

/** The learning rate as a function of the updates made before: 0 first. keras.optimizers.schedules, 3.15. */
export type Schedule = (step: number) => number;

type MakeSchedule = (config: Config) => Schedule;

const schedules: Readonly<Record<string, MakeSchedule>> = {
  ExponentialDecay: (c) => {
    const progress = progressOf(c);
    return (step) => numberOf(c, 'initial_learning_rate') * numberOf(c, 'decay_rate') ** progress(step);
  },
  InverseTimeDecay: (c) => {
    const progress = progressOf(c);
    return (step) => numberOf(c, 'initial_learning_rate') / (1 + numberOf(c, 'decay_rate') * progress(step));
  },
  PolynomialDecay: (c) => {
    const start = numberOf(c, 'initial_learning_rate');
    const end = numberOf(c, 'end_learning_rate', 0.0001);
    const steps = numberOf(c, 'decay_steps', 1);
    const power = numberOf(c, 'power', 1);
    return (step) => {
      const cycle = flagOf(c, 'cycle');
      const span = cycle ? steps * (step === 0 ? 1 : Math.ceil(step / steps)) : steps;
      return (start - end) * (1 - Math.min(step, span) / span) ** power + end;
    };
  },
  PiecewiseConstantDecay: (c) => {
    const boundaries = numbersOf(c, 'boundaries');
    const values = numbersOf(c, 'values');
    return (step) => {
      const place = boundaries.findIndex((boundary) => step <= boundary);
      return values[place < 0 ? values.length - 1 : place] ?? 0;
    };
  },
  CosineDecay: (c) => {
    const start = numberOf(c, 'initial_learning_rate');
    const steps = numberOf(c, 'decay_steps', 1);
    const alpha = numberOf(c, 'alpha');
    const target = c['warmup_target'];
    const cosine = (peak: number) => (step: number) => {
      const share = Math.min(step, steps) / steps;
      return peak * ((1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * share)) + alpha);
    };
    if (typeof target !== 'number') {
      return cosine(start);
    }
    const warmup = numberOf(c, 'warmup_steps');
    const after = cosine(target);
    return (step) => {
      const now = Math.min(step, steps + warmup);
      return now < warmup ? start + ((target - start) * now) / warmup : after(now - warmup);
    };
  },
  CosineDecayRestarts: (c) => {
    const start = numberOf(c, 'initial_learning_rate');
    const tMul = numberOf(c, 't_mul', 2);
    const mMul = numberOf(c, 'm_mul', 1);
    const alpha = numberOf(c, 'alpha');
    const first = numberOf(c, 'first_decay_steps', 1);
    return (step) => {
      let period = first;
      let begin = 0;
      let peak = 1;
      while (step - begin >= period) {
        begin += period;
        period *= tMul;
        peak *= mMul;
      }
      const share = (step - begin) / period;
      return start * ((1 - alpha) * 0.5 * peak * (1 + Math.cos(Math.PI * share)) + alpha);
    };
  },
};

function progressOf(config: Config): (step: number) => number {
  const steps = numberOf(config, 'decay_steps', 1);
  return flagOf(config, 'staircase') ? (step) => Math.floor(step / steps) : (step) => step / steps;
}

/** A number, or a schedule as Keras serialises it. */
export function scheduleOf(rate: Json | undefined): Schedule {
  if (typeof rate === 'number') {
    return () => rate;
  }
  if (isSerialized(rate)) {
    const make = schedules[rate.class_name];
    if (make !== undefined) {
      return make(rate.config);
    }
    throw new HumanError(
      `The learning rate schedule ${rate.class_name} is not known to the probe. Give a number to have it measured.`,
    );
  }
  return () => 0.001;
}
