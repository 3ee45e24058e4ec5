import type { Fix } from '../report/report';
import type { ModelSpec } from '../model/spec';
import type { Reader } from '../source/reader';
import type { SourceText } from '../text/sourceText';
import { compareRanges, endOf, startOf, type Range, type TextEdit } from '../text/range';
import { mergeEdits } from './edits/mergeEdits';
import type { FixCandidate } from './fix';
import { isOffered, tryOut, type VerifyContext } from './trial';
import { isBetter } from './verify';

/** Every fix beside the best one has to be worth a probe of the whole. */
const mostBesideBest = 2;

/**
 * The best set of fixes for one model: the best fix, whatever Keras needs to accept the calls, and further ones for what the best leaves open.
 * A set of several is tried as a whole; where it does not do at least as well as the best fix alone, that one is the set.
 */
export async function bestSet(
  context: VerifyContext,
  fixes: readonly Fix[],
  candidates: readonly FixCandidate[],
): Promise<Fix | null> {
  const parts = chooseParts(fixes, candidates);
  const [first] = parts;
  if (!first || parts.length === 1) {
    return first ?? null;
  }
  const best = fixes.find(isOffered) ?? first;
  const answers = new Set(
    candidates.filter(({ id }) => parts.some((part) => part.id === id)).flatMap((c) => c.answers),
  );
  const whole = await tryOut(context, {
    id: 'all',
    title: parts
      .map(({ title }, i) => (i === 0 ? title : title.charAt(0).toLowerCase() + title.slice(1)))
      .join('; '),
    answers: [...answers],
    edits: together(parts),
    priority: 0,
  });
  const measured = parts.filter((part) => !isSyntactic(part, candidates));
  // Corrected calls alone have nothing to be measured against: Keras accepts each of them.
  return isOffered(whole) && (measured.length === 0 || !isBetter(best, whole)) ? whole : best;
}

/** The fixes of the set, in the order in which they rank. */
export function chooseParts(fixes: readonly Fix[], candidates: readonly FixCandidate[]): readonly Fix[] {
  const offered = fixes.filter(isOffered);
  const parts: Fix[] = [];
  const fits = (fix: Fix): boolean => parts.every((part) => areCompatible(part.edits, fix.edits));
  for (const fix of offered.filter((one) => isSyntactic(one, candidates))) {
    if (fits(fix)) {
      parts.push(fix);
    }
  }
  const measured = offered.filter((fix) => !isSyntactic(fix, candidates) && fits(fix));
  const [best] = measured;
  if (!best) {
    return parts;
  }
  parts.push(best);
  const answersOf = (fix: Fix): readonly string[] =>
    candidates.find(({ id }) => id === fix.id)?.answers ?? [];
  const open = new Set(best.verified.after.findings);
  for (const fix of measured.slice(1)) {
    const mends = [...open].filter(
      (id) => answersOf(fix).includes(id) && !fix.verified.after.findings.includes(id),
    );
    if (mends.length > 0 && fits(fix) && parts.length < mostBesideBest + 1) {
      parts.push(fix);
      mends.forEach((id) => open.delete(id));
    }
  }
  return parts;
}

const isSyntactic = (fix: Fix, candidates: readonly FixCandidate[]): boolean =>
  candidates.some((candidate) => candidate.id === fix.id && candidate.syntactic === true);

const isSame = (a: TextEdit, b: TextEdit): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Edits of different places; one and the same edit, an import as a rule, may be asked for twice. */
export function areCompatible(ours: readonly TextEdit[], theirs: readonly TextEdit[]): boolean {
  return ours.every((a) => theirs.every((b) => isSame(a, b) || areApart(a.range, b.range)));
}

/** Insertions at one and the same place are not. */
function areApart(a: Range, b: Range): boolean {
  const isBefore = (one: Range, other: Range): boolean => compareRanges(endOf(one), startOf(other)) < 0;
  return a.cell !== b.cell || isBefore(a, b) || isBefore(b, a);
}

function together(fixes: readonly Fix[]): readonly TextEdit[] {
  const all = fixes.flatMap((fix) => fix.edits);
  return mergeEdits(all.filter((edit, i) => all.findIndex((other) => isSame(other, edit)) === i));
}

/** The sets of several models as one: what of them can be applied at once and leaves each model as it was verified. */
export function fileSet(
  source: SourceText,
  reader: Reader,
  sets: readonly { readonly model: string; readonly fix: Fix }[],
): { readonly edits: readonly TextEdit[]; readonly chosen: typeof sets } {
  const meaning = (edited: SourceText, id: string): string | null => {
    const model = reader.read(edited).models.find((spec) => spec.id === id);
    return model ? meaningOf(model) : null;
  };
  let chosen: typeof sets = [];
  for (const set of sets) {
    const next = [...chosen, set];
    const isApart = chosen.every(({ fix }) => areCompatible(fix.edits, set.fix.edits));
    const whole = isApart ? source.apply(together(next.map(({ fix }) => fix))) : null;
    if (
      whole &&
      next.every(({ model, fix }) => meaning(whole, model) === meaning(source.apply(fix.edits), model))
    ) {
      chosen = next;
    }
  }
  return { edits: together(chosen.map(({ fix }) => fix)), chosen };
}

function meaningOf({ layers, calls, compile }: ModelSpec): string {
  return JSON.stringify([
    layers.map(({ className, config }) => [className, config]),
    calls,
    compile && [compile.losses, compile.optimizer.className, compile.optimizer.config],
  ]);
}
