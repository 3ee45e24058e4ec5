import type { Json } from '../../../model/spec';
import { findActivation } from '../../../model/catalogue/catalogue';
import { Arguments } from '../arguments';
import type { Interpreter } from '../interpreter';
import { PythonError } from '../errors';
import type { Value } from '../values';
import { ClassReference } from './classReference';
import { LayerValue } from './layerValue';
import { notKnown, serialize } from './serialize';

/** An activation as the catalogue's configurations hold it. */
export function activationJson(value: Value, vm: Interpreter): Json | typeof notKnown {
  if (value instanceof ClassReference) {
    // `activation=keras.layers.LeakyReLU`: the class is called on the tensor, as Keras does.
    return value.className;
  }
  if (value instanceof LayerValue) {
    return serialize(value);
  }
  if (value.kind === 'function') {
    return knownFunction(value, vm) ?? serialize(value);
  }
  if (value.kind === 'native' && value.typeName === 'partial') {
    return partialOf(value, vm);
  }
  return serialize(value);
}

/** `lambda x: tf.nn.leaky_relu(x, alpha=0.2)`: one call of a known activation on the argument alone. */
function knownFunction(value: Value & { kind: 'function' }, vm: Interpreter): Json | null {
  const [parameter] = value.parameters;
  const body = value.node.type === 'lambda' ? value.body : null;
  const text = body ? vm.program.text(body) : '';
  const match = /^(?:[\w.]+\.)?(\w+)\(\s*(\w+)\s*\)$/.exec(text);
  return match && match[2] === parameter?.name ? (findActivation(match[1] ?? '')?.className ?? null) : null;
}

function partialOf(value: Value & { kind: 'native' }, vm: Interpreter): Json | typeof notKnown {
  const callee = value.attribute('func', vm);
  const keywords = value.attribute('keywords', vm);
  const name = callee?.kind === 'builtin' ? callee.name.slice(callee.name.lastIndexOf('.') + 1) : '';
  const definition = findActivation(name);
  const config = keywords ? serialize(keywords) : {};
  return definition &&
    config !== notKnown &&
    typeof config === 'object' &&
    config !== null &&
    !Array.isArray(config)
    ? { class_name: definition.className, config: config as { readonly [key: string]: Json } }
    : { class_name: 'function', config: name || 'partial' };
}

/** Calls something as Keras calls an activation. */
export function applyActivation(value: Value, tensor: Value, vm: Interpreter): Value {
  if (value.kind === 'none') {
    return tensor;
  }
  if (value.kind === 'str') {
    throw new PythonError('TypeError', "'str' object is not callable");
  }
  return vm.call(value, Arguments.of(tensor));
}
