import { formatNumber, formatShare } from '../../src/core/format';
import type { Probe } from '../../src/core/report/report';
import { constantLoss, firstBrokenStep } from '../../src/core/report/probeSteps';
import type { Shown } from '../model/shown';
import { el, type Child } from '../shared/dom';
import { sparkline } from '../shared/pictures';
import { l10n } from '../model/l10n';

/** The loss over the measured steps, against what a constant guess would leave. */
export function lossSection(shown: Shown, before: Probe | null): Child {
  const { probe, step } = shown;
  const guess = constantLoss(probe);
  const steps = probe.measuredSteps.length;
  const level = guess === null ? [] : Array.from({ length: steps }, () => guess);
  const values = padded(probe.loss, steps);
  const highest = Math.max(
    0,
    ...[...values, ...level, ...(before?.loss ?? [])].filter((value) => value !== null),
  );
  const explained = probe.explainedLoss[step] ?? null;
  return el(
    'section',
    { 'aria-labelledby': 'h-loss' },
    el(
      'div',
      { class: 'head' },
      el('h2', { id: 'h-loss' }, l10n.t('Loss')),
      el(
        'span',
        { class: 'quiet small' },
        explained === null
          ? ''
          : l10n.t('{0} explained at step {1}', formatShare(explained), probe.measuredSteps[step] ?? 0),
      ),
    ),
    sparkline({
      lines: [
        { values: level, ink: 'grid' },
        ...(before ? [{ values: padded(before.loss, steps), ink: 'before' as const, dashed: true }] : []),
        { values, ink: 'now' },
      ],
      range: [0, highest || 1],
      at: step / Math.max(1, steps - 1),
    }),
    el(
      'p',
      { class: 'ends' },
      el('span', {}, l10n.t('step {0}', probe.measuredSteps[0] ?? 0)),
      el('span', {}, l10n.t('step {0}', probe.measuredSteps.at(-1) ?? 0)),
    ),
    el('p', { class: 'small' }, sentence(probe, guess, before)),
    memory(probe),
  );
}

function sentence(probe: Probe, guess: number | null, before: Probe | null): string {
  const broken = firstBrokenStep(probe);
  if (broken !== null) {
    return l10n.t('The loss is not finite from step {0} on.', broken);
  }
  const course = `${formatNumber(probe.loss[0] ?? null)} → ${formatNumber(probe.loss.at(-1) ?? null)}.`;
  const constant = guess === null ? '' : ` ${l10n.t('A constant guess leaves {0}.', formatNumber(guess))}`;
  const old = before
    ? ` ${l10n.t('Before the fix it ended at {0}.', formatNumber(before.loss.at(-1) ?? null))}`
    : '';
  return course + constant + old;
}

/** What a recurrent net learned of the tasks that tell how far it remembers. */
function memory({ tasks }: Probe): Child {
  const named = (wanted: 'early' | 'all') => tasks?.find(({ name }) => name === wanted);
  const [early, all] = [named('early'), named('all')];
  return early && all
    ? el(
        'p',
        { class: 'small' },
        l10n.t(
          'A task that needs the first steps: {0} of the loss explained after {1} steps; one that needs all: {2}.',
          formatShare(early.explainedLoss),
          early.steps,
          formatShare(all.explainedLoss),
        ),
      )
    : null;
}

/** Steps that are not measured yet are a gap at the end. */
function padded(series: readonly (number | null)[], length: number): readonly (number | null)[] {
  return Array.from({ length }, (_, i) => series[i] ?? null);
}
