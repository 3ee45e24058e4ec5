import type { SourceRule } from './rule';

/** So few images that edges and textures are better taken from a net that saw a million. */
const fewImages = 1500;

/** A small image network from scratch on few samples: the lower layers of a pretrained one can be reused (Yosinski et al. 2014). */
export const reusePretrained: SourceRule = {
  kind: 'source',
  id: 'GD607',
  name: 'reuse-pretrained-layers',
  check(spec) {
    const { samples } = spec.data;
    const convolutions = spec.layers.filter(
      (layer) => /^(Separable)?Conv2D$/.test(layer.className) && layer.trainable,
    );
    const shape = spec.tensors[spec.inputs[0]?.tensor ?? -1]?.shape ?? [];
    const [, height, width, channels] = shape;
    const photographs =
      spec.inputs.length === 1 &&
      shape.length === 4 &&
      channels === 3 &&
      Math.min(height ?? 0, width ?? 0) >= 32;
    const known = spec.pretrained.length === 0 && !spec.layers.some((layer) => layer.kind === 'opaque');
    // A list of one or two is a stand-in that a program is shown with.
    if (
      !photographs ||
      !known ||
      convolutions.length < 2 ||
      samples === null ||
      samples < 50 ||
      samples > fewImages
    ) {
      return [];
    }
    return [
      {
        level: 'note',
        layers: convolutions.map((layer) => layer.id),
        title: `${samples} images: reuse pretrained layers`,
        message:
          `${convolutions.length} convolutions learn from ${samples} images from scratch. The lower layers of a network trained on ImageNet know edges and textures already: ` +
          'base = keras.applications.MobileNetV2(include_top=False, pooling="avg", input_shape=…); base.trainable = False; then a small Dense head on top, with the preprocess_input of its module.',
        headline: 'So few images call for pretrained layers.',
        evidence: [{ name: 'training images', value: samples, threshold: fewImages, unit: '' }],
      },
    ];
  },
};
