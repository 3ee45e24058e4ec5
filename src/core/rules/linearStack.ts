import { plural } from '../format';
import { GraphIndex } from '../model/graphQueries';
import type { LayerSpec, ModelSpec } from '../model/spec';
import type { SourceRule } from './rule';

/** Layers that change nothing about a product of matrices. */
const transparent = /^(Dropout|Flatten|Reshape|Identity|ActivityRegularization)$/;
/** What a net that is nothing but Dense layers may hold beside them. */
const harmless = /^(InputLayer|Dense|Dropout|Flatten|Normalization|Rescaling)$/;

/** A Dense layer without activation, and the Dense layer that reads it. */
interface Joint {
  readonly layer: LayerSpec;
  readonly next: LayerSpec;
  /** Narrower than what goes in and what comes after: a bottleneck, meant so. */
  readonly bottleneck: boolean;
}

/**
 * W₂(W₁x + b₁) + b₂ is one affine map: Dense layers in a row without activation learn no more than one. Said where two such layers follow each
 * other, or where a net of Dense layers has no activation at all; one alone may be a projection, one that narrows is a bottleneck.
 */
export const linearStack: SourceRule = {
  kind: 'source',
  id: 'GD205',
  name: 'linear-stack',
  check(spec) {
    const joints = linearJoints(spec).filter((joint) => !joint.bottleneck);
    const hidden = new Set(joints.map(({ layer }) => layer));
    const runs = joints.filter(({ layer, next }) => hidden.has(next) || joints.some((j) => j.next === layer));
    const denseOnly = spec.layers.every((layer) => harmless.test(layer.className));
    const dense = spec.layers.filter((layer) => layer.className === 'Dense');
    const wholeNet = denseOnly && joints.length > 0 && joints.length === dense.length - 1;
    const found = wholeNet ? joints : runs;
    const [first] = found;
    if (!first) {
      return [];
    }
    return [
      {
        level: 'note',
        layers: found.map(({ layer }) => layer.id),
        argument: 'activation',
        title: wholeNet
          ? 'No hidden layer has an activation'
          : `${plural(found.length, 'Dense layer')} without activation in a row`,
        message:
          (wholeNet
            ? 'No hidden layer of this network has an activation, so it computes what a single Dense layer can. '
            : `${found.map(({ layer }) => layer.name).join(', ')} follow each other without activation and together are one matrix. `) +
          'Give the hidden layers one, relu for a start, or leave them out.',
        headline: 'Layers without activation add nothing to what this network can learn.',
        evidence: [
          {
            name: 'hidden Dense layers without activation',
            value: found.length,
            threshold: 1,
            unit: 'layers',
          },
        ],
      },
    ];
  },
};

function linearJoints(spec: ModelSpec): readonly Joint[] {
  const graph = GraphIndex.of(spec);
  return spec.layers.flatMap((layer): Joint[] => {
    const calls = graph.callsOf(layer);
    if (layer.className !== 'Dense' || layer.config['activation'] !== 'linear' || calls.length !== 1) {
      return [];
    }
    let [call] = calls;
    while (call) {
      const users = graph.users(call);
      const [user] = users;
      const next = user && graph.layerOf(user);
      if (
        !user ||
        !next ||
        users.length !== 1 ||
        spec.outputs.some((o) => call?.outputs.includes(o.tensor))
      ) {
        return [];
      }
      if (next.className === 'Dense') {
        const [rows = 0, width = 0] = layer.weights[0]?.shape ?? [];
        const after = next.weights[0]?.shape[1] ?? 0;
        return [{ layer, next, bottleneck: width < rows && width < after }];
      }
      if (!transparent.test(next.className)) {
        return [];
      }
      call = user;
    }
    return [];
  });
}
