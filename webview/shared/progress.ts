import { overallShare } from '../../src/shared/progress';
import { type Box } from '../model/answer';

/** Moves the bar without making the button beside it anew. */
export function showProgress(within: HTMLElement, box: Box): void {
  const bar = within.querySelector('progress');
  if (bar && box.kind === 'progress') {
    bar.value = overallShare(box.stage, box.share);
  }
}
