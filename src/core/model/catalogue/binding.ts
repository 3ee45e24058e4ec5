import type { ArgumentDefinition, ClassDefinition } from './classDefinition';

/** Which value each argument of a call gets; `Value` is whatever the caller's values are. */
export interface BoundArguments<Value> {
  /** By Keras 3's name. */
  readonly values: Readonly<Record<string, Value>>;
  /** Keras 3's name of every positional value, null where there are too many. */
  readonly positional: readonly (string | null)[];
  /** Keras 3's name of every keyword as it is written; null where the class does not know it. */
  readonly keywords: Readonly<Record<string, string | null>>;
  /** Keywords that no version of Keras knows, with the nearest right name where there is one. */
  readonly refused: readonly { readonly written: string; readonly nearest: string | null }[];
  /** Keywords in an older version's spelling. */
  readonly renamed: readonly { readonly written: string; readonly name: string }[];
  /** Keywords of older versions that mean nothing any more. */
  readonly ignored: readonly string[];
  /** Required arguments that were not given. */
  readonly missing: readonly string[];
}

export function bindArguments<Value>(
  definition: ClassDefinition,
  positional: readonly Value[],
  keywords: readonly (readonly [string, Value])[],
): BoundArguments<Value> {
  const values: Record<string, Value> = {};
  const names: Record<string, string | null> = {};
  const refused: { written: string; nearest: string | null }[] = [];
  const renamed: { written: string; name: string }[] = [];
  const ignored: string[] = [];
  const known = [...definition.arguments, ...(definition.keywords ?? [])];

  const places = positional.map((value, index) => {
    const name = definition.arguments[index]?.name ?? null;
    if (name !== null) {
      values[name] = value;
    }
    return name;
  });
  for (const [written, value] of keywords) {
    const argument =
      known.find((each) => each.name === written) ?? known.find((each) => each.oldNames.includes(written));
    if (argument) {
      values[argument.name] = value;
      names[written] = argument.name;
      if (argument.name !== written) {
        renamed.push({ written, name: argument.name });
      }
    } else if (definition.ignored?.includes(written)) {
      names[written] = null;
      ignored.push(written);
    } else {
      names[written] = null;
      refused.push({ written, nearest: nearestName(written, known) });
    }
  }
  const missing = definition.arguments
    .filter((argument) => argument.default === undefined && !(argument.name in values))
    .map((argument) => argument.name);
  return { values, positional: places, keywords: names, refused, renamed, ignored, missing };
}

/** The argument that `written` was most likely meant to be, or null. */
function nearestName(written: string, known: readonly ArgumentDefinition[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(written.length / 3)) + 1;
  for (const { name } of known) {
    const contained =
      name.length > 3 && (written.includes(name) || (written.length > 3 && name.includes(written)));
    const distance = contained ? 1 : editDistance(written.toLowerCase(), name);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
