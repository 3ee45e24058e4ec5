import { hasKernel } from '../model/graphQueries';
import { normalizationUnfrozen } from '../rules/normalizationUnfrozen';
import { pretrainedRate } from '../rules/pretrainedRate';
import { pretrainedTop } from '../rules/pretrainedTop';
import type { SourceRule } from '../rules/rule';
import type { PretrainedSpec } from '../model/spec';
import type { TextEdit } from '../text/range';
import { endOf } from '../text/range';
import { changeArguments } from './edits/argumentEdits';
import { changeOptimizer } from './edits/optimizerEdits';
import type { FixCandidate, FixContext, FixMaker } from './fix';

/** Of the rate for fresh layers: what trained layers bear. */
const fineTuning = { adaptive: '1e-5', plain: '1e-3' } as const;

const unverifiable =
  'not verified: the pretrained weights are not at hand, so the probe cannot tell what the change saves';

/** Freezing, a rate for fine-tuning, inference mode and the top of a pretrained base. No probe can confirm them without its weights. */
export const pretrainedFix: FixMaker = {
  name: 'pretrained',
  answers: ['GD601', 'GD603', 'GD606'],
  source: 'Keras guide “Transfer learning and fine-tuning”',
  propose(context) {
    const found = (rule: SourceRule): boolean =>
      context.findings.some((finding) => finding.id === rule.id) &&
      rule.check(context.spec, context.refused).length > 0;
    return context.spec.pretrained.flatMap((base, i) => {
      const suffix = i === 0 ? '' : `-${i + 1}`;
      const make = (
        id: string,
        title: string,
        answer: SourceRule,
        edits: readonly TextEdit[] | null,
      ): FixCandidate[] =>
        edits && found(answer)
          ? [{ id: id + suffix, title, answers: [answer.id], edits, priority: 3 + i, unverifiable }]
          : [];
      return [
        ...make(
          'freeze-base',
          `Freeze ${base.application} while the head learns`,
          pretrainedRate,
          freeze(context, base),
        ),
        ...(i === 0
          ? make('fine-tuning-rate', 'Use a learning rate for fine-tuning', pretrainedRate, fineTune(context))
          : []),
        ...make(
          'inference-mode',
          `Call ${base.application} with training=False`,
          normalizationUnfrozen,
          inferenceMode(context, base),
        ),
        ...make(
          'drop-top',
          `Build ${base.application} without its own classifier`,
          pretrainedTop,
          dropTop(context, base),
        ),
      ];
    });
  },
};

/** `base.trainable = False` behind the statement that builds the base; where it is frozen already there is nothing to do. */
function freeze({ spec, source, writer }: FixContext, base: PretrainedSpec): readonly TextEdit[] | null {
  const context = base.site?.context;
  const own = new Set(base.layers);
  const isTrained = spec.layers.some((layer) => own.has(layer.id) && layer.trainable && hasKernel(layer));
  if (context?.kind !== 'variable' || !base.site?.editable || !isTrained || base.frozenBefore) {
    return null;
  }
  // Flags that the program sets itself would undo a line in front of them.
  const flags = new RegExp(`\\b${context.target}\\.(trainable|layers)\\b|\\.trainable\\s*=`);
  if (source.cells.some((cell) => flags.test(cell.text))) {
    return null;
  }
  const line = `${writer.lineBreakOf(context.statement)}${writer.indentation(context.statement)}${context.target}.trainable = False`;
  return [{ range: endOf(context.statement), newText: line }];
}

function fineTune(context: FixContext): readonly TextEdit[] | null {
  const { optimizer } = context.spec.compile ?? {};
  const rate = optimizer?.config['learning_rate'];
  if (!optimizer || typeof rate !== 'number') {
    return null;
  }
  const wanted = /^(SGD|Adagrad|Adadelta|Ftrl)$/.test(optimizer.className)
    ? fineTuning.plain
    : fineTuning.adaptive;
  return rate <= Number(wanted)
    ? null
    : changeOptimizer(context, { className: null, set: { learning_rate: wanted } });
}

/** The one place where the base is called by its name. */
function inferenceMode({ source }: FixContext, base: PretrainedSpec): readonly TextEdit[] | null {
  const context = base.site?.context;
  if (context?.kind !== 'variable' || !/^\w+$/.test(context.target) || base.inferenceMode) {
    return null;
  }
  const pattern = new RegExp(`(?<![\\w.])${context.target}\\((\\w+)(?=\\))`, 'g');
  const calls = source.cells.flatMap((cell) =>
    [...cell.text.matchAll(pattern)].map((match) => ({ cell, end: match.index + match[0].length })),
  );
  const [call, ...others] = calls;
  return call && others.length === 0
    ? [{ range: source.rangeAt(call.cell.index, call.end, call.end), newText: ', training=False' }]
    : null;
}

function dropTop(
  { source, writer }: FixContext,
  { site, includeTop }: PretrainedSpec,
): readonly TextEdit[] | null {
  return site && includeTop
    ? changeArguments(source, site, {
        set: { include_top: 'False', pooling: writer.string('avg') },
        remove: ['classes', 'classifier_activation'],
      })
    : null;
}
