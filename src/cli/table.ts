/** Aligned columns; widths are counted before colours are put on. */
export interface Column<Row> {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly text: (row: Row) => string;
  readonly paint?: (text: string, row: Row) => string;
}

/** Lines of a table, two spaces between columns, no trailing white space. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  paintTitle: (text: string) => string,
): readonly string[] {
  const widths = columns.map((column) =>
    Math.max(column.title.length, ...rows.map((row) => column.text(row).length)),
  );
  const pad = (text: string, i: number): string =>
    columns[i]?.align === 'right' ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0);
  const line = (cells: readonly string[]): string => cells.join('  ').trimEnd();
  return [
    paintTitle(line(columns.map((column, i) => pad(column.title, i)))),
    ...rows.map((row) =>
      line(
        columns.map((column, i) => (column.paint ?? ((text: string) => text))(pad(column.text(row), i), row)),
      ),
    ),
  ];
}
