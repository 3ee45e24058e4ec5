import type { RulePage } from '../rulePages';

/** GD6xx: layers that were trained before. */
export const pretrainedPages: readonly RulePage[] = [
  {
    id: 'GD601',
    name: 'pretrained-rate-too-high',
    title: 'Pretrained layers trained at a rate for fresh ones',
    means: 'A whole pretrained base is trainable, at the rate at which new layers are trained.',
    measured:
      'From the source: most kernels of a base with loaded weights are trainable and the rate is 0.001 or more with Adam and its kin, 0.05 or more with SGD (with momentum counted in).',
    hurts:
      'The new head starts at random and sends large gradients down: in the first hundred steps they overwrite what the base had learned.',
    remedies:
      'First train the head with base.trainable = False; then unfreeze and compile again with a hundredth of the rate (1e-5).',
    ignore: 'With a lot of data, where the base is only a start.',
    source: 'Keras guide “Transfer learning and fine-tuning”; Yosinski et al. 2014.',
  },
  {
    id: 'GD602',
    name: 'nothing-to-train',
    title: 'Everything is frozen',
    means: 'The model is trained, but none of its weights is trainable.',
    measured: 'From the source: the flags of all layers and models when training starts.',
    hurts: 'The loss stays what it is.',
    remedies: 'Freeze the base only, not the layers on top, and compile again.',
    ignore: 'When a callback unfreezes layers.',
    source: 'Keras guide “Transfer learning and fine-tuning”.',
  },
  {
    id: 'GD603',
    name: 'normalization-unfrozen',
    title: 'Batch Normalization of the base starts to learn again',
    means:
      'A frozen base is unfrozen, and its Batch Normalization layers go over to the statistics of the new batches.',
    measured:
      'From the source: the base was frozen when it was compiled first, is trainable now, holds Batch Normalization, and is called without training=False. A frozen layer needs nothing: it runs in inference mode by itself.',
    hurts:
      'The statistics jump to those of small batches of other images, and the weights behind them no longer fit.',
    remedies:
      'Call the base with training=False: base(x, training=False); or keep its Batch Normalization layers frozen.',
    ignore: 'With large batches and much data.',
    source: 'Keras guide “Transfer learning and fine-tuning”, note on Batch Normalization.',
  },
  {
    id: 'GD604',
    name: 'trainable-after-compile',
    title: 'trainable changed after compile',
    means: 'Layers are frozen or unfrozen, and the model goes on training as it was compiled before.',
    measured:
      'From the source: the flags at fit against those at the last compile. A warning where the model was trained in between, because then the training step is built already; else a note.',
    hurts: 'The change has no effect: layers meant to be frozen are trained, or the other way round.',
    remedies: 'Call compile again after every change of trainable.',
    ignore: 'When the model is compiled again where the source cannot be followed.',
    source: 'Keras guide “Transfer learning and fine-tuning”.',
  },
  {
    id: 'GD605',
    name: 'pretrained-input',
    title: 'Not the input that the base was trained on',
    means: 'The pretrained base receives pixels in another range than those it learned from.',
    measured:
      'From the source: the range of the pixels as they reach the base against what its family’s preprocess_input gives. Silent where preprocess_input is called or the way cannot be followed.',
    hurts:
      'The first layers see numbers that they never saw: their features are worth little, and a frozen base cannot adapt.',
    remedies: 'The preprocess_input of the same module, or the Rescaling layer that does the same.',
    ignore: 'When the pixels are scaled where the source cannot be followed.',
    source: 'Keras applications, preprocess_input of each module.',
  },
  {
    id: 'GD606',
    name: 'pretrained-top-kept',
    title: 'New layers on top of ImageNet’s answers',
    means: 'The base keeps its own classifier, and the new layers read its 1000 probabilities.',
    measured: 'From the source: include_top is on, and kernel layers follow the base.',
    hurts: 'What the base knows of the image is thrown away but for 1000 numbers, most of them near 0.',
    remedies: 'include_top=False with pooling="avg", then the new head.',
    ignore: 'When the ImageNet classes themselves are the features you want.',
    source: 'Keras guide “Transfer learning and fine-tuning”.',
  },
  {
    id: 'GD607',
    name: 'reuse-pretrained-layers',
    title: 'Few images: reuse pretrained layers',
    means: 'A convolutional network learns colour images from scratch, from a thousand of them or fewer.',
    measured:
      'From the source: two or more trainable convolutions, inputs of 32 × 32 × 3 or more, nothing pretrained, and the number of samples is known.',
    hurts: 'So few images do not teach edges and textures anew; the network learns them by heart.',
    remedies:
      'Lower layers of a network trained on ImageNet, frozen, with a small head on top; augmentation.',
    ignore: 'When the images have nothing in common with photographs.',
    source: 'Yosinski et al. 2014; Chollet, “Deep Learning with Python”, chapter 8.',
  },
];
