import { type Arguments } from '../arguments';
import { type Value, intOf, tuple } from '../values';

/** How many sizes Keras 1 took one by one after the number of filters. */
const kernelSizes: Readonly<Record<string, number>> = {
  Convolution1D: 1,
  Convolution2D: 2,
  Convolution3D: 3,
  Conv2D: 2,
  Conv3D: 3,
  Deconvolution2D: 2,
  AtrousConvolution2D: 2,
  SeparableConvolution2D: 2,
};

const rowKeywords: Readonly<Record<string, readonly string[]>> = {
  Convolution2D: ['nb_row', 'nb_col'],
  Conv2D: ['nb_row', 'nb_col'],
  Convolution3D: ['kernel_dim1', 'kernel_dim2', 'kernel_dim3'],
  Conv3D: ['kernel_dim1', 'kernel_dim2', 'kernel_dim3'],
};

/** `Convolution2D(32, 3, 3)` and `nb_row=3, nb_col=3` as `kernel_size=(3, 3)`, in a file that is written for Keras 1. */
export function kerasOneArguments(className: string, args: Arguments, keras1: boolean): Arguments {
  const sizes = kernelSizes[className];
  const rows = rowKeywords[className]?.map((name) => args.keywords.get(name));
  if (rows?.every((row): row is Value => row !== undefined)) {
    const keywords = new Map(args.keywords);
    rowKeywords[className]?.forEach((name) => keywords.delete(name));
    keywords.set('kernel_size', tuple(rows));
    return args.with(args.positional, keywords);
  }
  if (!keras1 || sizes === undefined || sizes < 2 || args.positional.length < 1 + sizes) {
    return args;
  }
  const [filters, ...rest] = args.positional;
  const kernel = rest.slice(0, sizes);
  return filters && kernel.every((size) => intOf(size) !== undefined)
    ? args.with([filters, tuple(kernel), ...rest.slice(sizes)], args.keywords)
    : args;
}

/** `LSTM(8, input_dim=3, input_length=10)`: the shape of the input in the words of Keras 1. */
export function legacyRecurrentShape(args: Arguments): Arguments {
  const length = args.keywords.get('input_length');
  const size = args.keywords.get('input_dim');
  if (!length || !size) {
    return args;
  }
  const keywords = new Map(
    [...args.keywords].filter(([name]) => name !== 'input_length' && name !== 'input_dim'),
  );
  keywords.set('input_shape', tuple([length, size]));
  return args.with(args.positional, keywords);
}

/** Spellings that only Keras 1 knew. */
export const kerasOneSpelling =
  /\b(?:nb_filter|nb_row|nb_col|nb_epoch|border_mode|subsample|dim_ordering|samples_per_epoch|nb_val_samples|output_dim\s*=.*\binit\s*=|W_regularizer|Merge\(\[)/;
