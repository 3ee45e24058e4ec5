import type { Engine } from '../engine/engine';
import { scope } from '../engine/scope';
import * as tf from '../engine/tf';
import { type Speed, usualSpeed } from './cost';

/** Edge of the matrices, milliseconds of the test, and what layers reach of a large product's speed. */
const edge = 192;
const testMs = 12;
const layersShare = 0.5;

const known = new Map</* engine name */ string, Speed>();

/** How fast matrix products are on this engine: the best of a few milliseconds, measured once a process. */
export function measureSpeed({ name }: Engine): Speed {
  const before = known.get(name);
  if (before !== undefined) {
    return before;
  }
  const best = scope(() => {
    const a = tf.fill([edge, edge], 0.5);
    const start = performance.now();
    let shortest = Infinity;
    do {
      const from = performance.now();
      tf.matMul(a, a).dataSync();
      shortest = Math.min(shortest, performance.now() - from);
    } while (performance.now() - start < testMs);
    return shortest;
  });
  const speed = { productsPerSecond: (layersShare * 1000 * edge ** 3) / Math.max(best, 1e-3) };
  const bounded = Number.isFinite(speed.productsPerSecond) ? speed : usualSpeed;
  known.set(name, bounded);
  return bounded;
}
