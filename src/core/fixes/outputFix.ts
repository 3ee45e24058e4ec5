import { outputHeads, type OutputHead } from '../rules/outputLoss';
import type { TextEdit } from '../text/range';
import { setArgument } from './edits/argumentEdits';
import type { FixCandidate, FixContext, FixMaker } from './fix';

/** The output activation and the loss that fit each other (Keras guide, "Probabilistic losses"). */
export const outputFix: FixMaker = {
  name: 'output',
  answers: ['GD301'],
  propose(context) {
    return outputHeads(context.spec).flatMap((head) => proposalsFor(context, head));
  },
};

function proposalsFor(context: FixContext, head: OutputHead): FixCandidate[] {
  const { activation, units } = head;
  const single = units === 1;
  const binary = /^Binary/.test(head.loss.className);
  const candidates: (FixCandidate | null)[] = [];
  const pair = (
    id: string,
    title: string,
    priority: number,
    edits: readonly (TextEdit | null)[],
  ): FixCandidate | null =>
    edits.every((edit) => edit !== null) ? { id, title, answers: outputFix.answers, edits, priority } : null;
  if (single && !(activation === 'sigmoid' && binary)) {
    const needed = [
      ...(activation === 'sigmoid' ? [] : [setActivation(context, head, 'sigmoid')]),
      ...(binary && head.loss.config['from_logits'] !== true
        ? []
        : [setLoss(context, 'binary_crossentropy')]),
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
  } else if (!single && activation !== 'softmax') {
    candidates.push(
      pair('softmax-output', 'Give the output a softmax', 1, [setActivation(context, head, 'softmax')]),
    );
  }
  return candidates.filter((candidate) => candidate !== null);
}

function setActivation(
  { source, writer }: FixContext,
  head: OutputHead,
  activation: string,
): TextEdit | null {
  // A wrapper's own call has no activation: the layer inside it has.
  const { site, className } = head.activationLayer;
  if (className === 'TimeDistributed') {
    return null;
  }
  return (
    site &&
    setArgument(
      source,
      site,
      'activation',
      writer.string(activation, site.arguments.find((a) => a.name === 'activation')?.valueText),
    )
  );
}

function setLoss({ spec, source, writer }: FixContext, loss: string): TextEdit | null {
  const site = spec.compile?.site;
  const present = site?.arguments.find((argument) => argument.name === 'loss');
  return site && spec.outputs.length === 1
    ? setArgument(source, site, 'loss', writer.string(loss, present?.valueText))
    : null;
}
