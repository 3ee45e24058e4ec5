import type { Arguments } from '../arguments';
import { Native, type Value, builtin, float, intOf, none, numberOf, sequenceOf, unknown } from '../values';

/** KerasTuner's `hp` and Optuna's `trial`: every choice has its default, or its first value. */
export class HyperParameters extends Native {
  readonly typeName = 'HyperParameters';

  override attribute(name: string): Value | undefined {
    const choose = choices[name];
    return choose && builtin(`hp.${name}`, (_vm, args) => args.keyword('default') ?? choose(args));
  }
}

const low = (args: Arguments, type: 'int' | 'float'): Value => {
  const value = args.get(1, 'min_value', 'low');
  return type === 'int' && intOf(value) !== undefined
    ? { kind: 'int', value: intOf(value) ?? 0 }
    : numberOf(value) === undefined
      ? unknown('a range of values', args.node)
      : float(numberOf(value) ?? 0);
};

const choices: Readonly<Record<string, (args: Arguments) => Value>> = {
  Int: (args) => low(args, 'int'),
  Float: (args) => low(args, 'float'),
  Choice: (args) => sequenceOf(args.get(1, 'values'))?.[0] ?? unknown('a choice', args.node),
  Boolean: () => ({ kind: 'bool', value: false }),
  Fixed: (args) => args.get(1, 'value') ?? none,
  suggest_int: (args) => low(args, 'int'),
  suggest_float: (args) => low(args, 'float'),
  suggest_uniform: (args) => low(args, 'float'),
  suggest_loguniform: (args) => low(args, 'float'),
  suggest_categorical: (args) => sequenceOf(args.get(1, 'choices'))?.[0] ?? unknown('a choice', args.node),
};

/** Names of parameters that are a tuner's. */
export const tunerParameters = new Set(['hp', 'trial']);
