import type { ClassDefinition } from '../../../model/catalogue/classDefinition';
import type { Json } from '../../../model/spec';
import type { CallSite } from '../../../model/site';
import type { Arguments } from '../arguments';
import { ZipValue } from '../builtinObjects';
import type { Interpreter } from '../interpreter';
import { lossCall } from './lossCall';
import { VariableList } from './variableList';
import { Native, type Value, builtin, dict, float, int, none, str, unknown } from '../values';

export type Family =
  | 'initializer'
  | 'regularizer'
  | 'constraint'
  | 'activation'
  | 'loss'
  | 'optimizer'
  | 'schedule'
  | 'metric'
  | 'other';

/** An object that Keras serialises as class and config: an initializer, a regularizer, a loss, an optimizer … */
export class SerializedValue extends Native {
  readonly typeName: string;
  /** Attributes that the program sets: `optimizer.learning_rate = …` */
  private readonly attributes = new Map<string, Value>();

  constructor(
    readonly family: Family,
    readonly definition: ClassDefinition,
    readonly json: {
      readonly class_name: string;
      readonly config: { readonly [key: string]: Json };
      readonly shared_object_id?: number;
    },
    readonly site: CallSite | null,
    /** Whether the class or function itself was given, not an object of it: `loss=keras.losses.mse`. */
    readonly uses: { applied: boolean } = { applied: false },
  ) {
    super();
    this.typeName = definition.className;
  }

  override attribute(name: string, _vm: Interpreter): Value | undefined {
    const own = this.attributes.get(name);
    if (own) {
      return own;
    }
    switch (name) {
      case 'apply_gradients':
      case 'minimize':
      case 'apply':
        return builtin(name, (_vm2, args) => {
          this.uses.applied = true;
          for (const value of args.values()) {
            const parts = value instanceof ZipValue ? value.parts : [value];
            for (const part of parts) {
              if (part instanceof VariableList) {
                part.model.trainedBy ??= this;
              }
            }
          }
          return none;
        });
      case 'get_config':
        return builtin(name, () => dict());
      case 'lr':
        return this.attribute('learning_rate', _vm);
      case '__name__':
      case 'name':
        return str(this.definition.className);
      default: {
        const value = this.json.config[name];
        return value === undefined ? undefined : fromJson(value);
      }
    }
  }

  override setAttribute(name: string, value: Value): boolean {
    this.attributes.set(name, value);
    return true;
  }

  override call(args: Arguments): Value {
    this.uses.applied = true;
    const value = this.family === 'loss' ? lossCall(this.definition, args, this.json.config) : null;
    return value ?? unknown(`what ${this.typeName} gives`, args.node);
  }
}

/** A plain JSON value as the program sees it. */
export function fromJson(value: Json): Value {
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? int(value) : float(value);
    case 'string':
      return str(value);
    case 'boolean':
      return { kind: 'bool', value };
    default:
      if (value === null) {
        return none;
      }
      if (Array.isArray(value)) {
        return { kind: 'tuple', items: (value as readonly Json[]).map(fromJson) };
      }
      return dict(Object.entries(value).map(([key, item]) => [str(key), fromJson(item)]));
  }
}
