import type { Arguments } from '../arguments';
import type { Interpreter } from '../interpreter';
import { ArrayValue } from '../modules/arrays/arrayValue';
import { type Value, builtin, dict, list, none, sequenceOf, str, unknown } from '../values';
import { buildFromData } from './deferredBuild';
import { type LayerValue, weightArrays } from './layerValue';
import type { ModelValue } from './modelValue';
import { CheckpointValue } from './savedModels';
import { VariableList } from './variableList';
import { type FitLength, type TrackedModel, maximumFits } from './trackedModel';
import { flagsOf } from './trainableFlags';

const compileArguments = ['optimizer', 'loss', 'metrics', 'loss_weights', 'weighted_metrics', 'run_eagerly'];
const fitting = new Set(['fit', 'fit_generator', 'train_on_batch']);
const using = new Set([
  'summary',
  'evaluate',
  'predict',
  'predict_on_batch',
  'test_on_batch',
  'evaluate_generator',
  'predict_generator',
  'predict_classes',
]);
const ignored = new Set([
  'save_weights',
  'load_weights',
  'set_weights',
  'reset_states',
  'reset_metrics',
  'add_loss',
  'add_metric',
  '__init_subclass__',
  'predict_step',
  'train_step',
  'test_step',
]);

/** What every model can do: compile, fit, and whatever uses it. */
export function modelMethod(
  tracked: TrackedModel,
  model: ModelValue | LayerValue,
  name: string,
  _vm: Interpreter,
): Value | undefined {
  const { session } = model;
  if (fitting.has(name)) {
    return builtin(name, (vm, args) => fit(tracked, model, args, vm, name));
  }
  if (using.has(name)) {
    return builtin(name, (vm, args) => {
      tracked.used = true;
      buildFromData(model, args.get(0, 'x'), vm);
      return name === 'summary' ? none : predicted(model, name, args);
    });
  }
  if (name === 'save' || name === 'save_model' || name === 'export') {
    return builtin(name, (_vm2, args) => {
      session.savedModels.save(args.get(0, 'filepath'), model.instance ?? model);
      return none;
    });
  }
  if (ignored.has(name)) {
    return builtin(name, () => none);
  }
  switch (name) {
    case 'compile':
      return builtin(name, (_vm2, args) => {
        const values: Record<string, Value> = {};
        args.positional.forEach((value, i) => {
          const key = compileArguments[i];
          if (key !== undefined) {
            values[key] = value;
          }
        });
        args.keywords.forEach((value, key) => {
          values[key] = value;
        });
        session.progress += tracked.compiles.length === 0 ? 1 : 0;
        if (args.node) {
          session.compileCalls.add(args.node.start);
        }
        tracked.compiles.push({
          values,
          trainable: flagsOf(model.object),
          fitsBefore: tracked.fits.length,
          site: session.sites.callSite(
            args.node,
            {
              positional: compileArguments,
              keywords: Object.fromEntries([...args.keywords.keys()].map((key) => [key, key])),
            },
            values,
          ),
        });
        return none;
      });
    case 'trainable_variables':
    case 'trainable_weights':
    case 'weights':
    case 'variables':
    case 'non_trainable_weights':
    case 'non_trainable_variables':
      return new VariableList(tracked);
    case 'get_weights':
      return builtin(name, () => weightArrays(model.object));
    case 'count_params':
      return builtin(name, () => unknown('the number of weights', null, 'int'));
    case 'optimizer':
      return tracked.compiles.at(-1)?.values['optimizer'] ?? unknown('an optimizer');
    case 'loss':
    case 'compiled_loss':
    case 'compiled_metrics':
      return unknown('a loss');
    case 'history':
      return unknown('a history');
    case 'get_config':
      return builtin(name, () => dict([[str('name'), str(model.object.name)]]));
    case 'to_json':
    case 'to_yaml':
      return builtin(name, () => unknown('a model as text', null, 'str'));
    case 'metrics_names':
    case 'metrics':
      return unknown('the metrics of a model');
    case 'losses':
      return list([]);
    case 'stop_training':
      return { kind: 'bool', value: false };
    default:
      return undefined;
  }
}

function fit(
  tracked: TrackedModel,
  model: ModelValue | LayerValue,
  args: Arguments,
  vm: Interpreter,
  name: string,
): Value {
  const x = args.get(0, 'x', 'generator');
  const y = args.get(1, 'y');
  if (tracked.fits.length === 0) {
    model.session.progress++;
  }
  buildFromData(model, x, vm);
  if (tracked.fits.length < maximumFits) {
    tracked.fits.push({
      x,
      y,
      batchSize: args.get(2, 'batch_size'),
      classWeight: name === 'fit' ? args.get(9, 'class_weight') : args.keyword('class_weight'),
      sampleWeight: name === 'fit' ? args.get(10, 'sample_weight') : args.keyword('sample_weight'),
      length: name === 'fit' && vm.uncertain === 0 && !args.unknownRest ? lengthOf(args) : null,
      place: args.node,
      compilesBefore: tracked.compiles.length,
      trainable: flagsOf(model.object),
      whole: name !== 'train_on_batch',
    });
  }
  for (const callback of sequenceOf(args.keyword('callbacks')) ?? []) {
    if (callback instanceof CheckpointValue) {
      model.session.savedModels.save(callback.path, model.instance ?? model);
    }
  }
  return unknown('a training history', args.node);
}

function lengthOf(args: Arguments): FitLength {
  return {
    epochs: args.get(3, 'epochs', 'nb_epoch'),
    stepsPerEpoch: args.get(12, 'steps_per_epoch'),
    validationSplit: args.get(6, 'validation_split'),
  };
}

/** What `predict` gives: an array of the model's output shape. */
function predicted(model: ModelValue | LayerValue, name: string, args: Arguments): Value {
  const outputs = model.object.output;
  const given = args.get(0, 'x');
  const rows = given instanceof ArrayValue ? (given.shape?.[0] ?? null) : null;
  if (!name.startsWith('predict') || !outputs) {
    return unknown('a result of evaluation', args.node);
  }
  const arrays = outputs.map(
    ({ shape }) => new ArrayValue([rows, ...shape.slice(1)], { dtype: 'float32', reason: 'a prediction' }),
  );
  return arrays.length === 1 && arrays[0] ? arrays[0] : list(arrays);
}
