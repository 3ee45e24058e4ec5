import { Arguments } from '../arguments';
import { type Value, builtin, none } from '../values';
import { layerClassNamed } from './layerClasses';
import { applyOperation } from './operations';
import { LayerValue } from './layerValue';
import type { KerasSession } from './session';

/** `layers.concatenate([a, b], axis=1)` makes a layer and calls it. */
const classes: Readonly<Record<string, string>> = {
  add: 'Add',
  subtract: 'Subtract',
  multiply: 'Multiply',
  average: 'Average',
  maximum: 'Maximum',
  minimum: 'Minimum',
  concatenate: 'Concatenate',
  dot: 'Dot',
};

/** The function form of a merging layer. */
export function functionalLayer(name: string, session: KerasSession): Value | undefined {
  const className = classes[name];
  const reference = className === undefined ? undefined : layerClassNamed(className, session);
  return (
    reference &&
    builtin(`keras.layers.${name}`, (vm, args) => {
      const [inputs, ...rest] = args.positional;
      const given = inputs ?? args.keyword('inputs') ?? none;
      const keywords = new Map([...args.keywords].filter(([key]) => key !== 'inputs'));
      if (name === 'concatenate' && session.compositeDepth > 0) {
        // A layer that `call` makes each time is no layer of the model.
        const axis: Value = args.get(1, 'axis') ?? { kind: 'int', value: -1 };
        return applyOperation(session, 'concatenate', { xs: given, axis });
      }
      const layer = reference.construct(args.with(rest, keywords), vm, null);
      return layer instanceof LayerValue ? layer.call(Arguments.of(given), vm) : none;
    })
  );
}
