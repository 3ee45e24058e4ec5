import { bind, resolutionOrder } from './attributes';
import type { Interpreter } from './interpreter';
import type { Scope } from './scope';
import { type ClassValue, type InstanceValue, Native, type Value, builtin, none, unknown } from './values';

/** `super()`: an instance seen as what the class of the running method derives from. */
class SuperObject extends Native {
  readonly typeName = 'super';

  constructor(
    private readonly instance: InstanceValue,
    private readonly owner: ClassValue,
  ) {
    super();
  }

  override attribute(name: string, vm: Interpreter): Value | undefined {
    let reached = false;
    for (const base of resolutionOrder(this.instance.class)) {
      if (reached && base.kind === 'class') {
        const found = base.attributes.get(name);
        if (found) {
          return bind(found, this.instance, vm);
        }
      } else if (reached && base.kind === 'native') {
        const found = this.fromLibrary(base, name, vm);
        if (found) {
          return found;
        }
      } else if (reached && base.kind === 'unknown') {
        return name === '__init__' ? ignored : unknown(base.reason, base.origin);
      }
      reached ||= base === this.owner;
    }
    return name.startsWith('__') ? ignored : unknown(`\`${name}\` of a base class`);
  }

  override setAttribute(name: string, value: Value, vm: Interpreter): boolean {
    vm.setAttribute(this.instance, name, value);
    return true;
  }

  private fromLibrary(base: Native, name: string, vm: Interpreter): Value | undefined {
    if (name === '__init__') {
      const initialize = base.attribute('__init__', vm);
      return initialize && { kind: 'method', self: this.instance, callee: initialize };
    }
    return this.instance.native?.attribute(name, vm) ?? base.attribute(name, vm);
  }
}

const ignored = builtin('object.__init__', () => none);

/** `super()` and `super(Class, self)` in a method that runs in this scope. */
export function superOf(scope: Scope): Value {
  for (let at: Scope | null = scope; at; at = at.parent) {
    if (at.owner && at.self?.kind === 'instance') {
      return new SuperObject(at.self, at.owner);
    }
  }
  return unknown('super() outside of a method');
}
