import { CancelledError } from './rpc';

/**
 * The time that work takes, in milliseconds: it stands still while the work rests, so that whoever measures with it need not know of rests. A rest
 * ends by itself: what asks for it may be gone before it is over.
 */
export class WorkClock {
  private rested = 0;
  private rest: { readonly from: number; readonly until: number } = { from: 0, until: 0 };

  constructor(private readonly clock: () => number = () => performance.now()) {}

  /** Asks for a rest of so many milliseconds from now on; asked for again, it becomes longer, never shorter. */
  restFor(ms: number): void {
    const now = this.clock();
    if (now < this.rest.until) {
      this.rest = { from: this.rest.from, until: Math.max(this.rest.until, now + ms) };
      return;
    }
    this.rested += this.rest.until - this.rest.from;
    this.rest = { from: now, until: now + ms };
  }

  /** Of work, from any beginning. */
  now(): number {
    const now = this.clock();
    return now - this.rested - (Math.min(now, this.rest.until) - this.rest.from);
  }

  /** How long the rest still lasts. */
  get left(): number {
    return Math.max(0, this.rest.until - this.clock());
  }

  /** Waits for the end of the rest, however often it becomes longer meanwhile; rejects when it is cancelled. */
  async awake(signal?: AbortSignal): Promise<void> {
    for (let { left } = this; left > 0; left = this.left) {
      if (signal?.aborted === true) {
        throw new CancelledError();
      }
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, Math.ceil(left));
        signal?.addEventListener('abort', done, { once: true });
      });
    }
  }
}
