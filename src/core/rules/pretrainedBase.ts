import type { SeedMeasurement } from '../model/measurement';
import type { ModelSpec } from '../model/spec';
import type { RuleFinding } from './rule';

/** Layers whose real weights the source does not hold: what is measured in them says nothing about them. */
export function pretrainedLayers(spec: ModelSpec): ReadonlySet<string> {
  return new Set(spec.pretrained.flatMap((base) => base.layers));
}

/** A measurement without the layers of pretrained parts. */
export function withoutPretrained(seed: SeedMeasurement, spec: ModelSpec): SeedMeasurement {
  const own = pretrainedLayers(spec);
  return own.size === 0 ? seed : { ...seed, layers: seed.layers.filter((layer) => !own.has(layer.id)) };
}

/**
 * What a measured finding is worth where a part of the model was probed with fresh weights in place of the pretrained: nothing inside that part,
 * a note elsewhere, because the signal comes through that part.
 */
export function judgedOutside(finding: RuleFinding, spec: ModelSpec): RuleFinding | null {
  const own = pretrainedLayers(spec);
  if (own.size === 0) {
    return finding;
  }
  const layers = finding.layers.filter((id) => !own.has(id));
  return finding.layers.length > 0 && layers.length === 0
    ? null
    : {
        ...finding,
        layers,
        level: 'note',
        message: `${finding.message} This was measured with fresh weights in ${pretrainedNames(spec)}, in place of the pretrained ones.`,
      };
}

/** 'MobileNetV2', or several of them. */
export function pretrainedNames(spec: ModelSpec): string {
  return [...new Set(spec.pretrained.map((base) => base.application))].join(', ');
}
