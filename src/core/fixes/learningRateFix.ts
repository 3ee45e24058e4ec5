import { formatNumber } from '../format';
import { changeOptimizer } from './edits/optimizerEdits';
import type { FixCandidate, FixContext, FixMaker } from './fix';

const tooHigh = ['GD102', 'GD103', 'GD105', 'GD106', 'GD110'];
const tooLow = ['GD104', 'GD111', 'GD117', 'GD113'];
const farOff = 'GD501';

/** Keras' default rates; a rate far below is raised, one far above lowered. */
const defaultRates: Readonly<Record<string, number>> = { SGD: 0.01, Adadelta: 1, Ftrl: 0.001 };

/** The probe's 50 steps go through the whole warm-up and some of what follows. */
const warmUp = { steps: 30, decaySteps: 10_000 } as const;

/** A tenth or ten times the rate, and Adam with its default rate in place of an optimizer that does not get on. */
export const learningRateFix: FixMaker = {
  name: 'learning-rate',
  answers: [...tooHigh, ...tooLow, farOff],
  source: 'Bengio 2012, “Practical recommendations”, section 3.1; Kingma and Ba 2015 (Adam)',
  propose(context) {
    const optimizer = context.spec.compile?.optimizer;
    const rate = optimizer?.config['learning_rate'];
    if (!optimizer || typeof rate !== 'number') {
      return [];
    }
    const found = (ids: readonly string[]): boolean =>
      context.findings.some((finding) => ids.includes(finding.id) && finding.severity !== 'information');
    const isFarAbove = rate > (defaultRates[optimizer.className] ?? 0.001);
    const isHigh = found(tooHigh) || (found([farOff]) && isFarAbove && !found(tooLow));
    const isLow = !isHigh && (found(tooLow) || found([farOff]));
    return [
      ...(isHigh ? scaledRate(context, 0.1, [...tooHigh, farOff]) : []),
      ...(isLow ? scaledRate(context, 10, [...tooLow, farOff]) : []),
      ...adam(context, optimizer.className, rate),
      ...(isHigh ? warmedUp(context, rate) : []),
    ];
  },
};

/** The learning rate times a factor; nothing where the rate is a schedule or not a number. */
export function scaledRate(context: FixContext, factor: number, answers: readonly string[]): FixCandidate[] {
  const rate = context.spec.compile?.optimizer.config['learning_rate'];
  if (typeof rate !== 'number') {
    return [];
  }
  const value = Number((rate * factor).toPrecision(3));
  const edits = changeOptimizer(context, { className: null, set: { learning_rate: formatPython(value) } });
  const slower = factor < 1;
  // no rate makes up for the decades that a gradient loses on its way (0 of 28 in diagnosis.md, section 3)
  const inVain = context.findings.some(({ id, severity }) => id === 'GD101' && severity === 'error');
  return edits
    ? [
        {
          id: slower ? 'learning-rate-down' : 'learning-rate-up',
          title: `${slower ? 'Lower' : 'Raise'} the learning rate to ${formatNumber(value)}`,
          answers,
          edits,
          priority: inVain && !slower ? 7 : 2,
        },
      ]
    : [];
}

/** Adam with its default rate, and where that is in use already, or does not do, Nadam. */
function adam(context: FixContext, className: string, rate: number): FixCandidate[] {
  const isDefaultAdam = className === 'Adam' && rate === 0.001;
  return (['Adam', 'Nadam'] as const).flatMap((wanted): FixCandidate[] => {
    const edits =
      wanted === className || (wanted === 'Adam' && isDefaultAdam)
        ? null
        : changeOptimizer(context, { className: wanted, set: {} });
    return edits
      ? [
          {
            id: wanted.toLowerCase(),
            title: `Use ${wanted} with its default learning rate`,
            answers: [...tooHigh, ...tooLow, farOff],
            edits,
            priority: wanted === 'Adam' ? 4 : 8,
            ...(wanted === 'Adam' ? {} : { combination: true, source: 'Dozat 2016' }),
          },
        ]
      : [];
  });
}

/** The rate rises to what it is now over the first steps, and falls along a cosine afterwards. */
function warmedUp(context: FixContext, rate: number): FixCandidate[] {
  const { optimizer } = context.spec.compile ?? {};
  const schedule = context.writer.through(
    'keras.optimizers.schedules.CosineDecay',
    optimizer?.form === 'object' ? (optimizer.site ?? undefined) : undefined,
  );
  const peak = formatPython(rate);
  const value = `${schedule}(0.0, decay_steps=${warmUp.decaySteps}, warmup_target=${peak}, warmup_steps=${warmUp.steps})`;
  const edits = schedule
    ? changeOptimizer(context, { className: null, set: { learning_rate: value } })
    : null;
  return edits
    ? [
        {
          id: 'warm-up',
          title: `Warm the learning rate up to ${formatNumber(rate)} over ${warmUp.steps} steps`,
          answers: tooHigh,
          source: 'Goyal et al. 2017; Loshchilov and Hutter 2017',
          edits,
          priority: 9,
          combination: true,
        },
      ]
    : [];
}

/** A float as Python people write it: 0.0001, 1e-05. */
function formatPython(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
