import assert from 'node:assert/strict';
import { deadlineOf, mustClose } from '../../../src/probe/budget/deadline';

/** Runs steps as a seed does: the last is measured and costs half as much again. Gives the time of the end. */
function end(stepMs: number, deadline: number): number {
  let now = 1000;
  do {
    now += stepMs;
  } while (!mustClose(now, stepMs, deadline));
  return now + 1.5 * stepMs;
}

describe('the deadline', () => {
  it('is met by steps of any length that fit at all, and time is not left unused', () => {
    const deadline = deadlineOf(1000, 10_000);
    for (const stepMs of [10, 130, 700, 1100, 2500]) {
      const ended = end(stepMs, deadline);
      assert.ok(ended <= deadline, `${stepMs}: ${ended - deadline} ms late`);
      assert.ok(ended > deadline - 1.2 * stepMs, `${stepMs}: ${deadline - ended} ms early`);
    }
  });

  it('leaves time for what is done around the probe', () => {
    assert.equal(deadlineOf(1000, 10_000), 10_000);
  });
});
