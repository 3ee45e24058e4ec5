/** What the last step costs, which is measured with all that goes with it, in steps like those before. */
const closingSteps = 1.6;
/** Share of the time that goes by before the probe starts, with starting processes and reading, and after its end. */
const aroundShare = 0.1;

/** When the probe has to have ended that started at `startMs`. */
export function deadlineOf(startMs: number, budgetMs: number): number {
  return startMs + (1 - aroundShare) * budgetMs;
}

/** Whether the next step has to be the last: after one more like the one before there would be no time for it. */
export function mustClose(nowMs: number, lastStepMs: number, deadlineMs: number): boolean {
  return nowMs + (1 + closingSteps) * lastStepMs > deadlineMs;
}
