import { bindArguments, completeConfig } from '../../../model/catalogue/catalogue';
import type { ClassDefinition } from '../../../model/catalogue/classDefinition';
import type { Json } from '../../../model/spec';
import type { Arguments } from '../arguments';
import type { Interpreter } from '../interpreter';
import type { InstanceValue, Native, Value } from '../values';
import { ClassReference } from './classReference';
import { recordRefused } from './refused';
import { notKnown, serialize } from './serialize';
import { type Family, SerializedValue } from './serializedValue';
import type { KerasSession } from './session';

/** A class whose objects are configurations: initializers, regularizers, constraints, losses, optimizers, schedules. */
export class ObjectClass extends ClassReference {
  constructor(
    readonly family: Family,
    readonly definition: ClassDefinition,
    session: KerasSession,
  ) {
    super(definition.className, session, family);
  }

  override construct(args: Arguments, _vm: Interpreter, instance: InstanceValue | null): Native {
    const { session, definition, family } = this;
    const bound = bindArguments<Value>(definition, args.positional, [...args.keywords]);
    const values: Record<string, Json> = {};
    for (const [name, value] of Object.entries(bound.values)) {
      const json = serialize(value);
      if (json !== notKnown) {
        values[name] = json;
      } else {
        session.assume(
          definition.className === 'Constant' ? 'unknown-constant' : 'placeholder',
          `What \`${name}\` of ${definition.className} is cannot be known from the source${value.kind === 'unknown' ? ` (${value.reason})` : ''}; Keras' default was taken.`,
          args.node,
        );
      }
    }
    const site = session.sites.callSite(args.node, bound, bound.values);
    if (!instance) {
      recordRefused(session, bound, definition.className, args.node, null);
    }
    const config = completeConfig(definition, values);
    const json =
      family === 'initializer'
        ? { class_name: definition.className, config, shared_object_id: session.nextSharedObject() }
        : { class_name: definition.className, config };
    const value = new SerializedValue(family, definition, json, site);
    if (args.node) {
      value.at = args.node;
    }
    if (family === 'optimizer') {
      session.optimizers.push(value);
    } else if (family === 'loss') {
      session.losses.push(value);
    }
    return value;
  }

  override hasInstance(value: Native): boolean {
    return value instanceof SerializedValue && value.definition === this.definition;
  }
}
