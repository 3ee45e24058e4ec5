import type { ModelReport, Note } from '../../src/core/report/report';
import type { Told } from '../../src/shared/pageProtocol';
import { l10n } from './l10n';

/** Notes that a person can answer, by what is asked for. */
const answers: Readonly<Record<string, Told>> = {
  'input-shape': 'shape',
  'pretrained-weights': 'weights',
  'random-layers': 'weights',
  'pretrained-vectors': 'weights',
  data: 'data',
};

/** A note, and what would settle it; null where a person can tell nothing. */
export interface ShownNote extends Note {
  readonly tell: Told | null;
}

/** What was assumed: by the reader, by the probe, and of the data that it learned from. */
export function assumed({ assumptions, probe }: ModelReport): readonly ShownNote[] {
  const data: readonly Note[] =
    probe && probe.data.kind !== 'file'
      ? [{ id: 'data', text: l10n.t('Data: {0}.', probe.data.description) }]
      : [];
  return withAnswers([...assumptions, ...data, ...(probe?.scaledDown ?? [])]);
}

export function withAnswers(notes: readonly Note[]): readonly ShownNote[] {
  return notes.map((note) => ({ ...note, tell: answers[note.id] ?? null }));
}
