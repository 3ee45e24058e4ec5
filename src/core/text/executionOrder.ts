import { SourceText, type SourceCell } from './sourceText';

/** A notebook's cells as they were last run. */
export interface ExecutionOrder {
  readonly source: SourceText;
  /** Counts of the first two cells that stand in another order than they ran: `[5, 2]`. */
  readonly contradiction: readonly [above: number, below: number];
}

/** Null where the cells ran in the order in which they stand. A cell that never ran stays below the one that it stands below. */
export function executionOrder(source: SourceText): ExecutionOrder | null {
  let contradiction: ExecutionOrder['contradiction'] | null = null;
  let above: number | undefined;
  const placed: { readonly cell: SourceCell; readonly count: number }[] = [];
  for (const cell of source.cells) {
    const count = cell.executionCount;
    if (count !== undefined) {
      if (above !== undefined && count < above) {
        contradiction ??= [above, count];
      }
      above = count;
    }
    placed.push({ cell, count: above ?? 0 });
  }
  if (!contradiction) {
    return null;
  }
  const cells = placed.sort((a, b) => a.count - b.count).map(({ cell }) => cell);
  return { source: new SourceText(source.path, source.language, cells), contradiction };
}
