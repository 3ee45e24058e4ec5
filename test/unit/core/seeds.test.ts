import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Measurement, SeedMeasurement } from '../../../src/core/model/measurement';
import type { Finding, Severity } from '../../../src/core/report/report';
import type { Diagnosis } from '../../../src/core/rules/diagnose';
import { decisive, isSettled, joined } from '../../../src/core/seeds';

/** What the rules say of each seed, by the seed's number. */
type Said = Readonly<Record<number, Readonly<Record<string, Severity>>>>;

function measured(seeds: readonly number[], last = 50): Measurement {
  return {
    measuredSteps: [0, last],
    scaledDown: last < 50 ? [{ id: 'time', text: 'cut' }] : [],
    seeds: seeds.map((seed) => ({ seed }) as unknown as SeedMeasurement),
  } as unknown as Measurement;
}

/** As `diagnose` does: a rule speaks where more than half of the seeds raise it, at the level of the first that does. */
function judgeOf(said: Said): (measurement: Measurement) => Diagnosis {
  return ({ seeds }) => {
    const rules = seeds.flatMap(({ seed }) => Object.entries(said[seed] ?? {}));
    const findings = [...new Set(rules.map(([id]) => id))].flatMap((id) => {
      const levels = seeds.flatMap(({ seed }) => said[seed]?.[id] ?? []);
      const [severity] = levels;
      return severity !== undefined && levels.length * 2 > seeds.length
        ? [{ id, severity } as unknown as Finding]
        : [];
    });
    const worst = (['error', 'warning'] as const).find((level) =>
      findings.some(({ severity }) => severity === level),
    );
    const verdict = worst === 'error' ? 'failing' : worst === 'warning' ? 'warning' : 'healthy';
    return { verdict, headline: '', findings };
  };
}

describe('seeds', () => {
  it('decide when they are more than half', () => {
    for (const [all, first] of [
      [[1], [1]],
      [
        [1, 2],
        [1, 2],
      ],
      [
        [1, 2, 3],
        [1, 2],
      ],
      [
        [1, 2, 3, 4, 5],
        [1, 2, 3],
      ],
    ] as const) {
      assert.deepEqual(decisive(all), first);
    }
  });

  it('settle the verdict where they say the same, or the same error', () => {
    const settled = (one: Said[number], other: Said[number]): boolean =>
      isSettled(measured([1, 2]), judgeOf({ 1: one, 2: other }));
    assert.ok(settled({}, {}));
    assert.ok(settled({ GD107: 'warning' }, { GD107: 'warning' }));
    assert.ok(settled({ GD101: 'error', GD107: 'warning' }, { GD101: 'error' }));
    assert.ok(!settled({ GD107: 'warning' }, {}));
    assert.ok(!settled({}, { GD101: 'error' }));
    assert.ok(!settled({ GD101: 'warning', GD107: 'warning' }, { GD101: 'error' }));
  });

  it('that are settled keep their verdict, whatever the others say', () => {
    const severity = fc.constantFrom<Severity[]>('error', 'warning', 'information');
    const one = fc.dictionary(fc.constantFrom('GD101', 'GD107', 'GD111'), severity, { maxKeys: 3 });
    let settled = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(one, { minLength: 5, maxLength: 5 }), (n, all) => {
        const seeds = Array.from({ length: n }, (_, i) => i + 1);
        const judge = judgeOf(Object.fromEntries(seeds.map((seed, i) => [seed, all[i] ?? {}])));
        const first = measured(decisive(seeds));
        if (isSettled(first, judge)) {
          settled++;
          assert.equal(judge(first).verdict, judge(measured(seeds)).verdict);
        }
      }),
    );
    assert.ok(settled > 5, String(settled));
  });

  it('are put together in order, without those that were cut off', () => {
    const numbers = ({ seeds }: Measurement): number[] => seeds.map(({ seed }) => seed);
    const all = joined([measured([1, 3]), measured([2])], [1, 2, 3]);
    assert.deepEqual(numbers(all), [1, 2, 3]);
    assert.deepEqual(all.scaledDown, []);
    const cut = joined([measured([1, 2]), measured([3], 20)], [1, 2, 3]);
    assert.deepEqual(numbers(cut), [1, 2]);
    assert.deepEqual(cut.scaledDown, [{ id: 'time', text: 'cut' }]);
  });
});
