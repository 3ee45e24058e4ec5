import type { Arguments } from '../arguments';
import type { Interpreter } from '../interpreter';
import {
  Native,
  type Value,
  builtin,
  list,
  none,
  str,
  stringOf,
  truthOfConstant,
  tuple,
  unknown,
} from '../values';
import { type Members, functionValues } from './moduleTable';

/** What `parse_args()` gives when the program is started without arguments. */
class ParsedArguments extends Native {
  readonly typeName = 'Namespace';

  constructor(readonly values: Map<string, Value>) {
    super();
  }

  override attribute(name: string, vm: Interpreter): Value | undefined {
    return (
      this.values.get(name) ??
      (name === '__dict__'
        ? {
            kind: 'dict',
            entries: new Map([...this.values].map(([key, value]) => [`s${key}`, [str(key), value]])),
          }
        : unknown(`the command-line argument \`${name}\``, vm.callStack.at(-1) ?? null))
    );
  }

  override setAttribute(name: string, value: Value): boolean {
    this.values.set(name, value);
    return true;
  }
}

const parsers = new Set([
  'add_argument_group',
  'add_mutually_exclusive_group',
  'add_subparsers',
  'add_parser',
]);

/** `argparse.ArgumentParser`: arguments have their defaults. */
class ArgumentParser extends Native {
  readonly typeName = 'ArgumentParser';
  private readonly defaults = new Map<string, Value>();

  override attribute(name: string, _vm: Interpreter): Value | undefined {
    if (parsers.has(name)) {
      return builtin(name, () => this);
    }
    switch (name) {
      case 'add_argument':
        return builtin(name, (vm, args) => this.add(args, vm));
      case 'set_defaults':
        return builtin(name, (_v, args) => {
          args.keywords.forEach((value, key) => this.defaults.set(key, value));
          return none;
        });
      case 'parse_args':
        return builtin(name, () => new ParsedArguments(new Map(this.defaults)));
      case 'parse_known_args':
        return builtin(name, () => tuple([new ParsedArguments(new Map(this.defaults)), list([])]));
      default:
        return builtin(name, () => none);
    }
  }

  private add(args: Arguments, vm: Interpreter): Value {
    const flags = args.positional.map((value) => stringOf(value) ?? '');
    const long = flags.find((flag) => flag.startsWith('--')) ?? flags[0] ?? '';
    const name = stringOf(args.keyword('dest')) ?? long.replace(/^-+/, '').replace(/-/g, '_');
    const action = stringOf(args.keyword('action'));
    let value = args.keyword('default');
    if (action === 'store_true' || action === 'store_false') {
      value ??= { kind: 'bool', value: action === 'store_false' };
    }
    const choices = args.keyword('choices');
    const [firstChoice] = (choices && vm.iterate(choices)) ?? [];
    const needed = !long.startsWith('-') || truthOfConstant(args.keyword('required')) === true;
    if (!value || (value.kind === 'none' && needed)) {
      value =
        firstChoice ??
        (needed ? unknown(`the command-line argument \`${name}\``, args.node) : { kind: 'none' });
    }
    const convert = args.keyword('type');
    if (value.kind === 'str' && convert) {
      value = vm.callValues(convert, value);
    }
    this.defaults.set(name, value);
    return none;
  }
}

export const argparse: Members = {
  ...functionValues('argparse', {
    ArgumentParser: () => new ArgumentParser(),
    Namespace: (args) => new ParsedArguments(new Map(args.keywords)),
  }),
  ArgumentDefaultsHelpFormatter: none,
  RawTextHelpFormatter: none,
};
