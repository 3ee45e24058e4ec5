import { formatNumber, formatShare } from '../format';
import { noProgressBelow } from './noProgress';
import { leadsNowhere, outlook } from './progress';
import type { MeasuredRule } from './rule';

/** It learns, but at a pace that does not lead far in the steps that the program trains for. Below 5 % explained it is missing progress, GD111. */
export const tooSlow: MeasuredRule = {
  kind: 'measured',
  id: 'GD117',
  name: 'too-slow',
  needsRate: true,
  explainsFailure: 'never',
  check(evidence) {
    const ahead = outlook(evidence);
    if (!ahead || ahead.explained < noProgressBelow || !leadsNowhere(ahead)) {
      return [];
    }
    const { step, explained, planned, expected, enough } = ahead;
    return [
      {
        level: 'fail',
        layers: [],
        argument: 'optimizer',
        title: `Too slow: ${formatShare(explained)} of the loss explained after ${step} of ${formatNumber(planned)} steps`,
        message: `After ${step} steps the network explains ${formatShare(explained)} of the loss that always guessing the same leaves. At this pace it gets to about ${formatShare(expected)} in the ${formatNumber(planned)} steps that \`fit\` makes.`,
        headline: `This network learns too slowly: ${formatShare(explained)} of the loss explained after ${step} of its ${formatNumber(planned)} steps.`,
        evidence: [
          { name: 'explained loss', value: explained, threshold: null, unit: '' },
          { name: 'expected at the end', value: expected, threshold: enough, unit: '' },
          { name: 'planned steps', value: planned, threshold: null, unit: '' },
        ],
      },
    ];
  },
};
