import { unscaledInputs } from '../rules/inputScale';
import type { Range } from '../text/range';
import { endOf } from '../text/range';
import type { FixContext, FixMaker } from './fix';

/** `(x_train, y_train), (x_test, y_test) = ` in front of the call that loads the data; `_` where a part is thrown away. */
const unpacking = /^(\s*)\(\s*(\w+)\s*,\s*\w+\s*\)\s*,\s*(?:\(\s*(\w+)\s*,\s*\w+\s*\)|_)\s*=\s*$/;

/** Divides pixels by 255 in the data code, for training and test alike: the model then needs no layer for it. */
export const dataScalingFix: FixMaker = {
  name: 'data-scaling',
  answers: ['GD204', 'GD101', 'GD103', 'GD105', 'GD106', 'GD108', 'GD110', 'GD111', 'GD117'],
  source: 'LeCun et al. 1998, “Efficient BackProp”, section 4.3',
  propose(context) {
    const [input, ...others] = unscaledInputs(context.spec);
    if (
      !input ||
      others.length > 0 ||
      input.data.kind !== 'pixels' ||
      input.data.max !== 255 ||
      !input.data.range
    ) {
      return [];
    }
    const place = loading(context, input.data.range);
    if (!place) {
      return [];
    }
    const { names, statement, indentation } = place;
    // Where the program divides somewhere, another model may be trained on what is scaled already.
    const divided = new RegExp(`/\\s*25[56]\\b|\\b(${names.join('|')})\\b[^\\n=]*/`);
    if (context.source.cells.some((cell) => divided.test(cell.text))) {
      return [];
    }
    const scaled = names.map((name) => `${name} / 255.0`).join(', ');
    const line = `${context.writer.lineBreakOf(statement)}${indentation}${names.join(', ')} = ${scaled}`;
    return [
      {
        id: 'scale-data',
        title: `Divide the pixels of ${names.join(' and ')} by 255`,
        answers: dataScalingFix.answers,
        edits: [{ range: endOf(statement), newText: line }],
        priority: 1,
      },
    ];
  },
};

interface Loading {
  /** Of the arrays that hold inputs. */
  readonly names: readonly string[];
  /** Up to the end of its last line. */
  readonly statement: Range;
  readonly indentation: string;
}

/** The statement that unpacks what a data set's `load_data()` gives; null where it is written in another way. */
function loading({ source }: FixContext, call: Range): Loading | null {
  const first = source.line(call.startLine, call.cell);
  const [, indentation = '', train, test] = unpacking.exec(first.slice(0, call.startColumn - 1)) ?? [];
  const last = source.line(call.endLine, call.cell);
  if (!train || !/^\s*(#.*)?$/.test(last.slice(call.endColumn - 1)) || !/\)$/.test(source.slice(call))) {
    return null;
  }
  return {
    names: [train, ...(test && test !== '_' ? [test] : [])].filter((name) => name !== '_'),
    statement: { ...call, endColumn: last.trimEnd().length + 1 },
    indentation,
  };
}
