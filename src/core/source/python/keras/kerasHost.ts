import type { Arguments } from '../arguments';
import type { Host } from '../interpreter';
import { builtinNamed } from '../builtins';
import type { Scope } from '../scope';
import type { SyntaxNode } from '../syntax';
import type { ModuleValue, Place, Value } from '../values';
import { foreignLayer } from './foreignLayers';
import { layerIn } from './layerValue';
import { modelIn } from './modelValue';
import type { KerasSession } from './session';
import type { TrackedModel } from './trackedModel';

/** Names under which people use modules without importing them in the piece of code at hand. */
const usualNames: Readonly<Record<string, string>> = {
  keras: 'keras',
  tf: 'tensorflow',
  tensorflow: 'tensorflow',
  np: 'numpy',
  numpy: 'numpy',
  layers: 'keras.layers',
  models: 'keras.models',
  optimizers: 'keras.optimizers',
  losses: 'keras.losses',
  initializers: 'keras.initializers',
  regularizers: 'keras.regularizers',
  activations: 'keras.activations',
  K: 'keras.backend',
  pd: 'pandas',
  math: 'math',
  os: 'os',
};

/** Modules whose members are found when a program uses their names without an import. */
const usualModules = [
  'keras.layers',
  'keras.models',
  'keras.optimizers',
  'keras.initializers',
  'keras.regularizers',
  'keras.utils',
];

/** Connects the interpreter with what is known of Keras and its neighbours. */
export class KerasHost implements Host {
  /** Names that the program uses without binding them, with what they were taken for. */
  readonly assumedNames = new Map<string, string>();
  /** Names that the program uses and nobody knows. */
  readonly unknownNames = new Set<string>();
  private session_: KerasSession | null = null;

  set session(session: KerasSession) {
    this.session_ = session;
  }

  get session(): KerasSession {
    if (!this.session_) {
      throw new Error('the session is not set');
    }
    return this.session_;
  }

  module(name: string): ModuleValue | undefined {
    return this.session.modules.get(name);
  }

  unbound(name: string): Value | undefined {
    const python = builtinNamed(name);
    if (python) {
      return python;
    }
    const module = usualNames[name];
    if (module !== undefined) {
      this.assumedNames.set(name, module);
      return this.module(module);
    }
    if (/^[A-Z]|^to_categorical$/.test(name)) {
      for (const each of usualModules) {
        const member = this.module(each)?.members.get(name);
        if (member) {
          this.assumedNames.set(name, `${each}.${name}`);
          return member;
        }
      }
    }
    this.unknownNames.add(name);
    return undefined;
  }

  progress(): number {
    return this.session.progress;
  }

  bound(name: string, value: Value, scope: Scope, node: SyntaxNode): void {
    const tracked = trackedIn(value);
    if (!tracked) {
      return;
    }
    const text = node.type === 'attribute' ? `${name}` : name;
    const names =
      scope.kind === 'module' && node.type === 'identifier' ? tracked.moduleNames : tracked.localNames;
    if (!names.includes(text)) {
      names.push(text);
    }
  }

  entered(name: string, node: SyntaxNode): void {
    this.session.calledFunctions.add(node);
    this.session.enter(name);
  }

  left(): void {
    this.session.leave();
  }

  foreignCall(callee: Value, args: Arguments): Value | undefined {
    for (const value of args.values()) {
      modelsIn(value).forEach((tracked) => (tracked.escaped = true));
    }
    return foreignLayer(callee, args, this.session);
  }

  isModel(value: Value): boolean {
    return trackedIn(value) !== undefined;
  }

  assume(id: string, text: string, place: Place | null): void {
    this.session.assume(id, text, place);
  }
}

/** The models that a value brings along. */
function modelsIn(value: Value): readonly TrackedModel[] {
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return value.items.flatMap(modelsIn);
    case 'dict':
      return [...value.entries.values()].flatMap(([, item]) => modelsIn(item));
    default: {
      const tracked = trackedIn(value);
      return tracked ? [tracked] : [];
    }
  }
}

/** The model in a value, with what is known of it. */
export function trackedIn(value: Value | undefined): TrackedModel | undefined {
  return modelIn(value)?.tracked ?? layerIn(value)?.tracked ?? undefined;
}
