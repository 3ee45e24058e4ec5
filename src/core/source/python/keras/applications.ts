import {
  type Application,
  type ApplicationArguments,
  ApplicationBuilder,
} from '../../../model/applications/applicationBuilder';
import { findApplication } from '../../../model/applications/applications';
import type { SymbolicTensor } from '../../../model/graph/symbolicTensor';
import type { Shape } from '../../../report/report';
import type { Arguments } from '../arguments';
import { PythonError } from '../errors';
import { type Value, builtin, intOf, none, numberOf, sequenceOf, stringOf } from '../values';
import { ModelValue } from './modelValue';
import { asPythonError } from './operations';
import type { KerasSession } from './session';
import { tensorsIn } from './tensorValue';

/** A builder of `keras.applications`, or the module of a family; undefined where there is none. */
export function applicationNamed(name: string, session: KerasSession): Value | undefined {
  if (name === 'preprocess_input' || name === 'decode_predictions') {
    return builtin(`keras.applications.${name}`, (_vm, args) => args.positional[0] ?? none);
  }
  if (/^[a-z]/.test(name)) {
    return session.module(`keras.applications.${name}`);
  }
  const application = findApplication(name);
  return (
    application &&
    builtin(`keras.applications.${name}`, (_vm, args) => build(name, application, args, session))
  );
}

function build(name: string, application: Application, args: Arguments, session: KerasSession): Value {
  const get = (argument: string): Value | undefined =>
    args.get(application.arguments.indexOf(argument), argument);
  const flag = (value: Value | undefined): boolean | undefined =>
    value?.kind === 'bool' ? value.value : value?.kind === 'int' ? value.value !== 0 : undefined;
  const includeTop = flag(get('include_top')) ?? true;
  const weights = get('weights');
  const given: ApplicationArguments = {
    includeTop,
    pooling: stringOf(get('pooling')) ?? null,
    classes: intOf(get('classes')) ?? 1000,
    classifierActivation:
      get('classifier_activation')?.kind === 'none'
        ? null
        : (stringOf(get('classifier_activation')) ?? 'softmax'),
    imagenet: weights === undefined || (weights.kind === 'str' && weights.value === 'imagenet'),
    alpha: numberOf(get('alpha')) ?? 1,
    dropout: numberOf(get('dropout') ?? get('dropout_rate')) ?? null,
    minimalistic: flag(get('minimalistic')) ?? false,
    preprocessing: flag(get('include_preprocessing')) ?? true,
    name: stringOf(get('name')),
  };
  const site = session.sites.callSite(args.node, {
    positional: application.arguments,
    keywords: Object.fromEntries(application.arguments.map((each) => [each, each])),
  });
  const inner = site && { ...site, editable: false };
  try {
    const [tensor] = tensorsIn(get('input_tensor'));
    const shape = inputShape(name, application, get('input_shape'), given);
    const input = tensor ?? session.graph.createInput([null, ...shape], 'float32', { site: inner });
    const output = application.build(new ApplicationBuilder(session.graph, inner, given), input);
    const size = tensor ? (tensor.shape[1] ?? null) : (shape[0] ?? null);
    const modelName =
      typeof application.modelName === 'string' ? application.modelName : application.modelName(size, given);
    const model = session.graph.createFunctional([sourceOf(input)], [output], {
      name: stringOf(get('name')) ?? modelName,
      site,
    });
    const value = new ModelValue(model, session, session.track(model, args.node));
    session.values.set(model, value);
    if (weights?.kind !== 'none') {
      session.pretrained.push({
        object: model,
        objects: new Set(model.layers.filter((layer) => !inner || layer.site === inner)),
        application: name,
        weights: stringOf(weights) ?? 'imagenet',
        includeTop,
        scalesInside: application.arguments.includes('include_preprocessing') && given.preprocessing,
        site,
      });
      session.assume(
        'pretrained-weights',
        `${name} is read with fresh weights: those of ${weights?.kind === 'str' ? weights.value : 'imagenet'} are not loaded.`,
        args.node,
        model,
      );
    }
    return value;
  } catch (error) {
    throw asPythonError(error);
  }
}

/** Keras starts the model at the input that a given tensor comes from. */
function sourceOf(tensor: SymbolicTensor): SymbolicTensor {
  let at = tensor;
  for (let node = at.producer; node && node.inputTensors.length > 0; node = at.producer) {
    at = node.inputTensors[0] ?? at;
  }
  return at;
}

function inputShape(
  name: string,
  application: Application,
  value: Value | undefined,
  given: ApplicationArguments,
): Shape {
  const items = sequenceOf(value);
  const { defaultSize, minimumSize } = application;
  if (value?.kind === 'unknown') {
    return [defaultSize, defaultSize, 3];
  }
  if (!items) {
    const isOpen = application.openSize === undefined ? !given.includeTop : application.openSize === 'always';
    return isOpen ? [null, null, 3] : [defaultSize, defaultSize, 3];
  }
  const sizes = items.map((item) => intOf(item) ?? null);
  const tooSmall = sizes.slice(0, 2).some((size) => size !== null && size < minimumSize);
  if (tooSmall) {
    throw new PythonError(
      'ValueError',
      `Input size must be at least ${minimumSize}x${minimumSize}; ${name} got ${sizes.join(', ')}`,
    );
  }
  const fixed = given.includeTop && given.imagenet && application.openSize !== 'always';
  if (fixed && (sizes[0] !== defaultSize || sizes[1] !== defaultSize)) {
    throw new PythonError(
      'ValueError',
      `When setting include_top=True and loading imagenet weights, input_shape should be (${defaultSize}, ${defaultSize}, 3)`,
    );
  }
  return sizes;
}
