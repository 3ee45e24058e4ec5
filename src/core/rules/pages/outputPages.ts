import type { RulePage } from '../rulePages';

/** GD302 and following: labels, output and loss. */
export const outputPages: readonly RulePage[] = [
  {
    id: 'GD302',
    name: 'labels-do-not-fit-loss',
    title: 'Labels and loss do not fit',
    means: 'The code makes one-hot labels for a sparse loss, or gives class numbers to a categorical one.',
    measured:
      'From the source: the form of the labels that fit receives (to_categorical, known data sets, arrays of numbers) against what the loss wants. Silent where the form is not known.',
    hurts: 'Keras stops: target and output do not have the same shape.',
    remedies:
      'Class numbers with sparse_categorical_crossentropy, one-hot rows with categorical_crossentropy.',
    ignore: 'When the labels are changed where the source cannot be followed.',
    source: 'Keras 3.15, categorical_crossentropy and sparse_categorical_crossentropy.',
  },
  {
    id: 'GD303',
    name: 'classification-by-regression-loss',
    title: 'Classes learned with a regression loss',
    means: 'A classifier’s output is judged by mean squared or absolute error.',
    measured:
      'From the source: softmax, or sigmoid with labels known to be classes, and mse, mae or a kin of them.',
    hurts:
      'It trains, but slowly where the network is surely wrong: there the slope of softmax and sigmoid is near 0, which cross-entropy makes up for.',
    remedies: 'Cross-entropy that fits the output.',
    ignore: 'When the outputs are shares or scores to be met, not classes.',
    source: 'Goodfellow et al. 2016, section 6.2.2; Golik et al. 2013.',
  },
  {
    id: 'GD304',
    name: 'bounded-regression',
    title: 'The output cannot reach the targets',
    means: 'The last activation keeps the output in a range that the targets leave.',
    measured:
      'From the source: sigmoid, tanh, softmax or ReLU before a regression loss, and the range of the targets is known and lies outside. The probe says whether the network learns.',
    hurts: 'The output stops at the edge of its range and saturates there: no gradient.',
    remedies: 'No activation on the last layer, or targets scaled into its range.',
    ignore: 'When the targets are scaled where the source cannot be followed.',
    source: 'Goodfellow et al. 2016, section 6.2.2.',
  },
  {
    id: 'GD305',
    name: 'output-size-does-not-fit-classes',
    title: 'Output size and number of classes do not fit',
    means: 'The output has fewer or other units than the labels have classes.',
    measured:
      'From the source: units of the output against the classes of the labels that fit receives, where both are known.',
    hurts:
      'One-hot labels of another size stop Keras; a class number beyond the last unit gives an error or NaN; one sigmoid unit cannot tell more than two classes apart.',
    remedies: 'One unit for each class, with a softmax.',
    ignore: 'When only some of the classes are used, selected where the source cannot be followed.',
    source: 'Keras 3.15, probabilistic losses.',
  },
  {
    id: 'GD306',
    name: 'softmax-twice',
    title: 'Softmax of a softmax',
    means: 'Probabilities go through softmax a second time.',
    measured: 'From the source: no kernel layer lies between two softmax activations.',
    hurts:
      'The second softmax receives numbers between 0 and 1, so that no class can get a share above e/(e + n − 1): 23 % with ten classes. The loss stays high and the gradient small.',
    remedies: 'Remove one of the two.',
    ignore: 'Never.',
    source: 'Follows from the definition of softmax.',
  },
];
