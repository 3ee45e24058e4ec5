import type { RulePage } from '../rulePages';

/** GD402 and GD5xx: how the model is trained. */
export const trainingPages: readonly RulePage[] = [
  {
    id: 'GD402',
    name: 'never-compiled',
    title: 'fit without compile',
    means: 'The model is trained, but nothing in the program compiles it.',
    measured:
      'From the source. Silent where the model is handed to code that cannot be read: it may be compiled there.',
    hurts: 'Keras stops: you must call compile() before fit().',
    remedies: 'model.compile(optimizer=…, loss=…) before fit.',
    ignore: 'When a helper of your own compiles it.',
    source: 'Keras 3.15, Trainer.fit.',
  },
  {
    id: 'GD501',
    name: 'learning-rate-far-off',
    title: 'Learning rate far off',
    means: 'The rate is orders of magnitude away from what this optimizer works with.',
    measured:
      'From the source: Adam and its kin from 0.1 up or below 1e-6, SGD from 5 up or below 1e-6 (with momentum counted in), Adadelta with less than 0.01. The probe measures the real steps and says whether it bites.',
    hurts: 'Too high: the loss jumps or overflows. Too low: the weights stay where they started.',
    remedies: 'Start from the default: 0.001 for Adam and RMSprop, 0.01 for SGD, 1.0 for Adadelta.',
    ignore: 'When a schedule or callback changes the rate at once.',
    source: 'Keras defaults; Zeiler 2012; measured: Adam’s default cured 17 of 17 rates too high.',
  },
  {
    id: 'GD502',
    name: 'clipvalue-turns-gradient',
    title: 'clipvalue turns the gradient',
    means: 'Each element of the gradient is cut by itself, so the vector points elsewhere afterwards.',
    measured: 'From the source: the optimizer’s clipvalue.',
    hurts: 'Large elements lose, small ones keep their size: the step no longer goes down the steepest way.',
    remedies: 'clipnorm (per weight) or global_clipnorm, which shorten the gradient and keep its direction.',
    ignore: 'When it works for you: it does stop exploding gradients.',
    source: 'Pascanu et al. 2013; Géron, “Hands-On Machine Learning”, chapter 11.',
  },
];
