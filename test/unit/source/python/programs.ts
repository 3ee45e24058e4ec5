import fc from 'fast-check';
import { SourceText } from '../../../../src/core/text/sourceText';

/** A program as it might be written, with what stands where. */
export interface WrittenProgram {
  readonly source: SourceText;
  /** In the order of the model's layers, without the input. */
  readonly layers: readonly WrittenLayer[];
}

export interface WrittenLayer {
  readonly callee: string;
  readonly arguments: readonly WrittenArgument[];
}

export interface WrittenArgument {
  readonly keyword: string | null;
  readonly value: string;
  /** The literal, where the argument only names it. */
  readonly origin: string | null;
}

/** Constants at the top of every program. */
const constants: Readonly<Record<string, string>> = {
  WIDTH: '24',
  ACTIVATION: '"tanh"',
  RATE: '0.25',
  INITIALIZER: 'keras.initializers.HeNormal(seed=3)',
  Größe: '7',
};

const here = (...values: readonly string[]): fc.Arbitrary<readonly [string, string | null]> =>
  fc.constantFrom(...values).map((value) => [value, null] as const);
const named = (...names: readonly string[]): fc.Arbitrary<readonly [string, string | null]> =>
  fc.constantFrom(...names).map((name) => [name, constants[name] ?? null] as const);

/** Ways to write each argument's value. */
const values = {
  units: fc.oneof(here('16', '0x10', '8 * 2', '(16)', 'int(16.0)', '1_6'), named('WIDTH', 'Größe')),
  activation: fc.oneof(
    here('"relu"', "'relu'", 'r"relu"', '"""relu"""', '"re" "lu"', 'None', 'keras.activations.relu'),
    named('ACTIVATION'),
  ),
  flag: here('True', 'False', 'not True'),
  initializer: fc.oneof(
    here(
      '"he_normal"',
      'keras.initializers.HeNormal()',
      'keras.initializers.HeNormal(seed=1,)',
      'keras.initializers.RandomNormal(0., stddev=.1)',
      'keras.initializers.RandomNormal(  # ö\n\t0.0,\n  stddev = 0.05 )',
    ),
    named('INITIALIZER'),
  ),
  rate: fc.oneof(here('0.5', '.5', '5e-1', '1 / 4', '(0.1\n  + 0.1)'), named('RATE')),
};

interface LayerForm {
  readonly callees: readonly string[];
  /** The first may be written without its keyword. */
  readonly first: readonly [keyword: string, value: fc.Arbitrary<readonly [string, string | null]>] | null;
  readonly others: Readonly<Record<string, fc.Arbitrary<readonly [string, string | null]>>>;
}

const forms: readonly LayerForm[] = [
  {
    callees: ['Dense', 'layers.Dense', 'keras.layers.Dense', 'keras . layers . Dense'],
    first: ['units', values.units],
    others: {
      activation: values.activation,
      use_bias: values.flag,
      kernel_initializer: values.initializer,
      bias_initializer: values.initializer,
    },
  },
  { callees: ['layers.Dropout'], first: ['rate', values.rate], others: {} },
  { callees: ['layers.LeakyReLU'], first: null, others: { negative_slope: values.rate } },
  {
    callees: ['layers.BatchNormalization', 'keras.layers.BatchNormalization'],
    first: null,
    others: { momentum: values.rate, scale: values.flag, gamma_initializer: values.initializer },
  },
];

/** What may stand between two tokens inside parentheses. */
const gap = fc.constantFrom('', ' ', '\n', '  ', '\t', '\n\t\t', '  # größer 😀, (\n', '\n# "\n  ', ' \\\n ');

/** After `keyword =` the grammar takes a line that begins left of its block for the end of the block. */
const indented = (text: string): string => text.replaceAll(/\n\s*/g, '\n\t\t\t');

const layer: fc.Arbitrary<readonly [WrittenLayer, string]> = fc.constantFrom(...forms).chain((form) =>
  fc
    .record({
      callee: fc.constantFrom(...form.callees),
      first: form.first ? fc.tuple(fc.boolean(), form.first[1]) : fc.constant(null),
      others: fc.shuffledSubarray(Object.keys(form.others)),
      values: fc.record(form.others),
      title: fc.option(fc.constantFrom('"größe"', "'слой'", '"層😀"', '"a" \'b\'')),
      titleFirst: fc.boolean(),
      gaps: fc.array(gap, { minLength: 32, maxLength: 32 }),
      trailingComma: fc.boolean(),
    })
    .map(({ callee, first, others, values: given, title, titleFirst, gaps, trailingComma }) => {
      const written: WrittenArgument[] = others.map((keyword) => {
        const [value, origin] = given[keyword] ?? ['None', null];
        return { keyword, value, origin };
      });
      if (title !== null) {
        const argument = { keyword: 'name', value: title, origin: null };
        written.splice(titleFirst ? 0 : written.length, 0, argument);
      }
      if (first && form.first) {
        const [withKeyword, [value, origin]] = first;
        written.splice(withKeyword ? written.length : 0, 0, {
          keyword: withKeyword ? form.first[0] : null,
          value,
          origin,
        });
      }
      let at = 0;
      const space = (): string => gaps[at++ % gaps.length] ?? '';
      const list = written.map(
        ({ keyword, value }) =>
          space() +
          (keyword === null ? value : `${keyword}${space()}=${indented(space())}${value}`) +
          space(),
      );
      const end = trailingComma && list.length > 0 ? `,${space()}` : '';
      return [{ callee, arguments: written }, `${callee}(${list.join(',') || space()}${end})`] as const;
    }),
);

/** Programs in the three ways to put layers together, as files and notebooks, with either line break. */
export const programs: fc.Arbitrary<WrittenProgram> = fc
  .record({
    layers: fc.array(layer, { minLength: 1, maxLength: 6 }),
    style: fc.constantFrom('list', 'add', 'functional', 'variables', 'function'),
    crlf: fc.boolean(),
    notebook: fc.boolean(),
  })
  .map(({ layers, style, crlf, notebook }) => {
    const calls = unnamed(layers);
    const lineBreak = (text: string): string => (crlf ? text.replaceAll('\n', '\r\n') : text);
    const statements = [
      head,
      ...statementsOf(
        style,
        calls.map(([, text]) => text),
      ),
    ].map(lineBreak);
    const source = notebook
      ? new SourceText(
          'model.ipynb',
          'notebook',
          statements.map((text, index) => ({ text, index: 2 * index })),
        )
      : SourceText.ofFile('model.py', 'python', statements.join(lineBreak('\n')));
    const written = calls.map(([each]) => ({
      ...each,
      arguments: each.arguments.map((argument) => ({
        ...argument,
        value: lineBreak(argument.value),
        origin: argument.origin,
      })),
    }));
    return { source, layers: written };
  });

/** Keras refuses two layers of one name: only the first of a name keeps it. */
function unnamed(layers: readonly (readonly [WrittenLayer, string])[]): (readonly [WrittenLayer, string])[] {
  const taken = new Set<string>();
  return layers.filter(([{ arguments: list }]) => {
    const title = list.find(({ keyword }) => keyword === 'name')?.value;
    const fresh = title === undefined || !taken.has(title);
    taken.add(title ?? '');
    return fresh;
  });
}

const head = [
  '# 😀 größer als ü',
  'import keras',
  'from keras import layers',
  'from keras.layers import Dense',
  ...Object.entries(constants).map(([name, value]) => `${name} = ${value}`),
  '',
].join('\n');

function statementsOf(style: string, calls: readonly string[]): string[] {
  switch (style) {
    case 'list':
      return [`model = keras.Sequential([\n\tkeras.Input((5,)),\n\t${calls.join(',  # é\n    ')},\n])\n`];
    case 'add':
      return [
        'model = keras.Sequential()\nmodel.add(keras.Input((5,)))',
        ...calls.map((call) => `model.add(${call})`),
      ];
    case 'variables':
      return [
        'inputs = keras.Input((5,))\nx = inputs\n',
        ...calls.map((call, i) => `layer_${i} = ${call}\nx = layer_${i}(x)`),
        'model = keras.Model(inputs, x)\n',
      ];
    case 'function': {
      const body = calls.map((call) => `\tx = ${call}(x)  # ü`);
      return [
        ['def build():', '\tinputs = keras.Input((5,))', '\tx = inputs', ...body].join('\n') +
          '\n\treturn keras.Model(inputs, x)\n',
        'model = build()\n',
      ];
    }
    default:
      return [
        'inputs = keras.Input((5,))\nx = inputs',
        ...calls.map((call) => `x = ${call}( x )`),
        'model = keras.Model(inputs, x)',
      ];
  }
}
