import type { Fix, FixStatus } from '../report/report';
import type { FixCandidate } from './fix';
import { tryOut, type VerifyContext } from './trial';

/** Fixes that work for every seed, among which one chooses: when so many are found, no more are looked for. */
const enough = 3;

/**
 * Probes the candidates' edited texts, likeliest first and as many side by side as the prober allows, and calls back with each result. Combinations
 * are tried only where no single change works; what is left when enough work is not tried, and not reported.
 */
export async function verifyAll(
  context: VerifyContext,
  candidates: readonly FixCandidate[],
  onVerified: (fixes: readonly Fix[]) => void,
): Promise<readonly Fix[]> {
  const verification = new Verification(context, onVerified);
  await verification.run(candidates.filter((candidate) => !candidate.combination));
  if (!verification.works) {
    await verification.run(candidates.filter((candidate) => candidate.combination));
  }
  return verification.fixes();
}

/**
 * A wave of candidates is tried with one seed each, and what helps there with the other seeds too, before one looks whether more are needed. Which
 * ones are tried does not depend on how long each probe takes: the same text gets the same fixes.
 */
class Verification {
  private readonly settled: Fix[] = [];

  constructor(
    private readonly context: VerifyContext,
    private readonly onVerified: (fixes: readonly Fix[]) => void,
  ) {}

  get works(): boolean {
    return this.settled.some(isWorking);
  }

  /** Best first. */
  fixes(): readonly Fix[] {
    return rank(this.settled);
  }

  async run(candidates: readonly FixCandidate[]): Promise<void> {
    const isProbed = (candidate: FixCandidate): boolean =>
      !candidate.syntactic && candidate.unverifiable === undefined;
    await this.wave(candidates.filter((candidate) => !isProbed(candidate)));
    const probed = candidates.filter(isProbed);
    while (probed.length > 0 && this.settled.filter(isWorking).length < enough) {
      await this.wave(probed.splice(0, enough));
    }
  }

  private async wave(candidates: readonly FixCandidate[]): Promise<void> {
    await this.sideBySide(candidates, async (candidate) => {
      this.settle(await tryOut(this.context, candidate));
    });
  }

  /** As many at once as the prober allows, in order. */
  private async sideBySide<T>(jobs: readonly T[], use: (job: T) => Promise<void>): Promise<void> {
    const queue = [...jobs];
    const work = async (): Promise<void> => {
      for (let job = queue.shift(); job !== undefined && !this.context.signal.aborted; job = queue.shift()) {
        await use(job);
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, this.context.prober.concurrency) }, work));
  }

  private settle(fix: Fix): void {
    this.settled.push(fix);
    this.onVerified(this.fixes());
  }
}

function isWorking(fix: Fix): boolean {
  return fix.verified.status === 'works';
}

const statusOrder: Readonly<Record<FixStatus, number>> = {
  works: 0,
  helps: 1,
  'not-verified': 2,
  'no-effect': 3,
  worse: 4,
};
const verdictOrder = { healthy: 0, warning: 1, unknown: 2, failing: 3 } as const;

/** Best first: what works, leaves nothing else to mend, learns most (in steps of 10 %), and changes least. */
function rank(fixes: readonly Fix[]): readonly Fix[] {
  const size = (fix: Fix): number => fix.edits.reduce((sum, edit) => sum + edit.newText.length + 20, 0);
  return [...fixes].sort((a, b) => byEffect(a, b) || size(a) - size(b) || (a.id < b.id ? -1 : 1));
}

function byEffect(a: Fix, b: Fix): number {
  const progress = (fix: Fix): number => Math.round(Math.max(0, fix.verified.after.explainedLoss ?? 0) * 10);
  return (
    statusOrder[a.verified.status] - statusOrder[b.verified.status] ||
    verdictOrder[a.verified.after.verdict] - verdictOrder[b.verified.after.verdict] ||
    progress(b) - progress(a)
  );
}

/** Whether the first does more good than the second, however much either changes. */
export function isBetter(a: Fix, b: Fix): boolean {
  return byEffect(a, b) < 0;
}
