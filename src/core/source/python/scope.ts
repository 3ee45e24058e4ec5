import type { ClassValue, Value } from './values';

/** The names of a module, function, class body or comprehension. */
export class Scope {
  readonly names = new Map<string, Value>();
  private declared: Map<string, Scope> | null = null;

  /** `owner`: the class whose method runs here, for `super()`. */
  constructor(
    readonly parent: Scope | null,
    readonly kind: 'module' | 'function' | 'class' | 'comprehension',
    readonly owner: ClassValue | null = null,
    readonly self: Value | null = null,
    /** What a running generator has yielded. */
    readonly yielded: Value[] | null = null,
  ) {}

  get(name: string): Value | undefined {
    const value = this.names.get(name);
    return value === undefined && this.parent ? this.parent.get(name) : value;
  }

  set(name: string, value: Value): void {
    const target = this.declared?.get(name);
    if (target) {
      target.names.set(name, value);
    } else {
      this.names.set(name, value);
    }
  }

  delete(name: string): void {
    (this.declared?.get(name) ?? this).names.delete(name);
  }

  get module(): Scope {
    return this.parent ? this.parent.module : this;
  }

  /** The nearest scope that is no comprehension: where `:=` binds and `super()` looks. */
  get enclosing(): Scope {
    return this.kind === 'comprehension' && this.parent ? this.parent.enclosing : this;
  }

  /** `global name` */
  declareGlobal(name: string): void {
    this.declare(name, this.module);
  }

  /** `nonlocal name` */
  declareNonlocal(name: string): void {
    for (let scope = this.parent; scope; scope = scope.parent) {
      if (scope.names.has(name) && scope.kind === 'function') {
        this.declare(name, scope);
        return;
      }
    }
  }

  private declare(name: string, scope: Scope): void {
    this.declared ??= new Map();
    this.declared.set(name, scope);
  }
}
