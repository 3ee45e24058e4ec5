import { ArrayValue, unknownDistribution } from '../arrays/arrayValue';
import { type Value, builtin, intOf, none } from '../../values';
import type { Arguments } from '../../arguments';

const oneHotDistribution = { ...unknownDistribution, kind: 'one-hot', min: 0, max: 1 } as const;

/** Labels as one-hot rows: classes from the argument, else from what is known of the labels. */
export function oneHot(labels: Value, classes: number | null): ArrayValue {
  const array = labels instanceof ArrayValue ? labels : null;
  const count = classes ?? array?.classes ?? null;
  const shape = array?.shape ? [...array.shape] : [null];
  if (shape.length > 1 && shape.at(-1) === 1) {
    shape.pop();
  }
  return new ArrayValue([...shape, count], {
    ...(array?.facts ?? {}),
    data: null,
    dtype: 'float32',
    classes: count,
    distribution: oneHotDistribution,
    reason: array?.reason ?? 'the labels',
  });
}

const toCategorical = (args: Arguments): Value =>
  oneHot(
    args.positional[0] ?? args.keyword('y', 'x') ?? none,
    intOf(args.get(1, 'num_classes', 'nb_classes')) ?? null,
  );

/** Functions of keras.utils that encode labels. */
export function encodingFunction(name: string): Value | undefined {
  switch (name) {
    case 'to_categorical':
      return builtin('keras.utils.to_categorical', (_vm, args) => toCategorical(args));
    case 'normalize':
      return builtin('keras.utils.normalize', (_vm, args) => {
        const [array] = args.positional;
        return array instanceof ArrayValue
          ? array.reshaped(array.shape, { distribution: unknownDistribution })
          : (array ?? none);
      });
    default:
      return undefined;
  }
}
