/** Cell magics whose cell is Python all the same. */
const pythonCellMagics = new Set(['time', 'timeit', 'capture', 'prun', 'memit', 'tensorflow_version']);

const lineMagic = /^%[A-Za-z]/;
const help = /^(?:\?\??\w|[\w.]+\?{1,2}\s*$)/;
const shellAssignment = /^[\w, ]+\s*=\s*(?:![^=]|%[a-z])/;

/**
 * Turns what IPython understands and Python does not into comments, without moving a character: `%` and `!` lines, help with
 * `?`, cells of another language. A line in an indented block keeps the block from being empty where it is long enough.
 */
export function maskMagics(text: string): string {
  if (!/[%!?]/.test(text)) {
    return text;
  }
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  const cellMagic = /^%%(\w+)/.exec(lines[first]?.trimStart() ?? '');
  if (cellMagic) {
    if (!pythonCellMagics.has(cellMagic[1] ?? '')) {
      return lines.map(comment).join('\n');
    }
    lines[first] = comment(lines[first] ?? '');
  }
  let continued = false;
  let quotes: string | null = null;
  return lines
    .map((line) => {
      // A line within a string of several lines is text, whatever it starts with.
      const within = quotes;
      quotes = openQuotes(line, quotes);
      if (within !== null) {
        return line;
      }
      const code = line.trimStart();
      const masked =
        continued ||
        lineMagic.test(code) ||
        code.startsWith('!') ||
        help.test(code) ||
        shellAssignment.test(code);
      const plain = continued || line === code;
      continued = masked && /\\\s*$/.test(line);
      if (masked) {
        quotes = null;
      }
      return masked ? (plain ? hashed(line, code) : indentedComment(line, code)) : line;
    })
    .join('\n');
}

function comment(line: string): string {
  return line.trim() === '' ? line : `#${line.slice(1)}`;
}

function hashed(line: string, code: string): string {
  return code === '' ? line : `${line.slice(0, line.length - code.length)}#${code.slice(1)}`;
}

function indentedComment(line: string, code: string): string {
  const indent = line.slice(0, line.length - code.length);
  return code.length >= 5 ? `${indent}pass#${code.slice(5)}` : `${indent}#${code.slice(1)}`;
}

/** The kind of triple quotes that stands open after a line. */
function openQuotes(line: string, open: string | null): string | null {
  let quotes = open;
  for (let i = 0; i < line.length; i++) {
    if (quotes !== null) {
      if (line[i] === '\\') {
        i++;
      } else if (line.startsWith(quotes, i)) {
        i += 2;
        quotes = null;
      }
      continue;
    }
    const at = line[i];
    if (at === '#') {
      return null;
    }
    if (at === '"' || at === "'") {
      const triple = at.repeat(3);
      if (line.startsWith(triple, i)) {
        quotes = triple;
        i += 2;
      } else {
        i = endOfString(line, i, at);
      }
    }
  }
  return quotes;
}

function endOfString(line: string, start: number, quote: string): number {
  for (let i = start + 1; i < line.length; i++) {
    if (line[i] === '\\') {
      i++;
    } else if (line[i] === quote) {
      return i;
    }
  }
  return line.length;
}
