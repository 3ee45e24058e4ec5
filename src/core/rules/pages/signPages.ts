import type { RulePage } from '../rulePages';

/** GD113 and following: measured signs beside those that decide. */
export const signPages: readonly RulePage[] = [
  {
    id: 'GD113',
    name: 'learning-rate-too-low',
    title: 'Learning rate too low',
    means: 'The gradient reaches every layer, every update does what it promised, and hardly anything moves.',
    measured:
      'Median of (real drop of the loss) / (drop the gradient promises) above 0.9 over the first 20 updates, every kernel’s update ratio below 1e-3, less than 5 % of the loss explained, and no vanishing gradient. A warning below 1e-4, else a note; silent where the program raises the rate later.',
    hurts: 'It would learn, in ten or a hundred times the time.',
    remedies: 'Ten times the rate, or Adam with its default rate.',
    ignore: 'When a warm-up raises the rate, or pretrained layers are to move little.',
    source: 'Measured: a rate 100 times higher cured 9 of 9; Karpathy, CS231n.',
  },
  {
    id: 'GD114',
    name: 'selu-not-normalizing',
    title: 'SELU does not keep mean 0 and variance 1',
    means: 'The outputs of the SELU layers drift away from the fixed point that SELU promises.',
    measured:
      'Mean and variance of each SELU layer before the first update, beside theory’s 0 and 1: a mean beyond ±0.5 or a variance outside 0.4 … 2.5 in the last of three or more.',
    hurts: 'Without the fixed point, SELU is one more ELU: depth shrinks or grows the signal.',
    remedies: 'lecun_normal, standardized inputs, AlphaDropout, no other normalization (GD203).',
    ignore: 'When the network learns all the same.',
    source: 'Klambauer et al. 2017.',
  },
  {
    id: 'GD115',
    name: 'activation-drift',
    title: 'Activations shrink or grow from layer to layer',
    means: 'The size of the outputs changes by two decades or more over the stack.',
    measured:
      'Mean square of the outputs (variance + mean²) of the first over the last hidden layer before the first update, and beside it the change that mean-field theory predicts for these initializers and activations. A sign beside GD101 and GD102, no verdict.',
    hurts: 'What shrinks forward usually shrinks backward too; what grows saturates or overflows.',
    remedies: 'Initial weights that fit the activation; Batch Normalization.',
    ignore: 'When the network learns all the same.',
    source: 'He et al. 2015; Hanin and Rolnick 2018.',
  },
  {
    id: 'GD116',
    name: 'deep-normalized-stack',
    title: 'Deep Batch Normalization without skip connections',
    means: 'Batch Normalization itself makes the gradient grow with depth.',
    measured:
      'Ten or more normalized hidden levels without skips, and a gradient that really grows by 1.5 decades or more toward the input. Theory for wide ReLU layers: √(π/(π−1)) = 1.21 times a layer.',
    hurts: 'The first layers receive far larger gradients than the last; at 50 layers nothing trains.',
    remedies: 'Skip connections, or fewer Batch Normalization layers. Nothing else helped.',
    ignore: 'When the network learns all the same.',
    source: 'Yang et al. 2019; measured.',
  },
  {
    id: 'GD117',
    name: 'too-slow',
    title: 'Too slow for the steps that are planned',
    means: 'The network learns, but its pace does not lead far in the steps that `fit` makes.',
    measured:
      'Where 50 steps leave doubt, the first seed is trained for 300, or for all that are planned where these are 300 to 650. Half of the pace of the last 100, kept until the end of the planned steps (samples, batch size and epochs as they are written), leads to less than 40 % of the loss explained, or the planned steps were made and explain less than 45 %. Enough is also what was reached 100 steps before. Silent where the source does not tell how long it trains, where it trains for more than 1,200 steps (nobody followed networks so far), and where nothing is known of the inputs.',
    hurts: 'Training ends before the network has learned what it could.',
    remedies: 'A higher rate or Adam, a fitting initializer, Batch Normalization, or more epochs.',
    ignore: 'When the run is a first try, to be followed by a longer one.',
    source:
      'Measured: with it 94 % of the recorded networks that do not train are found, with 2 % false alarms.',
  },
];
