import { classNumberLosses } from '../model/catalogue/losses';
import { labelForm, targetOf } from '../rules/labelForm';
import { outputHeads, type OutputHead } from '../rules/outputLoss';
import { regressionLosses } from '../rules/regressionLossForClasses';
import type { FixCandidate, FixContext, FixMaker } from './fix';
import { setActivation, setLoss } from './outputFix';

/** The loss that fits the form of the labels, cross-entropy for classes, and no activation where targets leave its range. */
export const lossFormFix: FixMaker = {
  name: 'loss-form',
  answers: ['GD302', 'GD303', 'GD304'],
  source: 'Keras documentation, “Probabilistic losses”; Goodfellow et al. 2016, section 6.2.2',
  propose(context) {
    const [head, ...others] = outputHeads(context.spec);
    return head && others.length === 0 ? proposalsFor(context, head) : [];
  },
};

const titles: Readonly<Record<string, string>> = {
  binary_crossentropy: 'Use binary cross-entropy',
  categorical_crossentropy: 'Use categorical cross-entropy',
  sparse_categorical_crossentropy: 'Use sparse categorical cross-entropy',
};

function proposalsFor(context: FixContext, head: OutputHead): FixCandidate[] {
  const { spec } = context;
  const found = (id: string): boolean => context.findings.some((finding) => finding.id === id);
  const target = targetOf(spec, head.index);
  const output = spec.tensors[spec.outputs[head.index]?.tensor ?? -1]?.shape;
  const form = target && output ? labelForm(target, output) : null;
  const isRegression = regressionLosses.has(head.loss.className);
  const classLoss =
    head.activation === 'sigmoid'
      ? 'binary_crossentropy'
      : form === 'numbers'
        ? 'sparse_categorical_crossentropy'
        : form === 'one-hot'
          ? 'categorical_crossentropy'
          : null;
  const wrongForm = form !== null && !isRegression && /Categorical/.test(head.loss.className);
  const sparse = classNumberLosses.has(head.loss.className);
  if (
    classLoss &&
    ((found('GD302') && wrongForm && sparse !== (form === 'numbers')) || (found('GD303') && isRegression))
  ) {
    const edit = setLoss(context, classLoss);
    return edit
      ? [
          {
            id: classLoss.replaceAll('_', '-'),
            title: titles[classLoss] ?? classLoss,
            answers: ['GD302', 'GD303'],
            edits: [edit],
            priority: 1,
          },
        ]
      : [];
  }
  if (found('GD304') && isRegression && target?.kind === 'real' && head.activation !== 'linear') {
    const edit = setActivation(context, head, 'linear');
    return edit
      ? [
          {
            id: 'linear-output',
            title: 'Give the output no activation',
            answers: ['GD304'],
            edits: [edit],
            priority: 1,
          },
        ]
      : [];
  }
  return [];
}
