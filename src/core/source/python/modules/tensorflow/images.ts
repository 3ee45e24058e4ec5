import { applyOperation } from '../../keras/operations';
import type { KerasSession } from '../../keras/session';
import { TensorValue } from '../../keras/tensorValue';
import type { Arguments } from '../../arguments';
import { type Value, builtin, int, intOf, list, sequenceOf, stringOf, unknown } from '../../values';
import { ArrayValue } from '../arrays/arrayValue';

type Size = number | null;
type ImageOperation = (shape: readonly Size[], args: Arguments) => readonly Size[] | null;

const pair = (value: Value | undefined): [Size, Size] => {
  const items = sequenceOf(value)?.map((item) => intOf(item) ?? null);
  const sizes = items?.length === 4 ? items.slice(1, 3) : items;
  const one = intOf(value) ?? null;
  return [sizes?.[0] ?? one, sizes?.[1] ?? one];
};

/** Sizes of height and width changed, with a batch in front or not. */
const resized = (shape: readonly Size[], [height, width]: readonly [Size, Size]): readonly Size[] => [
  ...shape.slice(0, -3),
  height,
  width,
  shape.at(-1) ?? null,
];

const patches: ImageOperation = (shape, args) => {
  const [height, width] = pair(args.get(1, 'sizes', 'size'));
  const strides = args.get(2, 'strides');
  const [down, across] = strides && strides.kind !== 'none' ? pair(strides) : [height, width];
  const padding = stringOf(args.keyword('padding'))?.toLowerCase() ?? 'valid';
  const count = (size: Size, window: Size, step: Size): Size =>
    size === null || window === null || step === null
      ? null
      : padding === 'same'
        ? Math.ceil(size / step)
        : Math.floor((size - window) / step) + 1;
  const [batch, rows, columns, channels] = shape.length === 4 ? shape : [null, ...shape];
  const depth =
    height === null || width === null || channels === null ? null : height * width * (channels ?? 1);
  return [batch ?? null, count(rows ?? null, height, down), count(columns ?? null, width, across), depth];
};

const depthToSpace: ImageOperation = (shape, args) => {
  const block = intOf(args.get(1, 'block_size')) ?? 1;
  const [batch = null, height = null, width = null, channels = null] = shape;
  return [
    batch,
    height === null ? null : height * block,
    width === null ? null : width * block,
    channels === null ? null : channels / block ** 2,
  ];
};

const spaceToDepth: ImageOperation = (shape, args) => {
  const block = intOf(args.get(1, 'block_size')) ?? 1;
  const [batch = null, height = null, width = null, channels = null] = shape;
  return [
    batch,
    height === null ? null : height / block,
    width === null ? null : width / block,
    channels === null ? null : channels * block ** 2,
  ];
};

const same: ImageOperation = (shape) => shape;

/** Output shapes of image functions of tf.image, tf.nn and keras.ops.image. */
const operations: Readonly<Record<string, ImageOperation>> = {
  resize: (shape, args) => resized(shape, pair(args.get(1, 'size'))),
  resize_with_pad: (shape, args) =>
    resized(shape, [intOf(args.get(1, 'target_height')) ?? null, intOf(args.get(2, 'target_width')) ?? null]),
  resize_with_crop_or_pad: (shape, args) =>
    resized(shape, [intOf(args.get(1, 'target_height')) ?? null, intOf(args.get(2, 'target_width')) ?? null]),
  extract_patches: patches,
  depth_to_space: depthToSpace,
  space_to_depth: spaceToDepth,
  grayscale_to_rgb: (shape) => [...shape.slice(0, -1), 3],
  rgb_to_grayscale: (shape) => [...shape.slice(0, -1), 1],
  convert_image_dtype: same,
  per_image_standardization: same,
  flip_left_right: same,
  random_flip_left_right: same,
  random_flip_up_down: same,
  random_brightness: same,
  random_contrast: same,
  random_saturation: same,
  random_hue: same,
  adjust_brightness: same,
  adjust_contrast: same,
  random_crop: (_shape, args) => sequenceOf(args.get(1, 'size'))?.map((size) => intOf(size) ?? null) ?? null,
};

/** An image function on symbolic tensors (an opaque step of known shape) or on arrays. */
export function imageOperation(name: string, session: KerasSession): Value | undefined {
  const operation = operations[name];
  if (!operation) {
    return undefined;
  }
  return builtin(`tensorflow.image.${name}`, (_vm, args) => {
    const image = args.get(0, 'images', 'image', 'input', 'x');
    if (image instanceof TensorValue) {
      const shape = operation(image.tensor.shape, args);
      return shape ? reshapedTensor(session, image, shape, name) : unknown(`tf.image.${name}`, args.node);
    }
    if (image instanceof ArrayValue) {
      return image.reshaped(image.shape ? operation(image.shape, args) : null);
    }
    return name === 'resize'
      ? new ArrayValue([...pair(args.get(1, 'size')), null])
      : unknown(`tf.image.${name}`, args.node);
  });
}

/** As a reshape: exact for space and depth and for patches, else a layer whose inside is not known. */
function reshapedTensor(
  session: KerasSession,
  image: TensorValue,
  shape: readonly Size[],
  name: string,
): Value {
  const product = (sizes: readonly Size[]): Size =>
    sizes.slice(1).reduce<Size>((n, size) => (n === null || size === null ? null : n * size), 1);
  const before = product(image.tensor.shape);
  if (shape.every((size, i) => size === image.tensor.shape[i])) {
    return image;
  }
  if (before !== null && before === product(shape)) {
    const sizes = shape.map((size) => int(size ?? -1));
    return applyOperation(session, 'reshape', { x: image, newshape: list(sizes) });
  }
  const opaque = session.graph.createOpaque(
    name,
    {},
    { site: session.sites.expressionSite(session.currentCall()) },
  );
  const node = session.graph.callOpaque(opaque, { inputs: [image.tensor] }, {}, [
    { shape, dtype: image.tensor.dtype },
  ]);
  const [output] = node.outputs;
  return output ? new TensorValue(output, session) : image;
}
