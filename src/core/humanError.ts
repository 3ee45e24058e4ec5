/** An error whose message is written for the user: what happened, and what to do. Shown as it is, without a stack. */
export class HumanError extends Error {
  override readonly name: string = 'HumanError';
}
