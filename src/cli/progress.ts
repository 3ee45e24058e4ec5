import type { AnalyzeProgress } from '../core/analyze';

/** One line on a terminal that tells what is going on; nothing where standard error is a pipe. */
export class ProgressLine {
  private shown = false;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  show({ model, stage, share }: AnalyzeProgress): void {
    if (!this.stream.isTTY) {
      return;
    }
    const what = { probe: `Measuring ${model}`, fixes: `Probing fixes of ${model}`, done: model }[stage];
    this.stream.write(`\r\x1b[K${what} ${Math.round(share * 100)} %`);
    this.shown = true;
  }

  clear(): void {
    if (this.shown) {
      this.stream.write('\r\x1b[K');
      this.shown = false;
    }
  }
}
