import { outputHeads, type OutputHead } from '../rules/outputLoss';
import type { TargetData } from '../model/spec';
import type { TextEdit } from '../text/range';
import { argumentOf, removeArgument, setArgument } from './edits/argumentEdits';
import { mergeEdits } from './edits/mergeEdits';
import type { FixCandidate, FixContext, FixMaker } from './fix';

/** The output's activation and size and the loss that fit one another. */
export const outputFix: FixMaker = {
  name: 'output',
  answers: ['GD301', 'GD305'],
  source: 'Keras documentation, “Probabilistic losses”',
  propose(context) {
    const heads = outputHeads(context.spec);
    return heads.flatMap((head, i) =>
      proposalsFor(context, head).map((candidate) => ({
        ...candidate,
        id: i === 0 ? candidate.id : `${candidate.id}-${i + 1}`,
      })),
    );
  },
};

const categorical = /^(Sparse)?Categorical/;

type Edits = readonly (TextEdit | null)[];

function proposalsFor(context: FixContext, head: OutputHead): FixCandidate[] {
  const { activation, units, loss } = head;
  const single = units === 1;
  const binary = /^Binary/.test(loss.className);
  const fromLogits = loss.config['from_logits'] === true;
  const classes = classesOf(context, head);
  const candidates: (FixCandidate | null)[] = [];
  const pair = (id: string, title: string, priority: number, edits: Edits): FixCandidate | null =>
    edits.every((edit) => edit !== null)
      ? { id, title, answers: outputFix.answers, edits: mergeEdits(edits), priority }
      : null;
  // 1. A unit for each class, where the code tells how many there are.
  const fewUnits = units !== null && classes !== null && classes > 2 && units < classes;
  if (fewUnits && (categorical.test(loss.className) || single)) {
    candidates.push(
      pair('output-units', `Give the output ${classes} units, one for each class`, 1, [
        setUnits(context, head, classes),
        ...(activation === 'softmax' || fromLogits ? [] : [setActivation(context, head, 'softmax')]),
        ...(categorical.test(loss.className) ? [] : [setLoss(context, 'sparse_categorical_crossentropy')]),
      ]),
    );
    return candidates.filter((candidate) => candidate !== null);
  }
  if (single && !(activation === 'sigmoid' && binary)) {
    const needed = [
      ...(activation === 'sigmoid' ? [] : [setActivation(context, head, 'sigmoid')]),
      ...(binary && !fromLogits ? [] : [setLoss(context, 'binary_crossentropy')]),
    ];
    candidates.push(pair('sigmoid-binary-crossentropy', 'Use sigmoid with binary cross-entropy', 1, needed));
  } else if (binary) {
    candidates.push(
      activation === 'softmax'
        ? pair('categorical-crossentropy', 'Use categorical cross-entropy', 1, [
            setLoss(context, 'categorical_crossentropy'),
          ])
        : activation === 'sigmoid'
          ? null
          : pair('sigmoid-output', 'Give the output a sigmoid', 1, [setActivation(context, head, 'sigmoid')]),
    );
  } else if (!single && activation !== 'softmax' && categorical.test(loss.className)) {
    candidates.push(
      pair('softmax-output', 'Give the output a softmax', 1, [setActivation(context, head, 'softmax')]),
    );
  }
  // 2. What the output gives, told to the loss.
  const isProbability = activation === 'softmax' || activation === 'sigmoid';
  if (
    activation === 'linear' &&
    !fromLogits &&
    (binary || categorical.test(loss.className)) &&
    !(single && !binary)
  ) {
    const edits = setFromLogits(context, head);
    candidates.push(edits && pair('from-logits', 'Tell the loss from_logits=True', 2, edits));
  } else if (isProbability && fromLogits) {
    candidates.push(
      pair('from-probabilities', 'Tell the loss that it receives probabilities', 2, [
        dropFromLogits(context),
      ]),
    );
  }
  return candidates.filter((candidate) => candidate !== null);
}

function classesOf({ spec }: FixContext, head: OutputHead): number | null {
  const target: TargetData | undefined = spec.data.targets[head.index];
  return spec.data.targets.length === spec.outputs.length && target?.kind === 'classes'
    ? target.classes
    : null;
}

function setUnits({ source }: FixContext, { kernelLayer }: OutputHead, units: number): TextEdit | null {
  const site = kernelLayer?.className === 'Dense' ? kernelLayer.site : null;
  return site && setArgument(source, site, 'units', String(units));
}

export function setActivation(
  { source, writer }: FixContext,
  head: OutputHead,
  activation: string,
): TextEdit | null {
  // A wrapper's own call has no activation: the layer inside it has; nor has a layer that is an activation by its class.
  const { site, config, kind } = head.activationLayer;
  if (kind !== 'layer' || typeof config['activation'] !== 'string') {
    return null;
  }
  return (
    site &&
    setArgument(
      source,
      site,
      'activation',
      writer.string(activation, argumentOf(site, 'activation')?.valueText),
    )
  );
}

export function setLoss({ spec, source, writer }: FixContext, loss: string): TextEdit | null {
  const site = spec.compile?.site;
  return site && spec.outputs.length === 1
    ? setArgument(source, site, 'loss', writer.string(loss, argumentOf(site, 'loss')?.valueText))
    : null;
}

/** A loss named by a string becomes a constructor; one that is constructed gets the argument. */
function setFromLogits({ spec, source, writer }: FixContext, head: OutputHead): readonly TextEdit[] | null {
  const site = spec.compile?.site;
  const written = site && argumentOf(site, 'loss');
  if (!site || !written || spec.outputs.length !== 1) {
    return null;
  }
  if (written.call) {
    const edit = setArgument(source, written.call, 'from_logits', 'True');
    return edit && [edit];
  }
  const name = /^['"]/.test(written.valueText) ? writer.name(`keras.losses.${head.loss.className}`) : null;
  const edit = name && setArgument(source, site, 'loss', `${name.text}(from_logits=True)`);
  return edit && [...name.edits, edit];
}

function dropFromLogits({ spec, source }: FixContext): TextEdit | null {
  const call = spec.compile?.site && argumentOf(spec.compile.site, 'loss')?.call;
  const argument = call && argumentOf(call, 'from_logits');
  return call && argument ? removeArgument(source, call, argument) : null;
}
