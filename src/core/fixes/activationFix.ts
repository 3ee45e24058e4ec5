import { plural } from '../format';
import { GraphIndex, isRecurrent } from '../model/graphQueries';
import type { LayerSpec } from '../model/spec';
import type { TextEdit } from '../text/range';
import { saturatingActivations } from '../theory/activations';
import { familyInitializer, familyTitle, type InitializerFamily } from '../theory/fittingInitializer';
import { activationPlace } from './edits/activationSite';
import { setArgument } from './edits/argumentEdits';
import { sitesOf } from './edits/siteGroups';
import type { FixCandidate, FixContext, FixMaker } from './fix';

interface Choice {
  readonly activation: string;
  readonly family: InitializerFamily;
  readonly title: string;
  readonly priority: number;
}

const relu: Choice = { activation: 'relu', family: 'he', title: 'ReLU', priority: 3 };
const selu: Choice = { activation: 'selu', family: 'lecun', title: 'SELU', priority: 4 };
const tanh: Choice = { activation: 'tanh', family: 'glorot', title: 'tanh', priority: 5 };
const leakyRelu: Choice = { activation: 'leaky_relu', family: 'he', title: 'leaky ReLU', priority: 3 };
const elu: Choice = { activation: 'elu', family: 'he', title: 'ELU', priority: 4 };

/** Another activation with its initializer: one that does not saturate for sigmoid and tanh, one that cannot die for ReLU. */
export const activationFix: FixMaker = {
  name: 'activation',
  answers: ['GD101', 'GD103', 'GD104', 'GD107', 'GD108', 'GD109', 'GD111'],
  propose(context) {
    const graph = GraphIndex.of(context.spec);
    const plain = context.hidden.filter((layer) => !isRecurrent(layer));
    const of = (test: (activation: string) => boolean): LayerSpec[] =>
      plain.filter((layer) => test(graph.effectiveActivation(layer)));
    const saturating = of((activation) => saturatingActivations.has(activation));
    const rectified = of((activation) => activation === 'relu' || activation === 'relu6');
    const exponential = of((activation) => activation === 'exponential' || activation === 'softmax');
    const isSigmoid = saturating.some((layer) => /sigmoid/.test(graph.effectiveActivation(layer)));
    return [
      ...changeTo(context, saturating, [
        relu,
        ...(isPlainDense(context) ? [selu] : [elu]),
        ...(isSigmoid ? [tanh] : []),
      ]),
      ...changeTo(context, exponential, [relu, tanh]),
      ...(context.findings.some((finding) => ['GD107', 'GD101'].includes(finding.id))
        ? changeTo(context, rectified, [leakyRelu, elu])
        : []),
    ];
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

function changeTo(
  context: FixContext,
  layers: readonly LayerSpec[],
  choices: readonly Choice[],
): FixCandidate[] {
  return choices.flatMap((choice): FixCandidate[] => {
    const edits = activationEdits(context, layers, choice);
    return edits
      ? [
          {
            id: `${choice.activation.replace('_', '-')}-${familyInitializer[choice.family].replace('_', '-')}`,
            title: `Use ${choice.title} with ${familyTitle[choice.family]} initialization in ${plural(layers.length, 'layer')}`,
            answers: activationFix.answers,
            edits,
            priority: choice.priority,
          },
        ]
      : [];
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
  const edits: TextEdit[] = [];
  const done = new Set</* site id */ number>();
  for (const { site, layers: made } of groups) {
    const place = made[0] && activationPlace(graph, made[0]);
    const current = place?.site.arguments.find((argument) => argument.name === place.argument);
    if (!place || !current) {
      return null;
    }
    const value = writer.string(
      choice.activation,
      /^['"]/.test(current.valueText) ? current.valueText : undefined,
    );
    const activation = done.has(place.site.id) ? null : setArgument(source, place.site, 'activation', value);
    done.add(place.site.id);
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
          );
    const both =
      place.site === site &&
      activation &&
      initializer &&
      isAppended(initializer) &&
      activationIsLast(site, current);
    edits.push(
      ...(both
        ? [{ range: activation.range, newText: activation.newText + initializer.newText }]
        : [activation, initializer].filter((edit) => edit !== null)),
    );
  }
  return edits;
}

const isAppended = (edit: TextEdit): boolean =>
  edit.range.startLine === edit.range.endLine && edit.range.startColumn === edit.range.endColumn;
const activationIsLast = (site: { arguments: readonly unknown[] }, argument: unknown): boolean =>
  site.arguments.at(-1) === argument;
