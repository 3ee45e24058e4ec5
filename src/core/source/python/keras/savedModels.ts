import { toText } from '../text';
import { Native, type Value } from '../values';

/** Models that the program saves, by path: loading one of them gives that model back. */
export class SavedModels {
  private readonly byPath = new Map<string, Value>();

  save(path: Value | undefined, model: Value): void {
    const key = path && pathText(path);
    if (key !== undefined) {
      this.byPath.set(key, model);
    }
  }

  load(path: Value | undefined): Value | undefined {
    const key = path && pathText(path);
    return key === undefined ? undefined : this.byPath.get(key);
  }
}

function pathText(value: Value): string | undefined {
  return value.kind === 'unknown' ? undefined : toText(value)?.replace(/\/+$/, '');
}

/** `ModelCheckpoint(path)`: what it is given to `fit` with is saved there. */
export class CheckpointValue extends Native {
  readonly typeName = 'ModelCheckpoint';

  constructor(readonly path: Value | undefined) {
    super();
  }
}
