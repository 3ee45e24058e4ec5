import { plural } from '../format';
import { GraphIndex, isRecurrent } from '../model/graphQueries';
import type { LayerSpec } from '../model/spec';
import type { TextEdit } from '../text/range';
import { saturatingActivations } from '../theory/activations';
import { familyInitializer, familyTitle, type InitializerFamily } from '../theory/fittingInitializer';
import { type ActivationPlace, activationPlace } from './edits/activationSite';
import { changeArguments, setArgument } from './edits/argumentEdits';
import { mergeEdits } from './edits/mergeEdits';
import { sitesOf } from './edits/siteGroups';
import type { FixCandidate, FixContext, FixMaker } from './fix';

interface Choice {
  readonly activation: string;
  readonly family: InitializerFamily;
  readonly title: string;
  readonly priority: number;
  readonly source: string;
}

const relu: Choice = {
  activation: 'relu',
  family: 'he',
  title: 'ReLU',
  priority: 3,
  source: 'He et al. 2015',
};
const selu: Choice = {
  activation: 'selu',
  family: 'lecun',
  title: 'SELU',
  priority: 4,
  source: 'Klambauer et al. 2017',
};
const tanh: Choice = {
  activation: 'tanh',
  family: 'glorot',
  title: 'tanh',
  priority: 5,
  source: 'Glorot and Bengio 2010',
};
const leakyRelu: Choice = {
  activation: 'leaky_relu',
  family: 'he',
  title: 'leaky ReLU',
  priority: 3,
  source: 'Maas et al. 2013; He et al. 2015',
};
const elu: Choice = {
  activation: 'elu',
  family: 'he',
  title: 'ELU',
  priority: 4,
  source: 'Clevert et al. 2016; He et al. 2015',
};
const gelu: Choice = {
  activation: 'gelu',
  family: 'he',
  title: 'GELU',
  priority: 5,
  source: 'Hendrycks and Gimpel 2016; He et al. 2015',
};

/** Another activation with its initializer: one that does not saturate for sigmoid and tanh, one that cannot die for ReLU. */
export const activationFix: FixMaker = {
  name: 'activation',
  answers: [
    'GD101',
    'GD103',
    'GD104',
    'GD107',
    'GD108',
    'GD109',
    'GD111',
    'GD117',
    'GD115',
    'GD205',
    'GD208',
  ],
  source:
    'He et al. 2015; Maas et al. 2013 (leaky ReLU); Clevert et al. 2016 (ELU); Klambauer et al. 2017 (SELU)',
  propose(context) {
    const graph = GraphIndex.of(context.spec);
    const plain = context.hidden.filter((layer) => !isRecurrent(layer));
    const of = (test: (activation: string) => boolean): LayerSpec[] =>
      plain.filter((layer) => test(graph.effectiveActivation(layer)));
    const saturating = of((activation) => saturatingActivations.has(activation));
    const rectified = of((activation) => activation === 'relu' || activation === 'relu6');
    const exponential = of((activation) => activation === 'exponential' || activation === 'softmax');
    const isSigmoid = saturating.some((layer) => /sigmoid/.test(graph.effectiveActivation(layer)));
    const found = (...ids: string[]): boolean => context.findings.some((finding) => ids.includes(finding.id));
    // One group of layers at most: two candidates must not bear one id.
    if (saturating.length > 0) {
      const others = [isPlainDense(context) ? selu : elu, gelu];
      return changeTo(context, saturating, [
        relu,
        ...(isSigmoid ? [tanh] : []),
        // Beside ReLU layers these would be offered twice, for one group of layers after the other.
        ...(rectified.length > 0 ? [] : others),
      ]);
    }
    if (exponential.length > 0) {
      return changeTo(context, exponential, [relu, tanh]);
    }
    if (found('GD205')) {
      const linear = plain.filter((layer) => isLinearDense(graph, layer));
      const edits = linear.length > 0 ? linearEdits(context, linear) : null;
      return edits ? [{ ...candidateOf(relu, linear.length, edits), id: 'relu-in-linear-layers' }] : [];
    }
    return found('GD101', 'GD107') ? changeTo(context, rectified, [leakyRelu, elu, gelu]) : [];
  },
};

/** SELU normalizes itself in plain stacks of Dense layers only. */
function isPlainDense({ spec, hidden }: FixContext): boolean {
  const graph = GraphIndex.of(spec);
  return (
    hidden.every((layer) => layer.className === 'Dense' && !graph.isNormalized(layer)) &&
    !graph.hasSkips() &&
    !spec.layers.some((layer) => layer.className === 'Dropout')
  );
}

const isLinearDense = (graph: GraphIndex, layer: LayerSpec): boolean =>
  layer.className === 'Dense' && graph.effectiveActivation(layer) === 'linear';

/** ReLU and He initialization in layers that have no activation at all. */
function linearEdits(
  { spec, source, writer }: FixContext,
  layers: readonly LayerSpec[],
): readonly TextEdit[] | null {
  const edits = sitesOf(spec, layers)?.map(({ site }) =>
    changeArguments(source, site, {
      set: {
        activation: writer.string('relu'),
        kernel_initializer: writer.string('he_normal'),
      },
    }),
  );
  return edits?.every((edit) => edit !== null) ? mergeEdits(edits.flat()) : null;
}

const candidateOf = (choice: Choice, count: number, edits: readonly TextEdit[]): FixCandidate => ({
  id: `${choice.activation.replace('_', '-')}-${familyInitializer[choice.family].replace('_', '-')}`,
  title: `Use ${choice.title} with ${familyTitle[choice.family]} initialization in ${plural(count, 'layer')}`,
  answers: activationFix.answers,
  edits,
  priority: choice.priority,
  source: choice.source,
});

function changeTo(
  context: FixContext,
  layers: readonly LayerSpec[],
  choices: readonly Choice[],
): FixCandidate[] {
  return choices.flatMap((choice): FixCandidate[] => {
    const edits = activationEdits(context, layers, choice);
    return edits ? [candidateOf(choice, layers.length, edits)] : [];
  });
}

/** Activation and initializer of all these layers; null where one of them cannot be edited. */
export function activationEdits(
  context: FixContext,
  layers: readonly LayerSpec[],
  choice: Choice,
): readonly TextEdit[] | null {
  const { spec, source, writer } = context;
  const graph = GraphIndex.of(spec);
  const groups = sitesOf(spec, layers);
  if (!groups) {
    return null;
  }
  const places = [
    ...new Map(
      layers
        .map((layer) => activationPlace(graph, layer)?.site)
        .filter((site) => site !== undefined)
        .map((site) => [site.id, site]),
    ).values(),
  ];
  const edits: TextEdit[] = [];
  const done = new Set</* site id */ number>();
  for (const { site, layers: made } of groups) {
    const place = made[0] && activationPlace(graph, made[0]);
    const current = place?.site.arguments.find((argument) => argument.name === place.argument);
    if (!place || (place.argument && !current) || isSharedWithOthers(context, place, layers)) {
      return null;
    }
    const value = writer.string(
      choice.activation,
      current && /^['"]/.test(current.valueText) ? current.valueText : undefined,
    );
    const isNew = !done.has(place.site.id);
    done.add(place.site.id);
    if (isNew && !place.argument) {
      const written = writer.name('keras.layers.Activation', place.site);
      if (!written) {
        return null;
      }
      edits.push(...written.edits, { range: place.site.range, newText: `${written.text}(${value})` });
    }
    const activation =
      isNew && place.argument ? setArgument(source, place.site, 'activation', value, places) : null;
    // Glorot is Keras' default: it need not be written where nothing else is.
    const written = site.arguments.some((argument) => argument.name === 'kernel_initializer');
    const initializer =
      choice.family === 'glorot' && !written
        ? null
        : setArgument(
            source,
            site,
            'kernel_initializer',
            writer.string(familyInitializer[choice.family], value),
            groups.map((group) => group.site),
          );
    const both =
      place.site === site &&
      activation &&
      initializer &&
      isAppended(initializer) &&
      site.arguments.at(-1) === current;
    edits.push(
      ...(both
        ? [{ range: activation.range, newText: activation.newText + initializer.newText }]
        : [activation, initializer].filter((edit) => edit !== null)),
    );
  }
  return withoutRepeats(edits);
}

/** An import that several layers ask for is written once. */
const withoutRepeats = (edits: readonly TextEdit[]): readonly TextEdit[] => [
  ...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values(),
];

const isAppended = (edit: TextEdit): boolean =>
  edit.range.startLine === edit.range.endLine && edit.range.startColumn === edit.range.endColumn;

/** Whether the call that makes the activation makes that of another layer too, which must keep it. */
function isSharedWithOthers(
  { spec, hidden }: FixContext,
  place: ActivationPlace,
  chosen: readonly LayerSpec[],
): boolean {
  const graph = GraphIndex.of(spec);
  const users = spec.layers.filter((layer) => layer.site?.id === place.site.id);
  const ours = new Set(chosen.map((layer) => activationPlace(graph, layer)?.layer));
  return hidden.length > 0 && users.some((layer) => !ours.has(layer));
}
