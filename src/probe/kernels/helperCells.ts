/** What the second thread is started with. */
export interface HelperData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The cells below, then the arguments of the call as doubles. */
  readonly shared: SharedArrayBuffer;
}

/** Integers through which two threads agree. Calls are numbered from 1 on. */
export const cell = {
  /** The last call that is there to be done. */
  posted: 0,
  /** The last one that the second thread has done. */
  done: 1,
  ready: 2,
  failed: 3,
  /** Place of the kernel among the module's exports. */
  kernel: 4,
  arguments: 5,
  /** 1 while the second thread has to be woken. */
  asleep: 6,
  /** The last call that either thread has taken: the first takes what the second has not begun. */
  taken: 7,
  count: 8,
} as const;

export const mostArguments = 32;
