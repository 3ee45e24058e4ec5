import { formatNumber, formatRuns } from '../format';
import { gathersGradients, isAdaptive, isKernel, isSingleLayer } from '../model/graphQueries';
import type { ModelSpec } from '../model/spec';
import type { LayerMeasurement } from '../report/report';
import type { MeasuredEvidence, MeasuredRule } from './rule';

/** Update ratio u = RMS(ΔW) / RMS(W) of trained kernels, with the user's optimizer, rate and clipping. Healthy: about 1e-4 to 1e-2. */
export interface KernelUpdate {
  readonly layer: LayerMeasurement;
  readonly weight: string;
  readonly ratio: number;
}

export function kernelUpdates(evidence: MeasuredEvidence, step: number): readonly KernelUpdate[] {
  const i = evidence.measuredSteps.findLastIndex((k) => k <= step);
  const gathers = gathersGradients(evidence.spec);
  return evidence.seed.layers.flatMap((layer) =>
    layer.weights
      .filter((weight) => weight.trainable && isKernel(weight.name))
      .map((weight) => ({ layer, weight: weight.name, ratio: weight.updateRatio[i] ?? null }))
      .filter((update): update is KernelUpdate => update.ratio !== null && (!gathers || update.ratio > 0)),
  );
}

/** Attention starts out looking everywhere alike, where its queries and keys hardly matter: they set out late in healthy nets too. */
const setsOutLate = /(^|\/)(query|key)\/kernel$/;

/** A schedule may start at or near 0 on purpose; its first update says nothing. */
function startsSlowly(spec: ModelSpec): boolean {
  return typeof spec.compile?.optimizer.config['learning_rate'] === 'object';
}

/** Sum of the updates that the program plans, as a share of the weights, from which on small steps are a choice: so many of them get somewhere. */
const farEnough = 0.5;

/** Smallest u at step 0 ≤ 1e-5 or at step 20 ≤ 10^-4.5: precision 0.98, 0.99. At step 20 ≤ 1e-4: slow. */
export const updatesTooSmall: MeasuredRule = {
  kind: 'measured',
  id: 'GD104',
  name: 'updates-too-small',
  needsRate: true,
  explainsFailure: 'fail',
  check(evidence) {
    const { spec, measuredSteps, profile } = evidence;
    const late = (measuredSteps.at(-1) ?? 0) >= 20;
    const checks = [
      ...(startsSlowly(spec) ? [] : [{ step: 0, level: 'fail' as const, limit: 1e-5 }]),
      ...(late
        ? [
            { step: 20, level: 'fail' as const, limit: 10 ** -4.5 },
            { step: 20, level: 'warn' as const, limit: 1e-4 },
          ]
        : []),
    ];
    for (const { step, level: worst, limit } of checks) {
      const small = kernelUpdates(evidence, step).filter(
        ({ weight, ratio }) => ratio <= limit && !setsOutLate.test(weight),
      );
      if (small.length > 0) {
        const smallest = Math.min(...small.map((u) => u.ratio));
        const level = smallest * (spec.data.plannedSteps ?? 0) >= farEnough ? 'warn' : worst;
        const numbers = [...new Set(small.map((u) => profile.numberOf(u.layer.id)))].filter((n) => n > 0);
        const where =
          numbers.length === 0
            ? `layer ${small[0]?.layer.id}`
            : `layer${numbers.length > 1 ? 's' : ''} ${formatRuns(numbers)}`;
        return [
          {
            level,
            layers: small.map((u) => u.layer.id),
            title: `Updates too small: ${where}`,
            message: `An update moves the weights of ${where} by ${smallest === 0 ? 'nothing that float32 can hold' : `${formatNumber(smallest)} of their size`} at step ${step}. Healthy is 1e-4 to 0.01: at this pace they stay where they started.`,
            headline:
              level === 'fail'
                ? `This network will not learn: the weights of ${where} hardly move.`
                : `This network learns slowly: the weights of ${where} hardly move.`,
            evidence: [
              { name: 'smallest update ratio', value: smallest, threshold: limit, unit: '' },
              { name: 'step', value: step, threshold: null, unit: '' },
            ],
          },
        ];
      }
    }
    return [];
  },
};

/** Plain gradient descent whose first update is as large as the weights themselves: precision 0.94. */
export const updatesTooLarge: MeasuredRule = {
  kind: 'measured',
  id: 'GD105',
  name: 'updates-too-large',
  needsTraining: true,
  check(evidence) {
    const optimizer = evidence.spec.compile?.optimizer.className;
    // Ftrl forgets the start weights by design; adaptive optimizers bound their step themselves.
    if (isAdaptive(evidence.spec) || optimizer === 'Ftrl' || isSingleLayer(evidence.spec)) {
      return [];
    }
    const large = kernelUpdates(evidence, 0).filter((u) => u.ratio >= 1);
    const largest = Math.max(...large.map((u) => u.ratio));
    return large.length === 0
      ? []
      : [
          {
            level: 'fail',
            layers: large.map((u) => u.layer.id),
            title: `Updates too large: ${formatNumber(largest)} times the weights`,
            message: `The first update is ${formatNumber(largest)} times as large as the weights of ${large[0]?.layer.id}. Healthy is 1e-4 to 0.01: each step throws away what was there.`,
            headline: 'This network will not learn: every update is larger than the weights themselves.',
            evidence: [{ name: 'largest update ratio at step 0', value: largest, threshold: 1, unit: '' }],
          },
        ];
  },
};
