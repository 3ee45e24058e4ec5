import type { Arguments } from '../arguments';
import type { Interpreter } from '../interpreter';
import { type ModuleValue, type Value, builtin } from '../values';

/** A library's functions by name. */
export type Functions = Readonly<Record<string, (args: Arguments, vm: Interpreter) => Value>>;
/** A library's members by name. */
export type Members = Readonly<Record<string, Value>>;

/** Functions as values, under their full names. */
export function functionValues(module: string, functions: Functions): Members {
  return Object.fromEntries(
    Object.entries(functions).map(([name, invoke]) => [
      name,
      builtin(`${module}.${name}`, (vm, args) => invoke(args, vm)),
    ]),
  );
}

/** A module whose members are all known beforehand. */
export function moduleOf(name: string, members: Members): ModuleValue {
  return {
    kind: 'module',
    name,
    members: {
      get: (member) => (Object.hasOwn(members, member) ? members[member] : undefined),
      names: () => Object.keys(members),
    },
  };
}
