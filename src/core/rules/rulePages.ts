import { outputPages } from './pages/outputPages';
import { pretrainedPages } from './pages/pretrainedPages';
import { signPages } from './pages/signPages';
import { stackPages } from './pages/stackPages';
import { trainingPages } from './pages/trainingPages';

/** What a person wants to know of a rule; opened from the finding's code and printed by `gradient-doctor explain ID`. */
export interface RulePage {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly means: string;
  readonly measured: string;
  readonly hurts: string;
  readonly remedies: string;
  readonly ignore: string;
  readonly source: string;
}

const firstPages: readonly RulePage[] = [
  {
    id: 'GD101',
    name: 'vanishing-gradient',
    title: 'The gradient vanishes',
    means:
      'The gradient shrinks from layer to layer on its way to the input, until the first layers receive almost nothing.',
    measured:
      'd = the L2 norm of the loss gradient at each hidden layer, per sample. The widest drop between two layers in decades (factors of 10), before the first update and at step 20. Worth a warning from 1.5 decades with SGD, 3 with Adam-like optimizers; failing from 2.5 and 4. Of nets called failing by this rule 96 to 97 % did not train.',
    hurts:
      'Layers that receive no gradient stay as they were drawn. The layers behind them learn from noise.',
    remedies:
      'Initial weights that fit the activation (He for ReLU and its kin, Glorot for tanh, LeCun for SELU); an activation that does not saturate in place of sigmoid; Batch Normalization; skip connections. Clipping and the learning rate do not help: clipping only ever makes gradients smaller.',
    ignore: 'When the first layers are frozen or pretrained and need not learn.',
    source: 'Glorot and Bengio 2010; He et al. 2015; Schoenholz et al. 2017.',
  },
  {
    id: 'GD102',
    name: 'exploding-gradient',
    title: 'The gradient explodes',
    means: 'The gradient grows from layer to layer on its way to the input.',
    measured:
      'The same d as in GD101: log10 of the first hidden layer over the last. Plain nets: warning from 1 decade, failing from 2 (SGD) or 1.5 (Adam-like). Nets with normalization or skip connections bear more. 95 to 100 % of plain nets called failing did not train.',
    hurts:
      'A step that suits the last layers is far too long for the first ones: they jump about, and the loss with them.',
    remedies:
      'Smaller initial weights that fit the activation; Batch Normalization; in recurrent layers orthogonal weights and clipnorm, which shortens the gradient and keeps its direction (clipvalue turns it).',
    ignore: 'When the loss falls steadily in your own training.',
    source: 'Pascanu et al. 2013; Yang et al. 2019; Zhang et al. 2019.',
  },
  {
    id: 'GD103',
    name: 'not-finite',
    title: 'Numbers overflow',
    means: 'NaN or infinity appears in outputs, gradients, weights or the loss.',
    measured:
      'NaN and Inf are counted in every layer at every measured step; the first layer and step are named. Never a false alarm in 2,000 nets.',
    hurts: 'One NaN turns every weight into NaN with the next update. Training never recovers.',
    remedies:
      'Smaller initial weights, a lower learning rate, scaled inputs, clipnorm; no exponential activation in hidden layers.',
    ignore: 'Never, unless your data or loss differ from what was assumed.',
    source: 'IEEE 754; measured.',
  },
  {
    id: 'GD104',
    name: 'updates-too-small',
    title: 'Updates too small',
    means: 'An update changes the weights by a tiny part of their size.',
    measured:
      'RMS of the update over RMS of the weights, with your optimizer, rate and clipping. Healthy is 1e-4 to 1e-2. Failing: some kernel at or below 1e-5 at the first step or 3e-5 at step 20; precision 0.98.',
    hurts: 'The layer stays what it was when it was drawn.',
    remedies: 'Mostly a vanishing gradient (GD101) is behind it; else a higher learning rate or Adam.',
    ignore: 'When a schedule starts slowly on purpose, or a pretrained layer is to move little.',
    source: 'Karpathy, CS231n; measured.',
  },
  {
    id: 'GD105',
    name: 'updates-too-large',
    title: 'Updates too large',
    means: 'The first update is as large as the weights themselves.',
    measured: 'The ratio of GD104 at the first step of plain gradient descent, 1 or more: precision 0.94.',
    hurts: 'Each step throws away what the last one learned.',
    remedies: 'A lower learning rate, smaller initial weights, scaled inputs, clipnorm.',
    ignore: 'When most of the weights start at zero on purpose.',
    source: 'Karpathy, CS231n; measured.',
  },
  {
    id: 'GD106',
    name: 'learning-rate-too-high',
    title: 'Learning rate too high',
    means: 'After an update the loss of the very batch that was learned is higher than before.',
    measured:
      'On 30 % or more of the first 20 updates, with less than 2 % of the loss explained: precision 0.98.',
    hurts: 'The steps jump across the valley in place of going down.',
    remedies:
      'A tenth of the rate, Batch Normalization, or Adam with its default rate. Clipping rarely helps.',
    ignore: 'When a schedule lowers the rate soon.',
    source: 'Measured: 600 runs over 13 nets.',
  },
  {
    id: 'GD107',
    name: 'dead-units',
    title: 'Dead units',
    means: 'ReLU units put out 0 for every sample of the batch.',
    measured:
      'Share of units whose slope is below 0.01 on every sample. Half of a healthy ReLU layer’s outputs are 0, so single zeros prove nothing. Warning from 90 % of a layer, failing where a whole layer is dead and nothing passes by it.',
    hurts: 'A dead unit has no gradient and cannot come back.',
    remedies: 'He initialization with zero bias, a lower learning rate, leaky ReLU or ELU.',
    ignore: 'When the layer is far wider than it needs to be.',
    source: 'He et al. 2015; Lu et al. 2019.',
  },
  {
    id: 'GD108',
    name: 'saturated-units',
    title: 'Saturated units',
    means: 'Most outputs of a tanh or sigmoid layer lie where the curve is flat.',
    measured:
      'Share of outputs where the slope is below 6 % of its maximum (tanh beyond ±0.97): 50 % or more of a hidden layer. A sign beside others, no verdict.',
    hurts: 'Little gradient passes through a flat place.',
    remedies:
      'Smaller initial weights, scaled inputs, Batch Normalization, an activation that does not saturate.',
    ignore: 'When the network learns all the same.',
    source: 'Glorot and Bengio 2010.',
  },
  {
    id: 'GD109',
    name: 'blind-to-labels',
    title: 'Every input looks the same',
    means: 'The gradient no longer depends on which input has which label.',
    measured:
      'The labels of the batch are shuffled; the gradient changes by less than a thousandth at step 20. Precision 0.95.',
    hurts: 'All that can be learned then is how frequent each class is.',
    remedies: 'Those of GD101: the signal gets lost on its way forward as the gradient does on its way back.',
    ignore: 'When the labels really do not depend on the inputs.',
    source: 'Schoenholz et al. 2017; measured.',
  },
  {
    id: 'GD110',
    name: 'start-loss',
    title: 'Start loss far too high',
    means: 'Before any update the loss is far above what always guessing the same gives.',
    measured:
      'Start loss over the loss of the best constant prediction: warning from 1.5 decades, failing from 3 (precision 0.91).',
    hurts: 'The first steps are spent on shrinking the outputs, with huge gradients.',
    remedies: 'Smaller initial weights, above all in the last layer; scaled inputs and targets.',
    ignore: 'When a warm-up or clipping catches the first steps.',
    source: 'Karpathy, “A recipe for training neural networks”; measured.',
  },
  {
    id: 'GD111',
    name: 'no-progress',
    title: 'No progress',
    means: 'After 50 steps the network knows no more than always guessing the same.',
    measured:
      'Explained loss below 0.2 % and accuracy at chance. Counts only beside another sign, or on your own data: on made-up data alone it would raise false alarms.',
    hurts: 'Nothing is learned.',
    remedies: 'Those of the finding beside it.',
    ignore: 'When your task is known to start slowly.',
    source: 'Measured: 1,300 MLPs.',
  },
  {
    id: 'GD112',
    name: 'short-memory',
    title: 'Short memory',
    means: 'A recurrent layer learns from the last time steps only.',
    measured:
      'RMS of the loss gradient at each time step of the layer’s input; how far back it stays above a tenth of its largest value. Below 30 % of the steps it is a note, a warning where the network does not learn either. Where the data are made up, a network with one answer a sequence is also tried on a task that the first eighth of the steps tells, and on one that all steps together tell, 150 updates each: below 5 % explained of the first it is a warning, from 10 % on nothing is said.',
    hurts: 'What happened earlier cannot influence the answer.',
    remedies:
      'LSTM or GRU in place of SimpleRNN; an LSTM with a larger forget bias for very long memory; orthogonal recurrent weights; shorter sequences.',
    ignore: 'When the answer depends on the last steps, as in most forecasts.',
    source: 'Pascanu et al. 2013; Tallec and Ollivier 2018.',
  },
  {
    id: 'GD201',
    name: 'initializer-does-not-fit',
    title: 'Initializer and activation do not fit',
    means: 'Theory expects the gradient to shrink or grow by 1.5 decades or more over the stack.',
    measured:
      'From the source alone: mean-field theory for wide layers gives the gain per layer for this initializer and activation. Silent in shallow nets and behind normalization. A note until the probe confirms it.',
    hurts: 'See GD101 and GD102.',
    remedies:
      'He for ReLU, leaky ReLU, ELU, GELU and SiLU; Glorot for tanh, sigmoid and linear layers; LeCun for SELU.',
    ignore: 'When the probe calls the network healthy.',
    source: 'Poole et al. 2016; Schoenholz et al. 2017.',
  },
  {
    id: 'GD202',
    name: 'constant-initializer',
    title: 'All weights start equal',
    means: 'A kernel starts with zeros, ones or another constant.',
    measured: 'From the source: the initializer of a hidden kernel with more than one unit.',
    hurts: 'All units of the layer compute the same, receive the same gradient and stay the same.',
    remedies: 'Any random initializer; the one that fits the activation.',
    ignore: 'For a linear model, or the last layer of a residual branch that is to start as the identity.',
    source: 'Goodfellow et al. 2016, section 8.4.',
  },
  {
    id: 'GD203',
    name: 'selu-conditions',
    title: 'SELU without its conditions',
    means: 'SELU keeps mean 0 and variance 1 by itself, but only under conditions that are not met here.',
    measured:
      'From the source: LeCun initialization, standardized inputs, AlphaDropout in place of Dropout, no other normalization, a plain sequential stack.',
    hurts: 'Mean and variance drift from layer to layer; SELU then is one more ELU.',
    remedies: 'Meet the conditions, or use ELU with He initialization.',
    ignore: 'When the probe calls the network healthy.',
    source: 'Klambauer et al. 2017.',
  },
  {
    id: 'GD204',
    name: 'inputs-not-scaled',
    title: 'Inputs not scaled',
    means:
      'The code gives raw numbers to the first weights: pixels up to 255, a table in its own units, or tiny numbers.',
    measured:
      'From the source: the size (RMS) of the inputs after all scaling in the code is above 10 or below 0.1, and no Rescaling, Normalization or Batch Normalization comes first. The probe sees inputs of that size and says whether it bites.',
    hurts:
      'Initial weights are made for inputs of size 1: larger ones saturate units and need a tiny learning rate, smaller ones vanish.',
    remedies:
      'Divide pixels by 255, standardize tables, or put a Rescaling, Normalization or Batch Normalization layer first.',
    ignore: 'When the network learns all the same: trees of ReLU with Adam often do.',
    source: 'LeCun et al. 1998, “Efficient BackProp”; measured: scaling cured 17 of 20.',
  },
  {
    id: 'GD301',
    name: 'output-and-loss-do-not-fit',
    title: 'Output and loss do not fit',
    means: 'The last activation, the number of output units and the loss contradict one another.',
    measured:
      'From the source; the probe then says whether it bites. Keras 3 remembers the logits of a last softmax or sigmoid, so that some of these pairs train all the same and stay a note.',
    hurts:
      'Softmax over one unit always answers 1. A cross-entropy on numbers that are no probabilities has wrong gradients or none.',
    remedies:
      'One unit: sigmoid with binary cross-entropy. Exclusive classes: softmax with (sparse) categorical cross-entropy. No activation: from_logits=True.',
    ignore: 'When a loss of your own expects what the output gives.',
    source: 'Keras documentation, probabilistic losses; 70 of 109 bugs from Stack Overflow are of this kind.',
  },
  {
    id: 'GD401',
    name: 'unknown-argument',
    title: 'Keras refuses the argument',
    means:
      'The class has no argument of this name, or the call lacks one that it needs: Keras stops with a TypeError.',
    measured: 'From the source, against the arguments of Keras 3 and its older spellings.',
    hurts: 'The program does not run.',
    remedies: 'The right name, where there is one close by.',
    ignore: 'When a wrapper of your own takes the argument.',
    source: 'Keras 3.15.',
  },
];

/** In the order of their ids. */
export const rulePages: readonly RulePage[] = [
  ...firstPages,
  ...signPages,
  ...stackPages,
  ...outputPages,
  ...trainingPages,
  ...pretrainedPages,
].sort((a, b) => a.id.localeCompare(b.id));

export function findRulePage(id: string): RulePage | undefined {
  return rulePages.find((page) => page.id === id.toUpperCase() || page.name === id.toLowerCase());
}

/** The page as Markdown. */
export function renderRulePage(page: RulePage): string {
  const sections: readonly (readonly [title: string, text: string])[] = [
    ['What it means', page.means],
    ['How it was measured', page.measured],
    ['Why it hurts', page.hurts],
    ['What to do', page.remedies],
    [
      'When to ignore it',
      `${page.ignore} \`# gradient-doctor: ignore ${page.id}\` on the line or above it silences it there.`,
    ],
    ['Source', page.source],
  ];
  return `# ${page.title}\n\n${page.id} · ${page.name}\n\n${sections.map(([title, text]) => `## ${title}\n\n${text}\n`).join('\n')}`;
}
