import { formatNumber } from '../format';
import { changeOptimizer } from './edits/optimizerEdits';
import type { FixCandidate, FixContext, FixMaker } from './fix';

const tooLarge = ['GD102', 'GD103', 'GD105', 'GD106', 'GD110', 'GD209', 'GD502'];
const tooSmall = ['GD104', 'GD111', 'GD117', 'GD113'];

/** Below this a limit shortens ordinary gradients too, and the optimizer hardly moves. */
const tight = 0.1;

/**
 * `clipnorm=1.0` shortens a gradient that is too long and keeps its direction; `clipvalue` turns it. `global_clipnorm` does so for all weights
 * together. A limit that is far too tight is raised.
 */
export const clippingFix: FixMaker = {
  name: 'clipping',
  answers: [...tooLarge, ...tooSmall],
  source: 'Pascanu et al. 2013',
  propose(context) {
    const config = context.spec.compile?.optimizer.config ?? {};
    const found = (ids: readonly string[]): boolean => context.findings.some(({ id }) => ids.includes(id));
    const limits = ['clipnorm', 'clipvalue', 'global_clipnorm'] as const;
    const narrow = limits.find((name) => isBelow(config[name], tight));
    if (narrow && found(tooSmall)) {
      return candidate(
        context,
        'raise-clipping',
        `Raise ${narrow} from ${formatNumber(Number(config[narrow]))} to 1.0`,
        narrow,
        1,
      );
    }
    return found(tooLarge) ? clippingCandidates(context) : [];
  },
};

/** By norm a weight, and by the norm of all; nothing where the optimizer does so already. */
export function clippingCandidates(context: FixContext): readonly FixCandidate[] {
  const config = context.spec.compile?.optimizer.config ?? {};
  if (typeof config['clipnorm'] === 'number' || typeof config['global_clipnorm'] === 'number') {
    return [];
  }
  return [
    ...candidate(context, 'clipnorm', 'Clip the gradient by its norm (clipnorm=1.0)', 'clipnorm', 3),
    ...candidate(
      context,
      'global-clipnorm',
      'Clip the gradient of all weights together (global_clipnorm=1.0)',
      'global_clipnorm',
      7,
    ).map((second) => ({ ...second, combination: true })),
  ];
}

const isBelow = (value: unknown, limit: number): boolean => typeof value === 'number' && value < limit;

function candidate(
  context: FixContext,
  id: string,
  title: string,
  argument: string,
  priority: number,
): FixCandidate[] {
  const others = ['clipvalue', 'global_clipnorm', 'clipnorm'].filter((name) => name !== argument);
  const edits = changeOptimizer(context, { className: null, set: { [argument]: '1.0' }, remove: others });
  return edits ? [{ id, title, answers: clippingFix.answers, edits, priority }] : [];
}
