import { bindArguments } from '../../../model/catalogue/catalogue';
import type { LayerClass } from '../../../model/catalogue/layerClass';
import { Arguments } from '../arguments';
import {
  type InstanceValue,
  type Native,
  type Value,
  builtin,
  intOf,
  sequenceOf,
  stringOf,
  unknown,
} from '../values';
import { LayerValue } from './layerValue';
import { notKnown, serialize } from './serialize';
import type { KerasSession } from './session';

/**
 * `Lambda(function)`: a custom layer whose `call` is that function. Its output shape is what the function gives; where that cannot
 * be told, the layer is opaque.
 */
export function lambdaLayer(session: KerasSession, definition: LayerClass, args: Arguments): Native {
  const bound = bindArguments<Value>(definition, args.positional, [...args.keywords]);
  const function_ = bound.values['function'] ?? unknown('the function of a Lambda', args.node);
  const extra = bound.values['arguments'];
  const site = session.sites.callSite(args.node, bound, bound.values);
  const shape = bound.values['output_shape'];
  const json = shape ? serialize(shape) : null;
  const object = session.graph.createComposite(
    'Lambda',
    {
      function: { class_name: 'lambda', config: site?.arguments[0]?.valueText ?? '' },
      output_shape: json === notKnown ? null : json,
    },
    'layer',
    { site, name: stringOf(bound.values['name']) },
  );
  session.progress++;
  const call = builtin('Lambda.call', (inner, given) => {
    const keywords = new Map(extra?.kind === 'dict' ? keywordEntries(extra) : []);
    return inner.call(function_, new Arguments(given.positional, keywords, null));
  });
  const instance = lambdaInstance(call);
  const layer = new LayerValue(object, session, instance);
  instance.native = layer;
  session.values.set(object, layer);
  layer.declaredShape = sequenceOf(shape)?.map((size) => intOf(size) ?? null) ?? null;
  const input = sequenceOf(bound.values['input_shape'])?.map((size) => intOf(size) ?? null);
  layer.legacyInput = input ? [null, ...input] : null;
  return layer;
}

function keywordEntries(value: Value & { kind: 'dict' }): [string, Value][] {
  return [...value.entries.values()].flatMap(([key, item]) =>
    key.kind === 'str' ? [[key.value, item] as [string, Value]] : [],
  );
}

function lambdaInstance(call: Value): InstanceValue {
  const node = { type: 'lambda', start: 0, end: 0, field: '', children: [], parent: null };
  return {
    kind: 'instance',
    class: {
      kind: 'class',
      name: 'Lambda',
      bases: [],
      attributes: new Map([['call', call]]),
      node,
      fields: null,
    },
    attributes: new Map(),
    native: null,
    call: null,
  };
}
