import type { LayerRow } from '../../src/core/report/layerRows';

/** A bracket under the picture: layers `from` to `to` (both included) are one thing. */
export interface LayerGroup {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const longestPeriod = 8;

/** Repetitions of the same calls ('20 × Dense(100, sigmoid)', '49 × (Dense, Add)') and nested models, in order. */
export function layerGroups(rows: readonly LayerRow[]): readonly LayerGroup[] {
  const groups: LayerGroup[] = [];
  for (let from = 0; from < rows.length;) {
    const group = repetition(rows, from) ?? nested(rows, from);
    if (group && !isOutdone(rows, group)) {
      groups.push(group);
      from = group.to + 1;
    } else {
      from++;
    }
  }
  return groups;
}

/** Whether a longer repetition starts within the group: three alike in front of a long chain of blocks belong to the chain. */
function isOutdone(rows: readonly LayerRow[], { from, to }: LayerGroup): boolean {
  for (let start = from + 1; start <= to; start++) {
    const other = repetition(rows, start);
    if (other && other.to > to && size(other) > to - from + 1) {
      return true;
    }
  }
  return false;
}

const size = ({ from, to }: LayerGroup): number => to - from + 1;

/** The longest run from here that repeats the same kinds of layers, the shortest period first. */
function repetition(rows: readonly LayerRow[], from: number): LayerGroup | null {
  const keys = rows.slice(from).map(kindKey);
  let best: LayerGroup | null = null;
  for (let period = 1; period <= longestPeriod && period * 2 <= keys.length; period++) {
    let length = period;
    while (length < keys.length && keys[length] === keys[length - period]) {
      length++;
    }
    const times = Math.floor(length / period);
    const covered = times * period;
    // Two alike side by side are no pattern worth a bracket, unless they are a block.
    if (times >= (period === 1 ? 3 : 2) && covered > (best ? size(best) : 0)) {
      const unit = rows.slice(from, from + period);
      best = { from, to: from + covered - 1, text: `${times} × ${unitText(unit)}` };
    }
  }
  return best;
}

function nested(rows: readonly LayerRow[], from: number): LayerGroup | null {
  const path = parent(rows[from]);
  if (path === '') {
    return null;
  }
  let to = from;
  while (parent(rows[to + 1]) === path) {
    to++;
  }
  return to > from ? { from, to, text: path } : null;
}

function parent(row: LayerRow | undefined): string {
  return row?.id.split('/').slice(0, -1).join('/') ?? '';
}

function kindKey({ className, activation, output, id }: LayerRow): string {
  return [className, activation ?? '', output, id.includes('/') ? id.split('/').length : 1].join('|');
}

function unitText(unit: readonly LayerRow[]): string {
  const [first] = unit;
  if (unit.length === 1 && first) {
    const width = /(\d+)\)$/.exec(first.output)?.[1];
    const inside = [width, first.activation].filter(Boolean).join(', ');
    return inside === '' ? first.className : `${first.className}(${inside})`;
  }
  return `(${unit.map(({ className }) => className).join(', ')})`;
}
