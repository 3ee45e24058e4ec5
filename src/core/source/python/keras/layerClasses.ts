import { bindArguments, completeConfig, findLayerClass } from '../../../model/catalogue/catalogue';
import type { LayerClass } from '../../../model/catalogue/layerClass';
import type { Config, Json } from '../../../model/spec';
import type { Arguments } from '../arguments';
import { findInClass } from '../attributes';
import type { Interpreter } from '../interpreter';
import { PythonError } from '../errors';
import { type InstanceValue, type Native, type Value, stringOf, unknownIn } from '../values';
import { activationJson } from './activations';
import { ClassReference } from './classReference';
import { kerasOneArguments, legacyRecurrentShape } from './kerasOne';
import { lambdaLayer } from './lambdaLayer';
import { toSnakeCase } from '../../../model/graph/nameScope';
import { LayerValue, layerIn } from './layerValue';
import { modelIn } from './modelValue';
import { expectedRank, hasUsualValue, placeholderFor, usualValues } from './placeholders';
import { recordMissing, recordRefused } from './refused';
import { notKnown, serialize } from './serialize';
import type { KerasSession } from './session';
import { wrappedConfig } from './wrappedLayers';

/** A layer class of the catalogue: `keras.layers.Dense`. */
export class LayerClassReference extends ClassReference {
  constructor(
    readonly definition: LayerClass,
    session: KerasSession,
    /** As the program names it: 'Convolution2D'. */
    readonly writtenName: string = definition.className,
  ) {
    super(definition.className, session, 'layer');
  }

  override construct(args: Arguments, vm: Interpreter, instance: InstanceValue | null): Native {
    const { session, definition } = this;
    if (definition.className === 'Lambda' && !instance) {
      return lambdaLayer(session, definition, args);
    }
    const plain = kerasOneArguments(this.writtenName, args, session.keras1);
    const given = expectedRank(definition.className) === 2 ? legacyRecurrentShape(plain) : plain;
    const bound = bindArguments<Value>(definition, given.positional, [...given.keywords]);
    const lacking = bound.missing.length > 0 && !args.unknownRest;
    if (lacking && (instance !== null || !args.node || !bound.missing.every(hasUsualValue))) {
      throw new PythonError(
        'TypeError',
        `${definition.className}.__init__() missing required argument: '${bound.missing.join("', '")}'`,
      );
    }
    const values: Record<string, Json> = {};
    const open: [string, Value][] = [];
    for (const name of lacking ? [] : bound.missing) {
      open.push([name, args.unknownRest ?? args.required(-1, name)]);
    }
    for (const [name, value] of Object.entries(bound.values)) {
      const json = this.argumentJson(name, value, vm);
      if (json === notKnown) {
        open.push([name, value]);
      } else {
        values[name] = json;
      }
    }
    for (const name of lacking ? bound.missing : []) {
      values[name] = usualValues[name] ?? null;
    }
    for (const [name, value] of open) {
      const rank = args.node ? session.rankWishes.wish(args.node) : undefined;
      const placeholder = placeholderFor(definition, name, value, values, rank);
      if (placeholder !== undefined) {
        values[name] = placeholder;
      }
    }
    if (session.dataFormat && values['data_format'] === undefined && takesDataFormat(definition)) {
      values['data_format'] = session.dataFormat;
    }
    const config = completeConfig(definition, values);
    if (instance) {
      return this.derived(config, bound, instance, args);
    }
    const site = session.sites.callSite(args.node, bound, bound.values);
    const object = session.graph.createLayer(definition, config, {
      site,
      name: stringOf(bound.values['name']),
    });
    session.progress++;
    if (args.node && open.some(([name]) => name.endsWith('shape'))) {
      session.rankWishes.remember(object, args.node);
    }
    for (const [name, value] of open) {
      this.assumePlaceholder(object, name, value, values[name], args);
    }
    recordRefused(session, bound, definition.className, args.node, object);
    if (lacking && args.node) {
      recordMissing(session, bound, definition.className, args.node, object);
    }
    if (args.unknownRest) {
      session.assume(
        'unknown-arguments',
        `Some arguments of this ${definition.className} cannot be read (${args.unknownRest.reason}); Keras' defaults were taken for them.`,
        args.node,
        object,
      );
    }
    const layer = new LayerValue(object, session);
    if (args.node) {
      layer.at = args.node;
    }
    session.values.set(object, layer);
    return layer;
  }

  /** The program's own class that derives from this one: a custom layer around a plain one. */
  private derived(
    config: Config,
    bound: { readonly values: Readonly<Record<string, Value>> },
    instance: InstanceValue,
    args: Arguments,
  ): Native {
    const { session, definition } = this;
    const site = session.sites.callSite(instance.call ?? args.node);
    const name = stringOf(bound.values['name']);
    const object = session.graph.createComposite(instance.class.name, config, 'layer', { site, name });
    const inner = session.graph.createLayer(definition, config, {
      site,
      name: toSnakeCase(definition.className),
    });
    object.track(inner);
    const layer = new LayerValue(object, session, instance);
    layer.base = new LayerValue(inner, session);
    session.values.set(object, instance);
    session.progress++;
    return layer;
  }

  private argumentJson(name: string, value: Value, vm: Interpreter): Json | typeof notKnown {
    const kind = [...this.definition.arguments, ...(this.definition.keywords ?? [])].find(
      (a) => a.name === name,
    )?.kind;
    if (kind === 'activation') {
      return activationJson(value, vm);
    }
    if (kind === 'layer' || kind === 'layers') {
      return wrappedConfig(value, this.session);
    }
    return serialize(value);
  }

  private assumePlaceholder(
    object: Parameters<KerasSession['assume']>[3],
    name: string,
    value: Value,
    taken: Json | undefined,
    args: Arguments,
  ): void {
    if (name === 'weights') {
      return;
    }
    const source = unknownIn(value);
    const why = source?.reason ?? 'a value that the reader does not know';
    const place = source?.origin ?? args.node;
    const what = taken === undefined ? "Keras' default was taken" : `${JSON.stringify(taken)} was taken`;
    this.session.assume(
      'placeholder',
      `\`${name}\` of this ${this.definition.className} comes from ${why}, which the source does not tell; ${what}.`,
      place,
      object,
    );
  }

  override hasInstance(value: Native): boolean {
    return value instanceof LayerValue && value.object.className === this.definition.className;
  }
}

const takesDataFormat = (definition: LayerClass): boolean =>
  definition.arguments.some(({ name }) => name === 'data_format');

/** `keras.layers.Layer`: what the program's own layers derive from. */
export class BaseLayerReference extends ClassReference {
  constructor(session: KerasSession) {
    super('Layer', session, 'layer');
  }

  override construct(args: Arguments, _vm: Interpreter, instance: InstanceValue | null): Native {
    const { session } = this;
    const className = instance?.class.name ?? 'Layer';
    const name = stringOf(args.keyword('name'));
    const options = { site: session.sites.callSite(instance?.call ?? args.node), name };
    session.progress++;
    if (instance && !findInClass(instance.class, 'call')) {
      const opaque = session.graph.createOpaque(className, configOf(instance), options);
      return new LayerValue(opaque, session, null);
    }
    const object = session.graph.createComposite(
      className,
      instance ? configOf(instance) : {},
      'layer',
      options,
    );
    const trainable = args.keyword('trainable');
    if (trainable?.kind === 'bool') {
      object.trainable = trainable.value;
    }
    const layer = new LayerValue(object, session, instance);
    session.values.set(object, instance ?? layer);
    return layer;
  }

  override hasInstance(value: Native): boolean {
    return value instanceof LayerValue || modelIn(value) !== undefined;
  }
}

/** The plain attributes that a custom layer has so far: what its configuration most likely is. */
function configOf(instance: InstanceValue): Config {
  const config: Record<string, Json> = {};
  for (const [name, value] of instance.attributes) {
    const json = layerIn(value) ? notKnown : serialize(value);
    if (json !== notKnown && typeof json !== 'object') {
      config[name] = json;
    }
  }
  return config;
}

/** A layer class by any of its names. */
export function layerClassNamed(name: string, session: KerasSession): LayerClassReference | undefined {
  const definition = findLayerClass(name);
  return definition && new LayerClassReference(definition, session, name);
}
