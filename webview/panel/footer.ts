import { formatNumber } from '../../src/core/format';
import type { EngineName, Probe } from '../../src/core/report/report';
import { el, type Child } from '../shared/dom';
import { l10n } from '../model/l10n';

const engines: Readonly<Record<EngineName, string>> = {
  wasm: 'TensorFlow.js wasm',
  tensorflow: 'TensorFlow',
  cpu: 'TensorFlow.js cpu',
};

/** How it was measured. */
export function footer(probe: Probe | null): Child {
  if (!probe) {
    return el('span', {}, l10n.t('Nothing was measured.'));
  }
  const { engine, steps, batchSize, seeds, data, durationMs } = probe;
  const parts = [
    `${engines[engine.name]} ${engine.version}`,
    steps === 1 ? l10n.t('1 step') : l10n.t('{0} steps', steps),
    l10n.t('batch {0}', batchSize),
    seeds.length === 1 ? l10n.t('seed {0}', seeds.join()) : l10n.t('seeds {0}', seeds.join(', ')),
    l10n.t('data {0}', data.description),
    [
      [l10n.t('read'), durationMs.read],
      [l10n.t('probe'), durationMs.probe],
      [l10n.t('fixes'), durationMs.verifyFixes],
    ]
      .filter(([, ms]) => Number(ms) > 0)
      .map(([name, ms]) => `${name} ${duration(Number(ms))}`)
      .join(', '),
  ];
  return parts.filter(Boolean).map((text) => el('span', {}, text));
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${formatNumber(ms / 1000)} s`;
}
