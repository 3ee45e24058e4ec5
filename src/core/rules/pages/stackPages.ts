import type { RulePage } from '../rulePages';

/** GD205 and following: how the layers stand in a row. */
export const stackPages: readonly RulePage[] = [
  {
    id: 'GD205',
    name: 'linear-stack',
    title: 'Dense layers without activation in a row',
    means: 'Dense layers follow each other with no activation between them: together they are one matrix.',
    measured:
      'From the source: two or more hidden Dense layers in a row without activation, or a net none of whose hidden Dense layers has one. A layer narrower than both its neighbours is a bottleneck and meant so: silent.',
    hurts:
      'The product of matrices is a matrix: the extra layers add weights and depth, not what can be learned.',
    remedies: 'Give the hidden layers an activation, relu with He initialization for a start; or drop them.',
    ignore: 'For a low-rank factorization, or a linear network on purpose.',
    source: 'Saxe et al. 2014; Goodfellow et al. 2016, section 6.1.',
  },
  {
    id: 'GD206',
    name: 'bias-before-normalization',
    title: 'Bias before Batch Normalization',
    means: 'A layer adds a bias that the Batch Normalization right behind it takes away again.',
    measured:
      'From the source: use_bias is on, there is no activation between, and nothing else reads the output.',
    hurts: 'It does no harm: the bias costs memory, receives no gradient and never changes the output.',
    remedies: 'use_bias=False; the beta of Batch Normalization is the bias.',
    ignore: 'Whenever you like: it is a matter of tidiness.',
    source: 'Ioffe and Szegedy 2015, section 3.2.',
  },
  {
    id: 'GD207',
    name: 'normalization-before-output',
    title: 'Batch Normalization between the last kernel and its softmax or sigmoid',
    means: 'The numbers that decide the answer are normalized over the batch.',
    measured:
      'From the source: Batch Normalization stands between the last kernel layer and the output activation. In front of the last kernel layer it is usual, and silent.',
    hurts:
      'How sure an answer may be then depends on the other samples of the batch, and the shares of the classes that the last bias would learn are taken out.',
    remedies: 'Put Batch Normalization in front of the last layer, or leave it out there.',
    ignore: 'When the network learns all the same.',
    source: 'Ioffe and Szegedy 2015.',
  },
  {
    id: 'GD208',
    name: 'saturating-stack',
    title: 'Saturating activations in a deep stack',
    means: 'Several hidden layers in a row squeeze their outputs with sigmoid or tanh.',
    measured:
      'From the source: four or more hidden levels with sigmoid, or eight or more with tanh or softsign, and neither normalization nor skip connections. Depth alone is no disease: it stays a note, and the probe says whether gradient is lost.',
    hurts:
      'The slope of a sigmoid is at most a quarter, that of a saturated tanh near 0: the gradient shrinks with every layer.',
    remedies: 'ReLU or one of its kin with He initialization; Batch Normalization; skip connections.',
    ignore: 'When the probe calls the network healthy: five sigmoid layers train with Adam.',
    source: 'Glorot and Bengio 2010; measured: precision 0.57 as a rule of its own.',
  },
  {
    id: 'GD209',
    name: 'unbounded-recurrence',
    title: 'ReLU inside a recurrent layer',
    means: 'The state is passed from step to step through an activation without an upper bound.',
    measured:
      'From the source: SimpleRNN, LSTM or GRU with relu, elu, selu or linear. Silent where the recurrent kernel starts as the identity (an IRNN) or the gradient is clipped.',
    hurts:
      'The same matrix is applied at every step: what grows a little each time overflows after some hundred steps. LSTM and GRU also lose their fast GPU code.',
    remedies: 'Keep tanh; or start the recurrent kernel as the identity and set clipnorm.',
    ignore: 'For short sequences, and when the probe calls the network healthy.',
    source: 'Le et al. 2015, “A simple way to initialize recurrent networks”; Pascanu et al. 2013.',
  },
];
