import { formatShare } from '../format';
import { GraphIndex } from '../model/graphQueries';
import type { LayerMeasurement } from '../report/report';
import type { MeasuredEvidence, MeasuredRule } from './rule';

/** The layers whose share exceeds the limit at the last measured step, the worst first. */
function above(
  evidence: MeasuredEvidence,
  pick: (layer: LayerMeasurement) => number | null,
  limit: number,
): readonly { id: string; share: number }[] {
  return evidence.seed.layers
    .map((layer) => ({ id: layer.id, share: pick(layer) ?? 0 }))
    .filter((layer) => layer.share >= limit)
    .sort((a, b) => b.share - a.share);
}

/**
 * Units with φ' < 0.01 on every sample of the batch. Half of a healthy ReLU's entries are zero, so entries prove nothing; a layer in which
 * nearly all units are dead passes no gradient. `fail` where all are dead and the layer cannot be passed by.
 */
export const deadUnits: MeasuredRule = {
  kind: 'measured',
  id: 'GD107',
  name: 'dead-units',
  needsTraining: true,
  check(evidence) {
    const dead = above(evidence, (layer) => layer.deadUnitShare.at(-1) ?? null, 0.9);
    const worst = dead[0];
    if (!worst) {
      return [];
    }
    const blocked = worst.share >= 0.999 && !GraphIndex.of(evidence.spec).hasSkips();
    return [
      {
        level: blocked ? 'fail' : 'warn',
        layers: dead.map((layer) => layer.id),
        argument: 'activation',
        title: `Dead units: ${formatShare(worst.share)} of ${worst.id}`,
        message:
          `${formatShare(worst.share)} of the units of ${worst.id} put out 0 for every sample` +
          (dead.length > 1 ? `, and so in ${dead.length - 1} more layer${dead.length > 2 ? 's' : ''}` : '') +
          '. A dead unit has no gradient: it cannot come back by itself.',
        headline: blocked
          ? `This network will not learn: every unit of ${worst.id} is dead.`
          : `Most units of ${worst.id} are dead.`,
        evidence: [{ name: 'largest share of dead units', value: worst.share, threshold: 0.9, unit: '' }],
      },
    ];
  },
};

/** Entries of tanh and sigmoid where the slope is below 6 % of its maximum. Counted as a sign beside others, not as a disease of its own. */
export const saturatedUnits: MeasuredRule = {
  kind: 'measured',
  id: 'GD108',
  name: 'saturated-units',
  check(evidence) {
    const hidden = new Set(evidence.profile.hidden.map((layer) => layer.id));
    const saturated = above(
      evidence,
      (layer) => (hidden.has(layer.id) ? (layer.saturatedShare.at(-1) ?? null) : null),
      0.5,
    );
    const worst = saturated[0];
    return worst
      ? [
          {
            level: 'note',
            layers: saturated.map((layer) => layer.id),
            argument: 'activation',
            title: `Saturated units: ${formatShare(worst.share)} of ${worst.id}`,
            message: `${formatShare(worst.share)} of the outputs of ${worst.id} lie where its activation is flat, so little gradient passes through them.`,
            headline: `Most outputs of ${worst.id} are saturated.`,
            evidence: [
              { name: 'largest share of saturated outputs', value: worst.share, threshold: 0.5, unit: '' },
            ],
          },
        ]
      : [];
  },
};
