import type { NetDescription, RecordedNet } from './nets';

const batchSize = 64;
const digitsRows = 1797;
const madeRows = 2000;

/** The net as a user would write it: Keras source text, from data to compile and as many epochs as it was trained for. */
export function netSource({ net, steps }: Pick<RecordedNet, 'net' | 'steps'>): string {
  const body = net.cell ? recurrentBody(net) : net.fam === 'cnn' ? cnnBody(net) : mlpBody(net);
  return `import numpy as np
import keras
from keras import layers, initializers
from sklearn.datasets import load_digits
from sklearn.preprocessing import StandardScaler

${dataSource(net)}
${body}
model.compile(optimizer=${optimizer(net)}, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(features, labels, batch_size=${batchSize}, epochs=${epochs(net, steps)})
`;
}

function epochs({ cell, data }: NetDescription, steps: number): number {
  const rows = !cell && data.startsWith('dig') ? digitsRows : madeRows;
  return Math.max(1, Math.round(steps / Math.ceil(rows / batchSize)));
}

function dataSource({ data, cell, T, task, fam }: NetDescription): string {
  if (cell) {
    // the recorded gradients over time at step 0 are those of inputs so large
    return `# ${task}: four classes\nfeatures = 0.54 * np.random.randn(${madeRows}, ${T}, 8)\nlabels = np.random.randint(0, 4, size=${madeRows})\n`;
  }
  const image = fam === 'cnn' ? 'features = features.reshape(-1, 8, 8, 1)\n' : '';
  const digits = 'features, labels = load_digits(return_X_y=True)\n';
  const [name, scale, offset] = data.split(':');
  switch (name) {
    case 'digits_std':
      return `${digits}features = StandardScaler().fit_transform(features)\n${image}`;
    case 'digits_01':
      return `${digits}features = features / 16.0\n${image}`;
    case 'digits_255':
      return `${digits}features = features / 16.0 * 255.0\n${image}`;
    case 'digits_1e3':
      return `${digits}features = features / 16.0 * 0.001\n${image}`;
    case 'digits_mixed':
      // every feature in its own unit
      return `${digits}features = StandardScaler().fit_transform(features) * np.logspace(-2, 2, 64)\n`;
    case 'dig':
      return `${digits}features = StandardScaler().fit_transform(features) * ${scale} + ${offset}\n${image}`;
    case 'gmm':
      // the recorded losses at steps 20 to 300 are those of centres so near to each other; inputs have variance 1
      return `labels = np.random.randint(0, 10, size=${madeRows})
centers = 0.29 * np.random.randn(10, 64)
features = centers[labels] + 0.957 * np.random.randn(${madeRows}, 64)
`;
    case 'teacher':
      return `features = np.random.randn(${madeRows}, 64)\n${teacher}`;
    case 'teacher_img':
      return `features = np.random.randn(${madeRows}, 4, 4, 1).repeat(2, axis=1).repeat(2, axis=2)\n${teacher}`;
    default:
      throw new Error(`unknown data ${data}`);
  }
}

/** The recorded losses of trained nets at steps 20 to 300 are those of 32 hidden units. */
const teacher = `hidden = np.tanh(features.reshape(-1, 64) @ np.random.randn(64, 32) / 8)
labels = np.argmax(hidden @ np.random.randn(32, 10), axis=1)
`;

const activations: Readonly<Record<string, string>> = {
  leaky: 'layers.LeakyReLU(negative_slope=0.3)',
  leaky2: 'layers.LeakyReLU(negative_slope=0.2)',
  swish: 'layers.Activation("silu")',
};
const activation = (act: string): string => activations[act] ?? `layers.Activation("${act}")`;

/** 'he_normal', 'n0.01' = normal with that standard deviation, 'u0.05' = uniform ±0.05, 'orth*1.3'. */
function initializer(init: string): string {
  const [, kind, number] = /^(n|u|orth\*)(\d.*)$/.exec(init) ?? [];
  switch (kind) {
    case 'n':
      return `initializers.RandomNormal(stddev=${number})`;
    case 'u':
      return `initializers.RandomUniform(-${number}, ${number})`;
    case 'orth*':
      return `initializers.Orthogonal(gain=${number})`;
    default:
      return init === 'glorot4' ? 'initializers.VarianceScaling(16.0, "fan_avg", "uniform")' : `"${init}"`;
  }
}

function optimizer({ opt, lr, clipnorm, gclipnorm, clipvalue }: NetDescription): string {
  const className = { sgd: 'SGD', mom: 'SGD', adam: 'Adam', rmsprop: 'RMSprop' }[opt];
  const args = [
    `learning_rate=${lr}`,
    ...(opt === 'mom' ? ['momentum=0.9'] : []),
    ...(clipnorm === undefined ? [] : [`clipnorm=${clipnorm}`]),
    ...(gclipnorm === undefined ? [] : [`global_clipnorm=${gclipnorm}`]),
    ...(clipvalue === undefined ? [] : [`clipvalue=${clipvalue}`]),
  ];
  return `keras.optimizers.${className}(${args.join(', ')})`;
}

/** One hidden layer with its normalization and activation, as a function of x. */
function block(net: NetDescription, kernel: string): string {
  const steps = [
    `h = ${kernel}(x)`,
    ...(net.bn === 'pre' ? ['h = layers.BatchNormalization()(h)'] : []),
    `h = ${activation(net.act)}(h)`,
    ...(net.bn === 'post' ? ['h = layers.BatchNormalization()(h)'] : []),
    ...(net.drop
      ? [`h = layers.${net.drop[0] === 'alpha' ? 'AlphaDropout' : 'Dropout'}(${net.drop[1]})(h)`]
      : []),
    net.res ? 'x = x + h if x.shape[-1] == h.shape[-1] else h' : 'x = h',
  ];
  return steps.map((line) => `    ${line}`).join('\n');
}

function bias(net: NetDescription): string {
  return net.bias0 ? `, bias_initializer=initializers.Constant(${net.bias0})` : '';
}

function mlpBody(net: NetDescription): string {
  return `inputs = keras.Input((64,))
x = inputs
for _ in range(${net.depth}):
${block(net, `layers.Dense(${net.width}, kernel_initializer=${initializer(net.init)}${bias(net)})`)}
${head(net)}`;
}

/** The recorded losses at step 0 tell that the output has the hidden layers' initializer too: with N(0, 1) they start far above ln 10. */
function head(net: NetDescription): string {
  return `outputs = layers.Dense(10, activation="softmax", kernel_initializer=${initializer(net.init)})(x)
model = keras.Model(inputs, outputs)
`;
}

function cnnBody(net: NetDescription): string {
  const pool = net.pool === 'max' ? 'MaxPooling2D' : 'AveragePooling2D';
  return `inputs = keras.Input((8, 8, 1))
x = inputs
for i in range(${net.depth}):
${block(net, `layers.Conv2D(${net.width}, 3, padding="same", kernel_initializer=${initializer(net.init)}${bias(net)})`)}
    if i == ${net.depth} // 2 - 1:
        x = layers.${pool}(2)(x)
x = layers.${net.head === 'gap' ? 'GlobalAveragePooling2D' : 'Flatten'}()(x)
${head(net)}`;
}

function recurrentBody(net: NetDescription): string {
  const className = { rnn: 'SimpleRNN', lstm: 'LSTM', gru: 'GRU' }[net.cell ?? 'rnn'];
  const act = net.cell === 'rnn' ? `, activation="${net.act}"` : '';
  return `model = keras.Sequential([
    keras.Input((${net.T}, 8)),
    layers.${className}(${net.H}${act}, kernel_initializer=${initializer(net.kinit ?? 'glorot_uniform')}, recurrent_initializer=${initializer(net.rinit ?? 'orthogonal')}),
    layers.Dense(4, activation="softmax"),
])
`;
}
