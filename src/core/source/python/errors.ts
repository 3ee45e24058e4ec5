import type { Value } from './values';

/** An exception of the program that is read, as Python would raise it. */
export class PythonError extends Error {
  override readonly name = 'PythonError';

  /** `type`: 'ValueError', 'TypeError', …; `value`: the exception object where the program raised one of its own. */
  constructor(
    readonly type: string,
    message: string,
    readonly value?: Value,
  ) {
    super(message);
  }
}

/** The program takes more steps than the reader gives it. */
export class BudgetExceeded extends Error {
  override readonly name = 'BudgetExceeded';
}

/** The program has to be read again, with more known of what stands in for an unknown shape. */
export class ReadAgain extends Error {
  override readonly name = 'ReadAgain';
}
