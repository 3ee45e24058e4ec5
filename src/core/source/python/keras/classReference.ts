import type { Json } from '../../../model/spec';
import { Arguments } from '../arguments';
import type { Interpreter } from '../interpreter';
import { type InstanceValue, Native, type Value, builtin, none, str } from '../values';
import type { KerasSession } from './session';

/** A class of Keras: called it makes an object; the program's classes may derive from it. */
export abstract class ClassReference extends Native {
  readonly typeName: string = 'type';

  constructor(
    /** 'Dense', 'Adam', 'Sequential'. */
    readonly className: string,
    readonly session: KerasSession,
    /** 'layer', 'initializer', 'model' …: in which module of Keras it lives. */
    readonly kindOfClass: string = 'model',
  ) {
    super();
  }

  /** Makes an object. `instance`: the object of the program's class that derives from this one. */
  abstract construct(args: Arguments, vm: Interpreter, instance: InstanceValue | null): Native | Value;

  override call(args: Arguments, vm: Interpreter): Value {
    return this.construct(args, vm, null);
  }

  override attribute(name: string, _vm: Interpreter): Value | undefined {
    switch (name) {
      case '__init__':
        return builtin(`${this.className}.__init__`, (vm, args) => {
          const [self, ...rest] = args.positional;
          if (self?.kind === 'instance' && !self.native) {
            const made = this.construct(args.with(rest, args.keywords), vm, self);
            self.native = made.kind === 'native' ? made : null;
          }
          return none;
        });
      case '__name__':
        return str(this.className);
      case 'from_config':
        return builtin(name, (vm, args) => {
          const [config] = args.positional;
          return config?.kind === 'dict'
            ? this.construct(
                args.with(
                  [],
                  new Map([...config.entries.values()].map(([k, v]) => [k.kind === 'str' ? k.value : '', v])),
                ),
                vm,
                null,
              )
            : none;
        });
      default:
        return undefined;
    }
  }

  override instantiate(instance: InstanceValue, vm: Interpreter): Native | null {
    const made = this.construct(Arguments.of(), vm, instance);
    return made.kind === 'native' ? made : null;
  }

  /** The class itself where Keras takes it for a function: `kernel_initializer=initializers.HeNormal`. */
  asJson(): Json {
    return this.className;
  }

  override repr(): string {
    return `<class '${this.className}'>`;
  }
}
