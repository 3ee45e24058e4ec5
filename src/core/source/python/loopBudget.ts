import type { Interpreter } from './interpreter';

/** A loop that builds nothing is left after so many steps, one that builds after so many more. */
const loopSteps = { idle: 8_000, leastIdle: 300, building: 250_000 };
/** All loops that build nothing share so many steps; when they are used up, each gets the least. */
const idlePool = 24_000;

/** Counts what a loop costs, and whether it still builds anything. */
export class LoopBudget {
  private readonly start: number;
  private readonly idle: number;
  private progress: number;
  /** Step at which the loop last built something. */
  private builtAt: number;

  constructor(private readonly vm: Interpreter) {
    this.start = this.builtAt = vm.stepsTaken;
    this.progress = vm.host.progress();
    this.idle = Math.max(loopSteps.leastIdle, Math.min(loopSteps.idle, idlePool - vm.idleSteps));
  }

  /** Whether the loop has to end now. */
  spent(): boolean {
    const now = this.vm.stepsTaken;
    const progress = this.vm.host.progress();
    if (progress !== this.progress) {
      this.progress = progress;
      this.builtAt = now;
    }
    if (now - this.builtAt < this.idle && now - this.start < loopSteps.building) {
      return false;
    }
    this.vm.idleSteps += now - this.builtAt;
    return true;
  }
}
