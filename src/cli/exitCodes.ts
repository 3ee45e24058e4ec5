/** What the command line tells a script; documented in the usage text and the README. */
export const exitCodes = { analyzed: 0, failing: 1, badInput: 2, cannotTell: 3 } as const;
