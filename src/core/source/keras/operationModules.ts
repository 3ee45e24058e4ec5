/** Modules of keras.src.ops other than numpy, where most operations are, with the classes that they hold. */
const modules: Readonly<Record<string, readonly string[]>> = {
  'keras.src.ops.nn': [
    'Celu',
    'Elu',
    'Gelu',
    'Glu',
    'HardShrink',
    'HardSigmoid',
    'HardSilu',
    'HardTanh',
    'LeakyRelu',
    'LogSigmoid',
    'LogSoftmax',
    'Normalize',
    'OneHot',
    'Relu',
    'Relu6',
    'Selu',
    'Sigmoid',
    'Silu',
    'SoftShrink',
    'Softmax',
    'Softplus',
    'Softsign',
    'SparsePlus',
    'SparseSigmoid',
    'Sparsemax',
    'Squareplus',
    'TanhShrink',
    'Threshold',
  ],
  'keras.src.ops.core': ['Cast', 'StopGradient', 'Unstack'],
  'keras.src.ops.math': ['Erf', 'Logsumexp', 'Rsqrt'],
  'keras.src.ops.linalg': ['Norm'],
  'keras.src.activations.activations': ['ReLU'],
};

const moduleOfClass = new Map(
  Object.entries(modules).flatMap(([module, classes]) => classes.map((each) => [each, module] as const)),
);

/** The Python module of an operation's class. */
export function operationModule(className: string): string {
  return moduleOfClass.get(className) ?? 'keras.src.ops.numpy';
}
