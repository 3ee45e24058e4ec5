import type { SourceText } from '../../text/sourceText';
import type { ReadOptions } from '../reader';
import type { Interpreter } from './interpreter';
import { Scope } from './scope';
import type { SyntaxNode } from './syntax';
import { type ModuleValue, str } from './values';

type Resolve = NonNullable<ReadOptions['resolve']>;

const limits = { files: 20, characters: 200_000 };

/** Modules of the user's own that a program imports from other files: read once each, when the first import of them is run. */
export class SiblingModules {
  private readonly asked = new Map</* importing file and name */ string, SourceText | undefined>();
  private readonly known = new Map</* path */ string, ModuleValue>();
  private files = 0;

  constructor(
    private readonly vm: Interpreter,
    private readonly resolve: Resolve | undefined,
  ) {}

  /** The module that an import at `node` names; undefined where no file of that name is at hand, or too many or too long ones. */
  module(name: string, node: SyntaxNode): ModuleValue | undefined {
    const from = this.vm.program.pathOf(node);
    const key = `${from}:${name}`;
    if (!this.asked.has(key)) {
      this.asked.set(key, name === '' ? undefined : this.resolve?.(name, from));
    }
    const source = this.asked.get(key);
    return source && (this.known.get(source.path) ?? this.read(name, source, node));
  }

  private read(name: string, source: SourceText, node: SyntaxNode): ModuleValue | undefined {
    const { program } = this.vm;
    const characters = source.cells.reduce((sum, { text }) => sum + text.length, 0);
    if (this.files >= limits.files || characters > limits.characters) {
      return undefined;
    }
    this.files++;
    const scope = new Scope(null, 'module');
    scope.set('__name__', str(name));
    const module: ModuleValue = {
      kind: 'module',
      name,
      members: {
        get: (member) => scope.get(member) ?? this.module(join(name, member), node),
        names: () => [...scope.names.keys()].filter((each) => !each.startsWith('_')),
      },
    };
    // Known before it is run: two files may import each other.
    this.known.set(source.path, module);
    const { depth, uncertain, callStack } = this.vm;
    const calls = [...callStack];
    for (const tree of program.include(source, program.range(node))) {
      this.vm.runTolerantly(tree, scope);
    }
    // A statement that failed in there has unwound everything.
    Object.assign(this.vm, { depth, uncertain });
    callStack.splice(0, Infinity, ...calls);
    return module;
  }

  /** `import pkg.blocks` binds `pkg`, which may be a mere folder. */
  folder(name: string, dotted: string, node: SyntaxNode): ModuleValue | undefined {
    return dotted !== name && this.module(dotted, node)
      ? {
          kind: 'module',
          name,
          members: { get: (member) => this.module(join(name, member), node), names: () => null },
        }
      : undefined;
  }
}

/** 'pkg' and 'blocks' are 'pkg.blocks', '.' and 'blocks' are '.blocks'. */
export const join = (module: string, member: string): string =>
  module.endsWith('.') ? `${module}${member}` : `${module}.${member}`;
