import { type Value, numberOf, typeName } from './values';

/** Python's `repr(x)`; undefined where a part of it is not known. */
export function repr(value: Value): string | undefined {
  switch (value.kind) {
    case 'str':
      return quote(value.value);
    case 'bytes':
      return `b${quote(value.value)}`;
    case 'int':
      return String(value.value);
    case 'float':
      return floatText(value.value);
    case 'bool':
      return value.value ? 'True' : 'False';
    case 'none':
      return 'None';
    case 'ellipsis':
      return 'Ellipsis';
    case 'list':
      return wrap('[', value.items, ']');
    case 'tuple':
      return value.items.length === 1 ? wrap('(', value.items, ',)') : wrap('(', value.items, ')');
    case 'set':
      return value.entries.size === 0 ? 'set()' : wrap('{', [...value.entries.values()], '}');
    case 'dict': {
      const pairs = [...value.entries.values()].map(([key, item]) => `${repr(key)}: ${repr(item)}`);
      return `{${pairs.join(', ')}}`;
    }
    case 'range':
      return `range(${value.start}, ${value.stop})`;
    case 'unknown':
      return undefined;
    case 'native':
      return value.repr();
    case 'function':
      return `<function ${value.name}>`;
    case 'class':
      return `<class '__main__.${value.name}'>`;
    case 'module':
      return `<module '${value.name}'>`;
    default:
      return `<${typeName(value) ?? 'object'} object>`;
  }
}

/** Python's `str(x)`. */
export function toText(value: Value): string | undefined {
  return value.kind === 'str' ? value.value : repr(value);
}

/** Python's notation of a float: `1e-05`, `0.1`, `2.0`. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) {
    return 'nan';
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? 'inf' : '-inf';
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replace(/\\/g, '\\\\')
    .replace(/\n/g, '\\n')
    .replace(/\t/g, '\\t')
    .replace(/\r/g, '\\r');
  return mark + (mark === "'" ? escaped.replace(/'/g, "\\'") : escaped) + mark;
}

function wrap(open: string, items: readonly Value[], close: string): string | undefined {
  const parts = items.map(repr);
  return parts.includes(undefined) ? undefined : open + parts.join(', ') + close;
}

const specification = /^(?:(.?)([<>=^]))?([+\- ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u;

/** Python's `format(value, spec)`; undefined where the value is not known. */
export function format(value: Value, spec: string): string | undefined {
  if (spec === '') {
    return toText(value);
  }
  const match = specification.exec(spec);
  const text = toText(value);
  if (!match || text === undefined) {
    return text;
  }
  const [, fill, align, sign = '', , zero, width, group, precision, type] = match;
  const number = numberOf(value);
  let body = text;
  if (number !== undefined && value.kind !== 'str') {
    body = formatNumber(number, value.kind === 'float', type, precision, group);
    if (number >= 0 && (sign === '+' || sign === ' ')) {
      body = sign + body;
    }
  } else if (precision !== undefined) {
    body = body.slice(0, Number(precision));
  }
  const missing = Number(width ?? 0) - body.length;
  if (missing <= 0) {
    return body;
  }
  const pad = fill || (zero ? '0' : ' ');
  switch (align ?? (zero ? '=' : number === undefined || value.kind === 'str' ? '<' : '>')) {
    case '<':
      return body + pad.repeat(missing);
    case '^':
      return pad.repeat(missing >> 1) + body + pad.repeat(missing - (missing >> 1));
    case '=': {
      const start = /^[+\- ]/.test(body) ? 1 : 0;
      return body.slice(0, start) + pad.repeat(missing) + body.slice(start);
    }
    default:
      return pad.repeat(missing) + body;
  }
}

const radix: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 };

function formatNumber(
  value: number,
  isFloat: boolean,
  type: string | undefined,
  precision: string | undefined,
  group: string | undefined,
): string {
  const digits = precision === undefined ? 6 : Number(precision);
  let text: string;
  switch (type) {
    case 'f':
    case 'F':
      text = value.toFixed(digits);
      break;
    case '%':
      text = `${(value * 100).toFixed(digits)}%`;
      break;
    case 'e':
    case 'E':
      text = value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2');
      break;
    case 'b':
    case 'o':
    case 'x':
    case 'X':
      text = value.toString(radix[type]);
      break;
    case 'c':
      text = String.fromCodePoint(value);
      break;
    case undefined:
    case 'g':
    case 'G':
    case 'n':
      if (type === undefined && precision === undefined) {
        text = isFloat ? floatText(value) : String(value);
      } else {
        text = Number(value.toPrecision(Math.max(1, digits))).toString();
      }
      break;
    default:
      text = String(Math.trunc(value));
  }
  return group === undefined ? text : text.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, group);
}

const conversion = /%(?:\((\w+)\))?([#0\- +]*)(\d+|\*)?(?:\.(\d+))?([diouxXeEfFgGcrsa%])/g;

/** `'%d of %s' % values`; undefined where a value is not known. */
export function percentFormat(template: string, values: Value): string | undefined {
  const queue = values.kind === 'tuple' ? [...values.items] : [values];
  let known = true;
  const text = template.replace(
    conversion,
    (
      _all,
      name: string | undefined,
      flags: string,
      width: string | undefined,
      precision: string | undefined,
      type: string,
    ) => {
      if (type === '%') {
        return '%';
      }
      const value =
        name !== undefined && values.kind === 'dict' ? values.entries.get(`s${name}`)?.[1] : queue.shift();
      if (!value) {
        known = false;
        return '';
      }
      const align = flags.includes('-') ? '<' : '>';
      const zero = flags.includes('0') && align === '>' ? '0' : '';
      const sign = flags.includes('+') ? '+' : '';
      const isText = 'rsa'.includes(type);
      const shown = isText
        ? ({ kind: 'str', value: (type === 's' ? toText(value) : repr(value)) ?? '' } as const)
        : value;
      const spec = `${zero ? '' : align}${isText ? '' : sign}${zero}${width ?? ''}${precision === undefined ? '' : `.${precision}`}${isText ? '' : type.replace(/[iu]/, 'd')}`;
      const piece = value.kind === 'unknown' ? undefined : format(shown, spec);
      known &&= piece !== undefined;
      return piece ?? '';
    },
  );
  return known ? text : undefined;
}
