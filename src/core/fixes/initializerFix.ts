import { plural } from '../format';
import { GraphIndex, isRecurrent, kernelInitializer } from '../model/graphQueries';
import type { LayerSpec } from '../model/spec';
import type { TextEdit } from '../text/range';
import {
  familyInitializer,
  familyTitle,
  fittingInitializer,
  type InitializerFamily,
} from '../theory/fittingInitializer';
import { setArgument } from './edits/argumentEdits';
import { mergeEdits } from './edits/mergeEdits';
import { sitesOf } from './edits/siteGroups';
import type { FixContext, FixMaker } from './fix';

const membersOf: Readonly<Record<InitializerFamily, RegExp>> = {
  he: /^He/,
  glorot: /^Glorot/,
  lecun: /^Lecun/,
};

const sources: Readonly<Record<InitializerFamily, string>> = {
  he: 'He et al. 2015',
  glorot: 'Glorot and Bengio 2010',
  lecun: 'Klambauer et al. 2017; LeCun et al. 1998',
};

/** He for ReLU and its kin, Glorot for tanh and sigmoid, LeCun for SELU (He et al. 2015; Glorot and Bengio 2010; Klambauer et al. 2017). */
export const initializerFix: FixMaker = {
  name: 'initializer',
  answers: [
    'GD101',
    'GD102',
    'GD103',
    'GD104',
    'GD107',
    'GD109',
    'GD110',
    'GD111',
    'GD117',
    'GD201',
    'GD202',
    'GD203',
    'GD115',
  ],
  source: 'He et al. 2015; Glorot and Bengio 2010; Klambauer et al. 2017',
  propose(context) {
    const misfits = misfittingLayers(context);
    const edits = initializerEdits(context, misfits);
    if (!edits) {
      return [];
    }
    const families = new Set(misfits.map(({ family }) => family));
    const [family] = families;
    const one = families.size === 1 && family !== undefined;
    return [
      {
        id: one ? familyInitializer[family].replace('_', '-') : 'fitting-initializers',
        title: one
          ? `Use ${familyTitle[family]} initialization in ${plural(misfits.length, 'layer')}`
          : `Use the initializer that fits in ${plural(misfits.length, 'layer')}`,
        answers: initializerFix.answers,
        ...(one ? { source: sources[family] } : {}),
        edits,
        priority: 1,
      },
    ];
  },
};

export interface Misfit {
  readonly layer: LayerSpec;
  readonly family: InitializerFamily;
}

/** Hidden layers whose kernel initializer is not of the family that their activation wants. */
export function misfittingLayers({ spec, hidden }: FixContext): readonly Misfit[] {
  const graph = GraphIndex.of(spec);
  return hidden.flatMap((layer): Misfit[] => {
    const family = fittingInitializer(graph.effectiveActivation(layer));
    const initializer = kernelInitializer(layer);
    return !isRecurrent(layer) && family && initializer && !membersOf[family].test(initializer.class_name)
      ? [{ layer, family }]
      : [];
  });
}

/** Sets the family's usual member in each layer's call. Null where there is nothing to do or a call cannot be edited. */
export function initializerEdits(
  { spec, source, writer }: FixContext,
  misfits: readonly Misfit[],
): readonly TextEdit[] | null {
  const groups = sitesOf(
    spec,
    misfits.map(({ layer }) => layer),
  );
  const families = new Map(misfits.map(({ layer, family }) => [layer, family]));
  const one = new Set(families.values()).size === 1;
  const edits = groups?.map(({ site, layers }) => {
    const wanted = new Set(layers.map((layer) => families.get(layer)));
    const [family] = wanted;
    const argument =
      layers[0]?.config['kernel_initializer'] === undefined ? 'depthwise_initializer' : 'kernel_initializer';
    const like = site.arguments.find((a) => /^['"]/.test(a.valueText))?.valueText;
    return wanted.size === 1 && family
      ? setArgument(
          source,
          site,
          argument,
          writer.string(familyInitializer[family], like),
          one ? groups.map((group) => group.site) : [site],
        )
      : null;
  });
  return edits?.every((edit) => edit !== null) ? mergeEdits(edits) : null;
}
