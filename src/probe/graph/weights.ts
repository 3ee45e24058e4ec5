import type { LayerSpec, ModelSpec, WeightSpec } from '../../core/model/spec';
import type { Engine } from '../engine/engine';
import * as tf from '../engine/tf';
import { initialize } from '../initializers/initialize';
import type { Occurrences } from '../optimizers/gradient';
import type { CallWeight } from './layerCall';

/** A weight of the running model: its place, its present values, and what the step in hand collects for it. */
export class ModelWeight implements CallWeight {
  readonly variable: tf.Variable;
  /** Rows of an embedding that this step's batch used. */
  occurrences: Occurrences[] = [];
  /** What the forward pass changed (moving statistics); taken over with the update. */
  pending: Float32Array | null = null;

  constructor(
    readonly layerId: string,
    readonly spec: WeightSpec,
    readonly values: Float32Array,
    private readonly engine: Engine,
  ) {
    const start = tf.tensor(values.slice(), [...spec.shape], 'float32');
    this.variable = tf.variable(start, false);
    start.dispose();
  }

  get name(): string {
    return this.spec.name;
  }

  get tensor(): tf.Tensor {
    return this.variable;
  }

  /** Hands `values` over to the engine, after they were changed. */
  commit(): void {
    this.engine.write(this.variable, this.values);
  }

  dispose(): void {
    this.variable.dispose();
  }
}

/** Start weights by layer id and name; layers that are not listed draw theirs. */
export type GivenWeights = ReadonlyMap</* layer id */ string, readonly Float32Array[]>;

export class ModelWeights {
  readonly all: readonly ModelWeight[];
  private readonly byLayer: ReadonlyMap<string, readonly ModelWeight[]>;

  constructor(spec: ModelSpec, engine: Engine, seed: number, given: GivenWeights | null) {
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
    const values = stored?.[i]?.slice() ?? initialize(spec, layer.id, seed);
    return new ModelWeight(layer.id, spec, values, engine);
  });
}
