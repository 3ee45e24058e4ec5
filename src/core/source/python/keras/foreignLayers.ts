import type { OpaqueObject } from '../../../model/graph/graphObject';
import type { TensorSpec } from '../../../model/spec';
import type { Arguments } from '../arguments';
import { type SyntaxNode, field } from '../syntax';
import type { Value } from '../values';
import type { KerasSession } from './session';
import { resultOf, tensorsIn } from './tensorValue';

/** Output sizes of layers of other libraries, where a usual one is known: a text or image turned into so many numbers. */
const usualWidth = 128;
const usualWidths: Readonly<Record<string, number>> = { KerasLayer: usualWidth };

/** A layer or function of another library, applied to symbolic tensors: one layer whose inside is not known. */
export function foreignLayer(callee: Value, args: Arguments, session: KerasSession): Value | undefined {
  const tensors = [...args.values()].flatMap(tensorsIn);
  const [first] = tensors;
  if (!first || !args.node || callee.kind !== 'unknown') {
    return undefined;
  }
  const name = calleeName(args.node, session);
  const object = opaqueLayer(name, args.node, callee.reason, session);
  // A text goes in as one value: what comes out are numbers.
  const width = first.shape.length < 2 ? usualWidth : usualWidths[name];
  const outputs: readonly TensorSpec[] | undefined =
    width === undefined ? undefined : [{ shape: [first.shape[0] ?? null, width], dtype: 'float32' }];
  session.progress++;
  const node = session.graph.callOpaque(object, { inputs: tensors }, {}, outputs);
  return resultOf(node.outputs, false, session);
}

/** A layer of another library that stands in a Sequential. */
export function opaqueLayer(
  name: string,
  place: SyntaxNode | null,
  reason: string,
  session: KerasSession,
): OpaqueObject {
  const object = session.graph.createOpaque(name, {}, { site: session.sites.callSite(place) });
  session.unknownOf(
    object,
    'opaque-layer',
    `What ${name} computes is not known (${reason}); it is taken for a layer that passes its input on.`,
    place,
  );
  return object;
}

/** `hub.KerasLayer(url)(x)` is a KerasLayer, `block(x, 64)` a block. */
export function calleeName(call: SyntaxNode, session: KerasSession): string {
  let callee = field(call, 'function');
  while (callee?.type === 'call') {
    callee = field(callee, 'function');
  }
  const last = callee?.type === 'attribute' ? field(callee, 'attribute') : callee;
  return last?.type === 'identifier' ? session.vm.program.text(last) : 'Layer';
}
