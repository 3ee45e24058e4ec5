/** The five nets of the bench as Keras programs; batches of 32, Adam. */
export const nets: Readonly<Record<string, { readonly title: string; readonly source: string }>> = {
  a: {
    title: 'MLP 784, 20×100 sigmoid, 10',
    source: `
model = keras.Sequential([layers.Input((784,))])
for _ in range(20):
    model.add(layers.Dense(100, activation="sigmoid"))
model.add(layers.Dense(10, activation="softmax"))
model.compile(optimizer="adam", loss="categorical_crossentropy")
`,
  },
  b: {
    title: 'CNN 28×28×1, conv 32, conv 64, pool, dense 128, 10',
    source: `
model = keras.Sequential([
    layers.Input((28, 28, 1)),
    layers.Conv2D(32, 3, activation="relu"),
    layers.Conv2D(64, 3, activation="relu"),
    layers.MaxPooling2D(2),
    layers.Flatten(),
    layers.Dense(128, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="categorical_crossentropy")
`,
  },
  c: {
    title: 'LSTM 2×64, 50 steps, 32 features',
    source: `
model = keras.Sequential([
    layers.Input((50, 32)),
    layers.LSTM(64, return_sequences=True),
    layers.LSTM(64),
    layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="categorical_crossentropy")
`,
  },
  d: {
    title: 'Embedding 10000×32, LSTM 32, 80 steps',
    source: `
model = keras.Sequential([
    layers.Input((80,), dtype="int32"),
    layers.Embedding(10000, 32),
    layers.LSTM(32),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="binary_crossentropy")
`,
  },
  e: {
    title: 'ResNet-20, 32×32×3',
    source: `
inputs = keras.Input((32, 32, 3))
x = layers.Conv2D(16, 3, padding="same")(inputs)
x = layers.Activation("relu")(layers.BatchNormalization()(x))
for stage in range(3):
    for block in range(3):
        filters = 16 * 2 ** stage
        strides = 2 if stage > 0 and block == 0 else 1
        y = layers.Conv2D(filters, 3, strides=strides, padding="same")(x)
        y = layers.Activation("relu")(layers.BatchNormalization()(y))
        y = layers.Conv2D(filters, 3, padding="same")(y)
        y = layers.BatchNormalization()(y)
        if strides > 1:
            x = layers.Conv2D(filters, 1, strides=strides, padding="same")(x)
        x = layers.Activation("relu")(layers.Add()([y, x]))
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(10, activation="softmax")(x)
model = keras.Model(inputs, outputs)
model.compile(optimizer="adam", loss="categorical_crossentropy")
`,
  },
};

const imports = 'import keras\nfrom keras import layers\n';

export function program(net: string): string {
  return imports + (nets[net]?.source ?? '');
}

/** The same program, training on demand: reads a number of steps a line, answers their times in milliseconds as JSON. */
export function kerasProgram(net: string): string {
  const ids = net === 'd';
  return `
import json, os, sys, time
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
${program(net)}
shape = (32,) + tuple(model.inputs[0].shape[1:])
rng = np.random.default_rng(0)
x = ${ids ? 'rng.integers(0, 10000, shape).astype("int32")' : 'rng.normal(size=shape).astype("float32")'}
y = ${ids ? 'rng.integers(0, 2, (32, 1)).astype("float32")' : 'np.eye(10, dtype="float32")[np.arange(32) % 10]'}
import resource
for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        start = time.perf_counter()
        model.train_on_batch(x, y)
        times.append(1000 * (time.perf_counter() - start))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"times": times, "peak": peak}), flush=True)
`;
}
