import { formatShare } from '../format';
import type { Probe } from './report';

/** What a recurrent net learned of a task that needs the first steps, and of one that needs all, in a sentence; null where that was not measured. */
export function memorySentence({ tasks }: Probe): string | null {
  const named = (wanted: 'early' | 'all') => tasks?.find(({ name }) => name === wanted);
  const [early, all] = [named('early'), named('all')];
  return early && all
    ? `A task that needs the first steps: ${formatShare(early.explainedLoss)} of the loss explained after ${early.steps} steps; one that needs all: ${formatShare(all.explainedLoss)}.`
    : null;
}
