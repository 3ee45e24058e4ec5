/** An error whose message is written for the user: what happened, and what to do. Shown as it is, without a stack. */
export class HumanError extends Error {
  override readonly name: string = 'HumanError';
}

/** What went wrong, in one line and without a stack. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
