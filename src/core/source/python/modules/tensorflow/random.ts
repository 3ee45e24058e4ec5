import type { Arguments } from '../../arguments';
import type { KerasSession } from '../../keras/session';
import { type Value, builtin, none, numberOf, sequenceOf, stringOf, unknown } from '../../values';
import { integers, normal, sizesOf, uniform } from '../arrays/arrayMethods';
import { type ArrayFacts, ArrayValue } from '../arrays/arrayValue';
import { drawn } from '../arrays/provenance';
import { numpyRandomMember } from '../numpy';

const numbers = (args: Arguments, first: string, second: string): [number, number] => [
  numberOf(args.get(1, first)) ?? 0,
  numberOf(args.get(2, second)) ?? 1,
];

const gaussian = (args: Arguments): ArrayFacts => ({
  distribution: normal(...numbers(args, 'mean', 'stddev')),
});

/** What the numbers of `tf.random` and `keras.random` are, whose first argument is the shape. */
const draws: Readonly<Record<string, (args: Arguments) => ArrayFacts>> = {
  normal: gaussian,
  truncated_normal: gaussian,
  uniform: (args) => {
    const [low, high] = numbers(args, 'minval', 'maxval');
    return isWhole(args) ? whole(low, high) : { distribution: uniform(low, high) };
  },
  randint: (args) => whole(...numbers(args, 'minval', 'maxval')),
};

const isWhole = (args: Arguments): boolean => {
  const dtype = args.get(3, 'dtype');
  return (
    (dtype && (stringOf(dtype) ?? (dtype.kind === 'builtin' ? dtype.name : '')).includes('int')) ?? false
  );
};

const whole = (low: number, high: number): ArrayFacts => ({
  dtype: 'int32',
  distribution: { ...integers(high), min: low },
  classes: high - low,
});

/** Members of `tf.random` and `keras.random`. */
export function tensorRandomMember(name: string, session: KerasSession): Value | undefined {
  const draw = draws[name.replace(/^stateless_/, '')];
  if (!draw) {
    return name === 'set_seed' ? builtin(name, () => none) : numpyRandomMember(name, session);
  }
  return builtin(`random.${name}`, (_vm, args) => {
    const shape = args.get(0, 'shape');
    const sizes = sequenceOf(shape) && shape ? sizesOf([shape]) : [null];
    // As large as a batch, whatever that is: noise inside a layer.
    return sizes.includes(null)
      ? unknown('random numbers', args.node)
      : new ArrayValue(sizes, {
          dtype: 'float32',
          reason: 'random numbers',
          place: args.node,
          provenance: drawn(),
          ...draw(args),
        });
  });
}
