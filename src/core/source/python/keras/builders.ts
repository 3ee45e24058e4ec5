import { findInClass, nativeBase } from '../attributes';
import { PythonError } from '../errors';
import type { SyntaxNode } from '../syntax';
import { field } from '../syntax';
import { type ClassValue, type FunctionValue, type InstanceValue, type Value, unknown } from '../values';
import { HyperParameters, tunerParameters } from '../modules/tuner';
import type { KerasSession } from './session';

const builders = new Set(['Sequential', 'Model', 'Functional']);

/**
 * Calls the functions that build a model and that nothing calls, with their defaults and with placeholders for the rest; methods
 * of classes too.
 */
export function callUncalledBuilders(session: KerasSession): void {
  for (const value of [...session.vm.globals.names.values()]) {
    if (value.kind === 'function' && isUncalledBuilder(value, session)) {
      callWithPlaceholders(value, [], session);
    } else if (value.kind === 'class' && nativeBase(value) === undefined) {
      callMethods(value, session);
    }
  }
}

function isUncalledBuilder(value: FunctionValue, session: KerasSession): boolean {
  const { program } = session.vm;
  return (
    !program.isIncluded(value.node) && !session.calledFunctions.has(value.node) && builds(value.body, session)
  );
}

/** `class GAN: def build_generator(self): …`, never used in this file: an object of it is made first. */
function callMethods(value: ClassValue, session: KerasSession): void {
  const methods = [...value.attributes.values()].filter(
    (member): member is FunctionValue => member.kind === 'function' && isUncalledBuilder(member, session),
  );
  if (methods.length === 0) {
    return;
  }
  const constructor = findInClass(value, '__init__');
  const instance: InstanceValue = {
    kind: 'instance',
    class: value,
    attributes: new Map(),
    native: null,
    call: null,
  };
  if (constructor?.kind === 'function' && !session.calledFunctions.has(constructor.node)) {
    callWithPlaceholders(constructor, [instance], session);
  }
  for (const method of methods) {
    if (!session.calledFunctions.has(method.node)) {
      callWithPlaceholders(method, method.role === 'static' ? [] : [instance], session);
    }
  }
}

function callWithPlaceholders(value: FunctionValue, given: readonly Value[], session: KerasSession): void {
  const { vm } = session;
  const args = value.parameters.slice(given.length).flatMap((parameter): Value[] => {
    if (parameter.kind !== 'positional' || parameter.defaultValue) {
      return [];
    }
    if (tunerParameters.has(parameter.name)) {
      return [new HyperParameters()];
    }
    return [
      unknown(
        `the argument \`${parameter.name}\` of ${value.name}`,
        parameter.node,
        annotatedType(parameter.annotation, session),
      ),
    ];
  });
  const before = session.models.length;
  try {
    vm.callValues(value, ...given, ...args);
  } catch (error) {
    if (!(error instanceof PythonError)) {
      vm.recordFailure(error, value.node);
    }
  }
  for (const tracked of session.models.slice(before)) {
    session.assume(
      'never-called',
      `Nothing in this file calls ${value.name}; it was read with its defaults.`,
      field(value.node, 'name') ?? value.node,
      tracked.object,
    );
  }
}

function annotatedType(annotation: SyntaxNode | undefined, session: KerasSession): string | undefined {
  const text = annotation ? session.vm.program.text(annotation) : '';
  return ['int', 'float', 'str', 'bool'].includes(text) ? text : undefined;
}

/** Whether a function's body makes a model itself. */
export function builds(body: SyntaxNode, session: KerasSession): boolean {
  if (body.type === 'call') {
    const callee = field(body, 'function');
    const name = callee && (callee.type === 'attribute' ? field(callee, 'attribute') : callee);
    if (name && builders.has(session.vm.program.text(name))) {
      return true;
    }
  }
  return body.children.some((child) => builds(child, session));
}
