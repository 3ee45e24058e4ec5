import assert from 'node:assert/strict';
import type { ModelReport, Report, Verdict } from '../../../src/core/report/report';
import { shownModel } from '../../../src/editor/shownModel';

const report = (...verdicts: Verdict[]): Report =>
  ({ models: verdicts.map((verdict, i) => ({ id: `m${i}`, verdict }) as ModelReport) }) as unknown as Report;

describe('shown model', () => {
  const cases: readonly [Report | null, string | undefined, string | undefined][] = [
    [null, undefined, undefined],
    [report(), 'm0', undefined],
    [report('healthy', 'unknown'), undefined, 'm0'],
    [report('healthy', 'warning', 'failing', 'failing'), undefined, 'm2'],
    [report('unknown', 'warning'), undefined, 'm1'],
    [report('healthy', 'failing'), 'm0', 'm0'],
    [report('healthy', 'failing'), 'of another file', 'm1'],
  ];
  for (const [given, chosen, expected] of cases) {
    it(`${given?.models.map(({ verdict }) => verdict).join(', ') ?? 'nothing'}; chosen ${chosen}: ${expected}`, () =>
      assert.equal(shownModel(given, chosen)?.id, expected));
  }
});
