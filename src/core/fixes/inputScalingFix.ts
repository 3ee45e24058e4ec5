import type { LayerSpec } from '../model/spec';
import { unscaledInputs } from '../rules/inputScale';
import type { TextEdit } from '../text/range';
import { insertBefore } from './edits/layerEdits';
import type { FixCandidate, FixContext, FixMaker } from './fix';

/** Arguments by which a first layer tells the input's shape; the layer that comes before it has to say it then. */
const shapeArguments = new Set(['input_shape', 'batch_input_shape', 'input_dim']);

/** Scales the inputs where they enter: `Rescaling(1.0 / 255)` for pixels, else a first Batch Normalization, which learns mean and variance. */
export const inputScalingFix: FixMaker = {
  name: 'input-scaling',
  answers: ['GD204', 'GD101', 'GD103', 'GD105', 'GD106', 'GD108', 'GD110', 'GD111', 'GD117'],
  source: 'LeCun et al. 1998, “Efficient BackProp”, section 4.3',
  propose(context) {
    const inputs = unscaledInputs(context.spec);
    const [input] = inputs;
    const [reader] = input?.readers ?? [];
    if (inputs.length !== 1 || !input || !reader || input.readers.length !== 1) {
      return [];
    }
    const pixels = input.data.kind === 'pixels' && (input.data.max ?? 0) > 1;
    return [
      ...(pixels
        ? candidate(
            context,
            reader,
            'Rescaling',
            ['1.0 / 255'],
            'Scale the pixels to 0…1 with a Rescaling layer',
            1,
          )
        : []),
      ...candidate(
        context,
        reader,
        'BatchNormalization',
        [],
        'Normalize the inputs with a first Batch Normalization',
        2,
      ),
    ];
  },
};

function candidate(
  context: FixContext,
  reader: LayerSpec,
  className: string,
  args: readonly string[],
  title: string,
  priority: number,
): FixCandidate[] {
  const edits = scalingEdits(context, reader, className, args);
  const id = className === 'Rescaling' ? 'rescaling' : 'batch-normalization-first';
  return edits ? [{ id, title, answers: inputScalingFix.answers, edits, priority }] : [];
}

function scalingEdits(
  { source, writer }: FixContext,
  reader: LayerSpec,
  className: string,
  args: readonly string[],
): readonly TextEdit[] | null {
  const { site } = reader;
  const written = site && writer.name(`keras.layers.${className}`, site);
  if (!site || !written) {
    return null;
  }
  const shape = site.arguments.find(
    (argument) => argument.keyword !== null && shapeArguments.has(argument.keyword),
  );
  const shapeText =
    shape?.keyword === 'input_dim' ? `input_shape=(${shape.valueText},)` : shape && source.slice(shape.range);
  const layer = `${written.text}(${[...args, ...(shapeText ? [shapeText] : [])].join(', ')})`;
  const inserted = insertBefore(source, writer, site, layer);
  return inserted && [...written.edits, ...inserted];
}
