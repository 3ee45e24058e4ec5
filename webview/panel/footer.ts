import { formatNumber } from '../../src/core/format';
import type { EngineName, Probe } from '../../src/core/report/report';
import { el, type Child } from '../shared/dom';

const engines: Readonly<Record<EngineName, string>> = {
  wasm: 'TensorFlow.js wasm',
  tensorflow: 'TensorFlow',
  cpu: 'TensorFlow.js cpu',
};

/** How it was measured. */
export function footer(probe: Probe | null): Child {
  if (!probe) {
    return el('span', {}, 'Nothing was measured.');
  }
  const { engine, steps, batchSize, seeds, data, durationMs } = probe;
  const parts = [
    `${engines[engine.name]} ${engine.version}`,
    `${steps} steps`,
    `batch ${batchSize}`,
    `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`,
    `data ${data.description}`,
    [
      ['read', durationMs.read],
      ['probe', durationMs.probe],
      ['fixes', durationMs.verifyFixes],
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
