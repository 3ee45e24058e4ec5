import type { CallSite } from './site';
import { completeConfig, findLoss, findOptimizer } from './catalogue/catalogue';
import { isConfig, isList } from './catalogue/configAccess';
import { toSnakeCase } from './graph/nameScope';
import type { CompileSpec, Config, Json, LossSpec, OptimizerSpec } from './spec';

/** What `model.compile` was given, as plain values: classes as `{ class_name, config }`, or their string. */
export interface CompileArguments {
  readonly optimizer: Json;
  readonly loss: Json;
  readonly lossWeights: Json;
  readonly metrics: readonly string[];
  readonly site?: CallSite | null;
  readonly optimizerSite?: CallSite | null;
}

export function compileSpec(given: CompileArguments, outputNames: readonly string[]): CompileSpec {
  return {
    loss: given.loss,
    lossWeights: given.lossWeights,
    losses: lossSpecs(given.loss, given.lossWeights, outputNames),
    optimizer: optimizerSpec(given.optimizer, given.optimizerSite ?? null),
    metrics: given.metrics,
    site: given.site ?? null,
  };
}

/** Keras compiles with rmsprop when no optimizer is named. */
export function optimizerSpec(value: Json, site: CallSite | null = null): OptimizerSpec {
  const object = isConfig(value);
  const written = object ? value.class_name : value;
  const name = typeof written === 'string' ? written : 'rmsprop';
  const given = object && isConfig(value.config) ? value.config : {};
  const definition = findOptimizer(name);
  const className = definition?.className ?? name;
  const config = definition ? completeConfig(definition, given) : given;
  return {
    className,
    config: { ...config, name: config.name ?? toSnakeCase(className) },
    site,
    form: object ? 'object' : value === null ? 'default' : 'string',
  };
}

/** One loss for each output; an output that is given none has no place in the list of names and weight 0. */
export function lossSpecs(
  loss: Json,
  lossWeights: Json,
  outputNames: readonly string[],
): readonly LossSpec[] {
  if (loss === null) {
    return [];
  }
  return outputNames.map((name, index) => {
    const own = isList(loss) ? loss[index] : isNamed(loss) ? loss[name] : loss;
    const weight = isList(lossWeights)
      ? lossWeights[index]
      : isConfig(lossWeights)
        ? lossWeights[name]
        : lossWeights;
    if (own === null || own === undefined) {
      return { className: 'None', config: {}, weight: 0 };
    }
    return { ...lossSpec(own), weight: typeof weight === 'number' ? weight : 1 };
  });
}

/** A dictionary by output name, not one serialised loss. */
function isNamed(loss: Json): loss is Config {
  return isConfig(loss) && !('class_name' in loss);
}

function lossSpec(value: Json): Omit<LossSpec, 'weight'> {
  const object = isConfig(value);
  const written = object ? (value.class_name === 'function' ? value.config : value.class_name) : value;
  const definition = typeof written === 'string' ? findLoss(written) : undefined;
  const given = object && isConfig(value.config) ? value.config : {};
  return definition
    ? { className: definition.className, config: completeConfig(definition, given) }
    : { className: 'Custom', config: given };
}
