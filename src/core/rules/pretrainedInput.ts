import { formatNumber } from '../format';
import { GraphIndex, inputsOf } from '../model/graphQueries';
import type { ModelSpec, PretrainedSpec } from '../model/spec';
import type { Level, RuleFinding, SourceRule } from './rule';

/** What a family's `preprocess_input` makes of pixels (keras/src/applications/imagenet_utils.py): 'raw' families scale inside. */
type Preprocessing = 'raw' | 'tf' | 'torch' | 'caffe';

const families: readonly (readonly [pattern: RegExp, mode: Preprocessing])[] = [
  [/^EfficientNetB/, 'raw'],
  [/^(EfficientNetV2|ConvNeXt|MobileNetV3)/, 'raw'],
  [/^(Xception|Inception|MobileNet|NASNet|ResNet\d+V2)/, 'tf'],
  [/^DenseNet/, 'torch'],
  [/^(VGG|ResNet)/, 'caffe'],
];

const expected: Readonly<Record<Preprocessing, string>> = {
  raw: '0 … 255, which it scales inside',
  tf: '-1 … 1',
  torch: 'about -2.1 … 2.6',
  caffe: 'about -124 … 151, the mean of each colour taken off',
};

/** Layers that leave the range of pixels alone. */
const neutral = /^(Random\w+|Resizing|CenterCrop|ZeroPadding2D|Identity|Dropout)$/;

/**
 * The range of pixels that reaches a pretrained base against the one it was trained on. Said only where the whole way from the data is known and
 * `preprocess_input` is nowhere named.
 */
export const pretrainedInput: SourceRule = {
  kind: 'source',
  id: 'GD605',
  name: 'pretrained-input',
  check(spec) {
    return spec.usage.preprocessesInput
      ? []
      : spec.pretrained.flatMap((base): RuleFinding[] => {
          const mode = families.find(([pattern]) => pattern.test(base.application))?.[1];
          const range = pixelsBefore(base, spec);
          // Without scaling of its own such a model takes what its owner likes.
          const ownScaling = mode === 'raw' && !base.scalesInside && !/^EfficientNetB/.test(base.application);
          const level = mode && range && !ownScaling ? judge(mode, base.application, range) : null;
          if (!mode || !range || !level) {
            return [];
          }
          const [low, high] = range;
          return [
            {
              level,
              layers: [],
              ...(base.site ? { range: base.site.range } : {}),
              title: `${base.application} receives pixels from ${formatNumber(low)} to ${formatNumber(high)}`,
              message: `${base.application} learned from pixels of ${expected[mode]}, but here they reach it from ${formatNumber(low)} to ${formatNumber(high)}: its features are worth little then. ${mode === 'raw' ? 'Give it the pixels as they are.' : 'Use the preprocess_input of its module.'}`,
              headline: `${base.application} does not receive the pixels that it was trained on.`,
              evidence: [
                { name: 'smallest pixel', value: low, threshold: null, unit: '' },
                { name: 'largest pixel', value: high, threshold: expected[mode], unit: '' },
              ],
            },
          ];
        });
  },
};

/** How bad a range is for a family; null where it is right or near enough. */
function judge(mode: Preprocessing, name: string, [low, high]: readonly [number, number]): Level | null {
  const raw = high > 16;
  const unit = high <= 1.5;
  switch (mode) {
    case 'raw':
      return unit ? 'warn' : null;
    case 'tf':
      return raw ? 'warn' : low >= 0 ? 'note' : null;
    case 'torch':
      return raw ? 'warn' : null;
    case 'caffe':
      // VGG has no normalization: small pixels give small features, but the same ones.
      return unit ? (name.startsWith('VGG') ? 'note' : 'warn') : low >= 0 ? 'note' : null;
  }
}

/** Smallest and largest pixel where they enter the base; null where that cannot be followed. */
function pixelsBefore(base: PretrainedSpec, spec: ModelSpec): readonly [number, number] | null {
  const graph = GraphIndex.of(spec);
  const own = new Set(base.layers);
  const entries = spec.calls
    .filter((call) => own.has(call.layer))
    .flatMap(inputsOf)
    .filter((tensor) => !own.has(graph.producer(tensor)?.layer ?? ''));
  let tensor = entries[0];
  if (tensor === undefined || entries.some((entry) => entry !== tensor)) {
    return null;
  }
  // y = scale · x + offset, collected on the way back to the data.
  let [scale, offset] = [1, 0];
  for (let call = graph.producer(tensor); call; call = graph.producer(tensor)) {
    const layer = graph.layerOf(call);
    const before = inputsOf(call);
    const [next] = before;
    if (!layer || next === undefined || before.length !== 1) {
      return null;
    }
    if (layer.className === 'Rescaling') {
      const { scale: by, offset: plus } = layer.config;
      if (typeof by !== 'number' || typeof plus !== 'number') {
        return null;
      }
      [scale, offset] = [scale * by, scale * plus + offset];
    } else if (!neutral.test(layer.className)) {
      return null;
    }
    tensor = next;
  }
  const data = spec.data.inputs[spec.inputs.findIndex((input) => input.tensor === tensor)];
  if (data?.kind !== 'pixels' || data.max === null) {
    return null;
  }
  return [(data.min ?? 0) * scale + offset, data.max * scale + offset];
}
