import type { Arguments } from '../../arguments';
import type { Interpreter } from '../../interpreter';
import { ArrayValue, type Distribution, unknownDistribution } from '../arrays/arrayValue';
import { integers } from '../arrays/arrayMethods';
import {
  type Value,
  Native,
  builtin,
  dict,
  intOf,
  list,
  none,
  numberOf,
  sequenceOf,
  str,
  stringOf,
  tuple,
  unknown,
} from '../../values';
import { DatasetValue } from './datasetValue';
import { encodingFunction } from './encoding';

const pixels = (scale: number): Distribution => ({
  kind: 'pixels',
  mean: 117 * scale,
  std: 65 * scale,
  min: 0,
  max: 255 * scale,
  zeroShare: 0.02,
});

const sizes = (value: Value | undefined, fallback: readonly [number, number]): (number | null)[] =>
  sequenceOf(value)?.map((size) => intOf(size) ?? null) ?? [...fallback];

/** Images and labels as loaders of folders yield them. */
function imageBatches(
  args: Arguments,
  scale: number,
  defaults: { size: readonly [number, number]; sizeName: string; labelMode: string; labelName: string },
): Value {
  const color = stringOf(args.keyword('color_mode')) ?? 'rgb';
  const channels = color === 'grayscale' ? 1 : color === 'rgba' ? 4 : 3;
  const size = sizes(args.keyword(defaults.sizeName), defaults.size);
  const batchSize = args.keyword('batch_size');
  const images = new ArrayValue([null, ...size, channels], {
    dtype: 'float32',
    distribution: pixels(scale),
    place: args.node,
    reason: 'images in a folder',
  });
  const given = args.keyword(defaults.labelName);
  const mode = given?.kind === 'none' ? null : (stringOf(given) ?? defaults.labelMode);
  const names =
    sequenceOf(args.keyword('class_names', 'classes'))?.map((name) =>
      name.kind === 'str' ? name.value : '',
    ) ?? null;
  const reason = 'the labels of images in a folder';
  const labels =
    mode === 'categorical'
      ? new ArrayValue([null, names?.length ?? null], {
          dtype: 'float32',
          classes: names?.length ?? null,
          distribution: { ...unknownDistribution, kind: 'one-hot' },
          reason,
          place: args.node,
        })
      : new ArrayValue(mode === 'binary' && defaults.labelName === 'label_mode' ? [null, 1] : [null], {
          dtype: 'int32',
          classes: mode === 'binary' ? 2 : (names?.length ?? null),
          reason,
          place: args.node,
        });
  return new DatasetValue(mode === null || mode === 'input' ? images : tuple([images, labels]), {
    batchSize: batchSize ?? { kind: 'int', value: 32 },
    batched: true,
    classNames: names,
  });
}

/** `ImageDataGenerator`: `rescale` moves the pixels. */
class ImageGenerator extends Native {
  readonly typeName = 'ImageDataGenerator';

  constructor(private readonly args: Arguments) {
    super();
  }

  private get scale(): number {
    return numberOf(this.args.keyword('rescale')) ?? 1;
  }

  override attribute(name: string, _vm: Interpreter): Value | undefined {
    switch (name) {
      case 'flow_from_directory':
      case 'flow_from_dataframe':
        return builtin(name, (_v, args) =>
          imageBatches(args, this.scale, {
            size: [256, 256],
            sizeName: 'target_size',
            labelMode: 'categorical',
            labelName: 'class_mode',
          }),
        );
      case 'flow':
        return builtin(name, (_v, args) => {
          const [x, y] = [args.get(0, 'x'), args.get(1, 'y')];
          const first = x?.kind === 'tuple' ? x.items[0] : x;
          const images =
            first instanceof ArrayValue
              ? first.reshaped(first.shape && [null, ...first.shape.slice(1)])
              : (first ?? none);
          const labels = y instanceof ArrayValue ? y.reshaped(y.shape && [null, ...y.shape.slice(1)]) : y;
          return new DatasetValue(labels ? tuple([images, labels]) : images, {
            batchSize: args.get(2, 'batch_size') ?? null,
            batched: true,
          });
        });
      default:
        return builtin(name, () => none);
    }
  }
}

/** `Tokenizer`: numbers of words below `num_words` where that is given. */
class Tokenizer extends Native {
  readonly typeName = 'Tokenizer';
  private texts: Value | null = null;

  constructor(private readonly args: Arguments) {
    super();
  }

  private words(): ReadonlySet<string> | null {
    const items = this.texts && sequenceOf(this.texts);
    const parts = items?.map((item) => (item.kind === 'str' ? item.value : null));
    if (!parts || parts.includes(null)) {
      return null;
    }
    const characters = this.args.keyword('char_level')?.kind === 'bool';
    const all = parts.flatMap((text) => {
      const lower = (text ?? '').toLowerCase();
      return characters
        ? [...lower]
        : lower
            .replace(/[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~\t\n]/g, ' ')
            .split(/\s+/)
            .filter(Boolean);
    });
    return new Set(all);
  }

  override attribute(name: string, _vm: Interpreter): Value | undefined {
    switch (name) {
      case 'fit_on_texts':
        return builtin(name, (_v, args) => {
          this.texts = args.positional[0] ?? null;
          return none;
        });
      case 'word_index':
      case 'index_word':
      case 'word_counts': {
        const words = this.words();
        const extra = this.args.keyword('oov_token') ? ['<OOV>'] : [];
        return words
          ? dict([...extra, ...words].map((word, i) => [str(word), { kind: 'int', value: i + 1 }]))
          : unknown('the words of the texts', this.args.node, 'dict');
      }
      case 'texts_to_sequences':
        return builtin(name, (_v, args) => this.sequences(args));
      case 'texts_to_matrix':
        return builtin(name, (_v, args) => {
          const rows = sequenceOf(args.positional[0])?.length ?? null;
          const words = this.words();
          return new ArrayValue(
            [rows, intOf(this.args.get(0, 'num_words')) ?? (words ? words.size + 1 : null)],
            { reason: 'the texts' },
          );
        });
      case 'document_count':
        return unknown('the number of texts', null, 'int');
      default:
        return builtin(name, () => unknown('texts'));
    }
  }

  private sequences(args: Arguments): Value {
    const items = sequenceOf(args.positional[0]);
    const words = this.words();
    const limit = intOf(this.args.get(0, 'num_words'));
    if (items && words) {
      const order = [...(this.args.keyword('oov_token') ? [''] : []), ...words];
      return list(
        items.map((item) =>
          list(
            (item.kind === 'str'
              ? item.value
                  .toLowerCase()
                  .replace(/[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~\t\n]/g, ' ')
                  .split(/\s+/)
                  .filter(Boolean)
              : []
            ).map((word) => ({ kind: 'int', value: order.indexOf(word) + 1 })),
          ),
        ),
      );
    }
    return new ArrayValue([items?.length ?? null], {
      dtype: 'object',
      distribution: integers(limit ?? words?.size ?? 1000),
      reason: 'texts as numbers',
      place: args.node,
    });
  }
}

/** `pad_sequences(x, maxlen=…)`: rows of equal length. */
function padSequences(args: Arguments): Value {
  const source = args.get(0, 'sequences');
  const items = sequenceOf(source);
  const lengths = items?.map((item) => sequenceOf(item)?.length);
  const longest = lengths && !lengths.includes(undefined) ? Math.max(0, ...lengths.map((n) => n ?? 0)) : null;
  const length =
    intOf(args.get(1, 'maxlen')) ??
    (args.get(1, 'maxlen') && args.get(1, 'maxlen')?.kind !== 'none' ? null : longest);
  const array = source instanceof ArrayValue ? source : null;
  return new ArrayValue([array?.shape?.[0] ?? items?.length ?? null, length], {
    ...(array?.facts ?? {}),
    data: null,
    dtype: 'int32',
    distribution: array?.distribution ?? integers(1000),
    reason: array?.reason ?? 'padded sequences',
    place: args.node,
  });
}

/** `timeseries_dataset_from_array`: windows of the rows. */
function timeseries(args: Arguments): Value {
  const data = args.get(0, 'data');
  const targets = args.get(1, 'targets');
  const length = intOf(args.get(2, 'sequence_length')) ?? null;
  const shape = data instanceof ArrayValue ? data.shape : null;
  const windows =
    data instanceof ArrayValue
      ? data.reshaped(shape && [null, length, ...shape.slice(1)])
      : unknown('windows of the data', args.node);
  const batchSize = args.keyword('batch_size') ?? null;
  if (!targets || targets.kind === 'none') {
    return new DatasetValue(windows, { batchSize, batched: true });
  }
  const goal =
    targets instanceof ArrayValue
      ? targets.reshaped(targets.shape && [null, ...targets.shape.slice(1)])
      : targets;
  return new DatasetValue(tuple([windows, goal]), { batchSize, batched: true });
}

/** `subset='both'` gives training and validation data. */
const subsets = (args: Arguments, dataset: Value): Value =>
  stringOf(args.keyword('subset')) === 'both' ? tuple([dataset, dataset]) : dataset;

function textBatches(args: Arguments): Value {
  const texts = new ArrayValue([null], { dtype: 'string', reason: 'texts in a folder', place: args.node });
  const labels = new ArrayValue([null], {
    dtype: 'int32',
    reason: 'the labels of texts in a folder',
    place: args.node,
  });
  const plain = args.keyword('label_mode')?.kind === 'none';
  return new DatasetValue(plain ? texts : tuple([texts, labels]), {
    batchSize: args.keyword('batch_size') ?? { kind: 'int', value: 32 },
    batched: true,
  });
}

const functions: Readonly<Record<string, (args: Arguments) => Value>> = {
  pad_sequences: padSequences,
  Tokenizer: (args) => new Tokenizer(args),
  ImageDataGenerator: (args) => new ImageGenerator(args),
  image_dataset_from_directory: (args) =>
    subsets(
      args,
      imageBatches(args, 1, {
        size: [256, 256],
        sizeName: 'image_size',
        labelMode: 'int',
        labelName: 'label_mode',
      }),
    ),
  text_dataset_from_directory: (args) => subsets(args, textBatches(args)),
  timeseries_dataset_from_array: timeseries,
  TimeseriesGenerator: timeseries,
  one_hot: (args) => unknown('hashed words', args.node),
  load_img: (args) => {
    const size = sequenceOf(args.keyword('target_size'))?.map((each) => intOf(each) ?? null);
    return new ArrayValue(size ? [...size, 3] : [null, null, 3], {
      dtype: 'uint8',
      distribution: pixels(1),
      reason: 'an image',
      place: args.node,
    });
  },
  img_to_array: (args) => args.positional[0] ?? none,
  array_to_img: (args) => args.positional[0] ?? none,
  split_dataset: (args) => tuple([args.positional[0] ?? none, args.positional[0] ?? none]),
  get_file: () => unknown('the path of a downloaded file', null, 'str'),
  text_to_word_sequence: () => unknown('the words of a text'),
};

/** Members of `keras.preprocessing` and its modules, and those that moved to `keras.utils`. */
export function preprocessingMember(name: string): Value | undefined {
  const function_ = functions[name];
  if (function_) {
    return builtin(`keras.preprocessing.${name}`, (_vm, args) => function_(args));
  }
  return name === 'image' || name === 'text' || name === 'sequence' ? submodule : encodingFunction(name);
}

const submodule: Value = {
  kind: 'module',
  name: 'keras.preprocessing',
  members: { get: preprocessingMember, names: () => Object.keys(functions) },
};
