import { isSerialized } from '../../core/model/catalogue/configAccess';
import type { Config, Json, LayerSpec, ModelSpec, WeightSpec } from '../../core/model/spec';
import type { Engine } from '../engine/engine';
import * as tf from '../engine/tf';
import { initialize } from '../initializers/initialize';
import { withStandIn } from '../initializers/pretrainedVectors';
import type { Occurrences } from '../optimizers/gradient';
import type { CallWeight } from './layerCall';

/** A weight of the running model: its place, its present values, and what the step in hand collects for it. */
export class ModelWeight implements CallWeight {
  readonly variable: tf.Variable;
  private readonly own: Float32Array | null;
  /** Rows of an embedding that this step's batch used. */
  occurrences: Occurrences[] = [];
  /** What the forward pass changed (moving statistics); taken over with the update. */
  pending: Float32Array | null = null;

  constructor(
    readonly layerId: string,
    readonly spec: WeightSpec,
    start: Float32Array,
    private readonly engine: Engine,
    readonly given = false,
  ) {
    const tensor = tf.tensor(start.slice(), [...spec.shape], 'float32');
    this.variable = tf.variable(tensor, false);
    tensor.dispose();
    this.own = engine.inPlace ? null : start.slice();
  }

  /** Present values; changes count after `commit`. On an engine that computes in place a view, valid until it allocates. */
  get values(): Float32Array {
    return this.own ?? (this.engine.view(this.variable) as Float32Array);
  }

  get name(): string {
    return this.spec.name;
  }

  get tensor(): tf.Tensor {
    return this.variable;
  }

  /** Hands `values` over to the engine, after they were changed. */
  commit(): void {
    if (this.own !== null) {
      this.engine.write(this.variable, this.own);
    }
  }

  dispose(): void {
    this.variable.dispose();
  }
}

/** Start weights by layer id and name; layers that are not listed draw theirs. */
export type GivenWeights = ReadonlyMap</* layer id */ string, readonly Float32Array[]>;

export class ModelWeights {
  readonly all: ModelWeight[];
  private readonly byLayer: ReadonlyMap<string, readonly ModelWeight[]>;
  private readonly tables = new Map</* layer */ string, Float32Array>();
  private readonly carriedStates = new Map</* layer id and index */ string, ModelWeight>();

  constructor(
    spec: ModelSpec,
    private readonly engine: Engine,
    private readonly seed: number,
    given: GivenWeights | null,
  ) {
    const byLayer = new Map<string, readonly ModelWeight[]>();
    for (const layer of spec.layers) {
      byLayer.set(layer.id, layerWeights(layer, engine, seed, given));
    }
    this.byLayer = byLayer;
    this.all = [...byLayer.values()].flat();
  }

  of(layerId: string): readonly ModelWeight[] {
    return this.byLayer.get(layerId) ?? [];
  }

  /** The state that a stateful recurrent layer keeps from batch to batch: zeros at first. No weight of the layer, never trained. */
  carried(layerId: string, index: number, shape: readonly number[]): ModelWeight {
    const key = `${layerId} ${index}`;
    const found = this.carriedStates.get(key);
    if (found !== undefined) {
      return found;
    }
    const initializer = { class_name: 'Zeros', config: {} };
    const made = new ModelWeight(
      layerId,
      {
        name: `state_${index}`,
        shape,
        dtype: 'float32',
        trainable: false,
        initializer,
        regularizer: null,
        constraint: null,
      },
      new Float32Array(shape.reduce((a, b) => a * b, 1)),
      this.engine,
    );
    this.carriedStates.set(key, made);
    this.all.push(made);
    return made;
  }

  /** Start values of a layer that is no part of the model, drawn once. */
  drawn(layer: string, spec: WeightSpec): Float32Array {
    const found = this.tables.get(layer) ?? initialize(spec, layer, this.seed);
    this.tables.set(layer, found);
    return found;
  }

  get trainable(): readonly ModelWeight[] {
    return this.all.filter(({ spec }) => spec.trainable);
  }

  dispose(): void {
    for (const weight of this.all) {
      weight.dispose();
    }
  }
}

function layerWeights(
  layer: LayerSpec,
  engine: Engine,
  seed: number,
  given: GivenWeights | null,
): ModelWeight[] {
  const stored = given?.get(layer.id);
  return layer.weights.map((spec, i) => {
    const start = stored?.[i] ?? initialize(withStandIn(layer, withForgetBias(layer, spec)), layer.id, seed);
    return new ModelWeight(layer.id, spec, start, engine, stored?.[i] !== undefined);
  });
}

/** An LSTM's bias starts at 1 for the forget gate unless `unit_forget_bias` says no; the catalogue names only the bias initializer. */
function withForgetBias(layer: LayerSpec, weight: WeightSpec): WeightSpec {
  const [units = 0] = weight.shape;
  const isBias = weight.name === 'bias' || weight.name.endsWith('/bias');
  if (
    !isBias ||
    weight.shape.length !== 1 ||
    units % 4 !== 0 ||
    !hasForgetBias(layer.className, layer.config, weight.name)
  ) {
    return weight;
  }
  return {
    ...weight,
    initializer: { class_name: 'UnitForgetBias', config: { bias_initializer: weight.initializer } },
  };
}

function hasForgetBias(className: string, config: Config, name: string): boolean {
  if (/LSTM/.test(className)) {
    return config['unit_forget_bias'] !== false;
  }
  const inner = [
    config[name.startsWith('backward') ? 'backward_layer' : 'layer'],
    config['layer'],
    config['cell'],
    config['cells'],
  ].flat() as Json[];
  const found = inner.find(isSerialized);
  return found !== undefined && hasForgetBias(found.class_name, found.config, name);
}
