import { compileSpec } from '../../model/compile';
import { isConfig, isList, sizesOf, stringOf } from '../../model/catalogue/configAccess';
import { Graph } from '../../model/graph/graph';
import type { ModelObject } from '../../model/graph/graphObject';
import { toModelSpec, type SpecExtras } from '../../model/modelSpec';
import type { CompileSpec, Config, Json, ModelSpec } from '../../model/spec';
import { ConfigError } from './configError';
import { createObject, readFunctional } from './readFunctional';

/** The model that the `config.json` of a `.keras` file holds (or the JSON of `model.to_json()`). Throws a ConfigError on anything else. */
export function readKerasConfig(json: Json, extras: SpecExtras): ModelSpec {
  if (!isConfig(json) || !isConfig(json.config)) {
    throw new ConfigError('this is not the configuration of a Keras model');
  }
  const model = readModel(new Graph(), json);
  const outputs = toModelSpec(model, extras)?.outputs.map(({ name }) => name) ?? [];
  const spec = toModelSpec(model, {
    ...extras,
    compile: extras.compile ?? readCompile(json.compile_config, outputs),
  });
  if (!spec) {
    throw new ConfigError(
      `the model ${model.name} was saved before it was built: its input shape is not known`,
    );
  }
  return spec;
}

/** A Sequential or Functional model, nested ones inside. */
export function readModel(graph: Graph, json: Config): ModelObject {
  const config = isConfig(json.config) ? json.config : {};
  const className = stringOf(json, 'class_name');
  switch (className) {
    case 'Sequential':
      return trained(readSequential(graph, config), config);
    case 'Functional':
    case 'Model':
      return trained(readFunctional(graph, config, readModel), config);
    default:
      throw new ConfigError(
        `a ${className} is a class of the program that saved it: its layers are not in the file`,
      );
  }
}

function readSequential(graph: Graph, config: Config): ModelObject {
  const layers = isList(config.layers) ? config.layers : [];
  const objects = layers.flatMap((each) => (isConfig(each) ? [createObject(graph, each, readModel)] : []));
  const model = graph.createSequential(objects, { name: stringOf(config, 'name') || null });
  const built = sizesOf(config, isList(config.build_input_shape) ? 'build_input_shape' : 'batch_input_shape');
  if (!model.graph && built.length > 0) {
    graph.buildSequential(model, built);
  }
  return model;
}

function trained(model: ModelObject, config: Config): ModelObject {
  if (config.trainable === false) {
    model.trainable = false;
  }
  return model;
}

function readCompile(value: Json | undefined, outputs: readonly string[]): CompileSpec | null {
  if (!isConfig(value) || Object.keys(value).length === 0) {
    return null;
  }
  const metrics = isList(value.metrics) ? value.metrics : [];
  return compileSpec(
    {
      optimizer: value.optimizer ?? null,
      loss: plainObject(value.loss ?? null),
      lossWeights: value.loss_weights ?? null,
      metrics: metrics.flatMap(metricName),
    },
    outputs,
  );
}

/** Without the module and registration that Keras writes beside class and configuration. */
function plainObject(value: Json): Json {
  if (isList(value)) {
    return value.map(plainObject);
  }
  if (!isConfig(value)) {
    return value;
  }
  if (typeof value.class_name === 'string') {
    return { class_name: value.class_name, config: value.config ?? {} };
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainObject(each)]));
}

function metricName(value: Json): readonly string[] {
  if (typeof value === 'string') {
    return [value];
  }
  if (isList(value)) {
    return value.flatMap(metricName);
  }
  const config = isConfig(value) ? value.config : null;
  return isConfig(config) && typeof config.name === 'string' ? [config.name] : [];
}
