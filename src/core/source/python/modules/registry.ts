import { canonicalKerasName, kerasModule } from '../keras/kerasModule';
import type { KerasSession } from '../keras/session';
import type { ModuleValue, Value } from '../values';
import { argparse } from './argparse';
import { collections } from './collections';
import { functools } from './functools';
import { itertools } from './itertools';
import { math } from './math';
import {
  abc,
  copy,
  dataclasses,
  json,
  numbers,
  operator,
  random,
  string,
  time,
  types,
  typing,
  warnings,
} from './misc';
import { type Members, moduleOf } from './moduleTable';
import { numpyMember, numpyRandomMember } from './numpy';
import { os, osPath, pathlib, sys } from './os';
import { pandasMember } from './pandas/pandas';
import { sklearnMember } from './sklearn';
import { tfdsMember } from './tfds';
import { tensorflowModule } from './tensorflow';

/** Python's own modules. */
const standard: Readonly<Record<string, Members>> = {
  abc,
  argparse,
  collections,
  copy,
  dataclasses,
  functools,
  itertools,
  json,
  math,
  numbers,
  operator,
  os,
  'os.path': osPath,
  pathlib,
  random,
  string,
  sys,
  time,
  types,
  typing,
  warnings,
};

/** Libraries whose members are looked up one by one. */
const libraries: Readonly<Record<string, (name: string, session: KerasSession) => Value | undefined>> = {
  numpy: numpyMember,
  'numpy.random': numpyRandomMember,
  pandas: pandasMember,
  tensorflow_datasets: tfdsMember,
};

/** As texts, versions compare right with what programs ask for. */
const version: Value = { kind: 'str', value: '3.0.0' };

/** A module by the name in its import; the same value each time. */
export class ModuleRegistry {
  private readonly known = new Map<string, ModuleValue | undefined>();

  constructor(private readonly session: KerasSession) {}

  get(written: string): ModuleValue | undefined {
    const name = canonicalKerasName(written) ?? written;
    if (!this.known.has(name)) {
      this.known.set(name, this.make(name));
    }
    return this.known.get(name);
  }

  private make(name: string): ModuleValue | undefined {
    if (name.startsWith('keras')) {
      return kerasModule(name, this.session);
    }
    if (name === 'tensorflow' || name.startsWith('tensorflow.')) {
      return tensorflowModule(name, this.session);
    }
    const members = standard[name];
    if (members) {
      return moduleOf(name, members);
    }
    const library = libraries[name] ?? (/^sklearn(?:\.[a-z]\w*)*$/.test(name) ? sklearnMember : undefined);
    return (
      library && {
        kind: 'module',
        name,
        members: {
          get: (key) =>
            key === '__version__' ? version : (library(key, this.session) ?? this.get(`${name}.${key}`)),
          names: () => null,
        },
      }
    );
  }
}
