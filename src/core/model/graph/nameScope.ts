/** Keras 3's counters for names that the user does not give; one scope a program run (keras 3.15, `utils/naming.py`). */
export class NameScope {
  readonly #taken = new Map</* base name */ string, number>();

  /** The next name for an object of this class: 'dense', 'dense_1', … */
  next(className: string): string {
    const base = toSnakeCase(className);
    const count = this.#taken.get(base) ?? 0;
    this.#taken.set(base, count + 1);
    return count === 0 ? base : `${base}_${count}`;
  }

  /** `keras.backend.clear_session()` */
  reset(): void {
    this.#taken.clear();
  }
}

/** Keras' rule: 'Conv2DTranspose' is 'conv2d_transpose', 'ReLU' is 're_lu', 'RMSprop' is 'rm_sprop'. */
export function toSnakeCase(className: string): string {
  return className
    .replace(/\W+/gu, '')
    .replace(/(.)([A-Z][a-z]+)/gu, '$1_$2')
    .replace(/([a-z])([A-Z])/gu, '$1_$2')
    .toLowerCase();
}
