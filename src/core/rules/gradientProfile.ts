import { hiddenLevels } from '../model/graphQueries';
import type { SeedMeasurement } from '../model/measurement';
import type { LayerSpec, ModelSpec } from '../model/spec';
import { pretrainedLayers } from './pretrainedBase';

/**
 * How the per-sample gradient norm d runs through the hidden kernel layers at one measured step.
 * Layers at the same depth (longest way from an input, in kernel layers) are one level, represented by the largest d of them:
 * a side branch with little gradient is no vanishing where another way at that depth carries it.
 */
export interface ProfileAtStep {
  readonly step: number;
  readonly levels: readonly ProfileLevel[];
  /** log10(d of the first / d of the last hidden level), decades: below 0 it vanishes toward the input, above 0 it explodes; null with fewer than 2 levels or nothing finite. */
  readonly dynamicRange: number | null;
  /** Largest log10(d_later / d_earlier) over any two levels, the earlier one nearer to the input; 0 where it never falls. */
  readonly widestDrop: number;
  /** Largest log10(d_earlier / d_later) likewise. */
  readonly widestRise: number;
}

export interface ProfileLevel {
  readonly layers: readonly string[];
  /** Largest d of the level; null where it is not finite. */
  readonly gradient: number | null;
}

/** The profile over all measured steps, and what the graph says of it. */
export class GradientProfile {
  /** Hidden kernel layers, input first: all but those that no other kernel layer follows, and those of a pretrained part. */
  readonly hidden: readonly LayerSpec[];
  readonly steps: readonly ProfileAtStep[];

  constructor(spec: ModelSpec, seed: SeedMeasurement, measuredSteps: readonly number[]) {
    const pretrained = pretrainedLayers(spec);
    const byDepth = hiddenLevels(spec)
      .map((layers) => layers.filter((layer) => !pretrained.has(layer.id)))
      .filter((layers) => layers.length > 0);
    this.hidden = byDepth.flat();
    const measured = new Map(seed.layers.map((layer) => [layer.id, layer]));
    this.steps = measuredSteps.map((step, i) => {
      const levels = byDepth.map((layers): ProfileLevel => {
        const finite = layers
          .map((layer) => measured.get(layer.id)?.gradientNorm[i] ?? null)
          .filter((d) => d !== null);
        return {
          layers: layers.map((layer) => layer.id),
          gradient: finite.length > 0 ? Math.max(...finite) : null,
        };
      });
      return profileOf(step, levels);
    });
  }

  /** The last measured step that is not after `step`. */
  at(step: number): ProfileAtStep | undefined {
    return this.steps.findLast((profile) => profile.step <= step);
  }

  /** 1-based position of a hidden layer, as the product counts layers. */
  numberOf(layerId: string): number {
    return this.hidden.findIndex((layer) => layer.id === layerId) + 1;
  }
}

function profileOf(step: number, levels: readonly ProfileLevel[]): ProfileAtStep {
  // An exact 0 is a gradient below what float32 can hold.
  const logs = levels.map((level) =>
    level.gradient === null ? null : Math.log10(Math.max(level.gradient, 1e-45)),
  );
  const finite = logs.filter((value) => value !== null);
  let widestDrop = 0;
  let widestRise = 0;
  let lowest = Infinity;
  let highest = -Infinity;
  for (const value of finite) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
    widestDrop = Math.max(widestDrop, value - lowest);
    widestRise = Math.max(widestRise, highest - value);
  }
  const first = finite[0];
  const last = finite.at(-1);
  const dynamicRange = first !== undefined && last !== undefined && finite.length > 1 ? first - last : null;
  return { step, levels, dynamicRange, widestDrop, widestRise };
}
