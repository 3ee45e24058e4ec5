import type { Tone } from '../model/answer';
import { icon } from './dom';

const toneIcons: Readonly<Record<Tone, string>> = {
  healthy: 'pass',
  warning: 'warning',
  failing: 'error',
  unknown: 'question',
  running: 'pulse',
  error: 'error',
};

/** The verdict's icon: its shape differs from tone to tone, not only its colour. */
export const toneIcon = (tone: Tone): HTMLElement => icon(toneIcons[tone], `is-${tone}`);
