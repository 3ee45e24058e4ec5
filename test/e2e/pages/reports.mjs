// States of the page as the host would post them: what is common, and what is at the edge.

const range = { startLine: 10, startColumn: 5, endLine: 10, endColumn: 20 };
const steps = [0, 1, 2, 5, 10, 20, 50];
const series = (make) => steps.map((_, i) => make(i));

/** A dense layer; `gradient` and `variance` by step index, `spread` in decades over the seeds. */
function measured({ id, gradient, variance, spread = 0.3, kernel = true }) {
  const values = series(gradient);
  const variances = series(variance);
  const times = (all, factor) => all.map((value) => (value === null ? null : value * factor));
  const band = (all) => ({ low: times(all, 10 ** -spread), high: times(all, 10 ** spread) });
  return {
    id,
    mean: series(() => 0.5),
    variance: variances,
    zeroShare: series(() => 0),
    signalFraction: series(() => 0.4),
    saturatedShare: series(() => 0.1),
    deadUnitShare: series(() => null),
    gradientNorm: values,
    overSeeds: { gradient: band(values), variance: band(variances) },
    weights: kernel
      ? ['kernel', 'bias'].map((name) => ({
          name,
          shape: [100, 100],
          trainable: true,
          rms: series(() => 0.1),
          gradientNorm: values,
          gradientRms: values,
          updateRms: values,
          updateRatio: times(values, 0.01),
        }))
      : [],
    nonFinite: values.map((value) => (value === null ? 3 : 0)),
    ...(values.at(-1) === null
      ? {}
      : {
          histogram: {
            step: 50,
            activation: { low: 0.02, high: 0.98, counts: [9, 20, 41, 80, 120, 160, 170, 120, 70, 30, 9, 1] },
            gradient: {
              low: Math.log10(values.at(-1)) - 3,
              high: Math.log10(values.at(-1)),
              counts: [1, 2, 5, 9, 20, 41, 80, 160, 120, 30, 3, 1],
              zeros: 12,
            },
          },
        }),
  };
}

function model(layers, change = {}) {
  const wanted = layers.map((layer) => ({ className: 'Dense', activation: 'sigmoid', ...layer }));
  return {
    id: 'model',
    name: 'sequential',
    range,
    verdict: 'failing',
    headline: 'This network will not learn: almost no gradient reaches layers 1 to 16.',
    assumptions: [
      { id: 'dropout', text: 'Dropout is off while measuring.', range },
      { id: 'input-shape', text: 'The input was taken to be (None, 784): the code does not tell.', range },
      { id: 'synthetic-data', text: 'The data were made up: 10 Gaussian clusters.' },
    ],
    unknowns: [],
    architecture: {
      className: 'Sequential',
      name: 'sequential',
      layers: wanted.map(({ id, className, activation }, i) => ({
        id,
        name: id.split('/').at(-1),
        className,
        config: { activation },
        inbound: i === 0 ? [] : [wanted[i - 1].id],
        outputShape: [null, 100],
        params: 10_100,
        trainableParams: 10_100,
        trainable: true,
        range,
      })),
      inputs: [{ name: 'input', shape: [null, 784], dtype: 'float32' }],
      outputs: [],
      totalParams: 281_510,
      trainableParams: 281_510,
      compile: {
        loss: 'mse',
        lossWeights: null,
        optimizer: { className: 'SGD', config: {} },
        metrics: [],
      },
    },
    probe: {
      engine: { name: 'wasm', version: '4.22.0' },
      steps: 50,
      batchSize: 32,
      seeds: [1, 2, 3],
      data: { kind: 'known', description: 'made to look like MNIST' },
      scaledDown: [],
      durationMs: { read: 12, probe: 1400, verifyFixes: 3800, total: 5212 },
      measuredSteps: steps,
      loss: [2.5, 2.4, 2.35, 2.32, 2.31, 2.305, 2.303],
      explainedLoss: [-0.08, -0.04, -0.02, -0.01, -0.003, -0.001, 0],
      layers: wanted.map(measured),
    },
    findings: [],
    fixes: [],
    ...change,
  };
}

const before = {
  verdict: 'failing',
  explainedLoss: -0.014,
  dynamicRange: -11.9,
  loss: 2.303,
  findings: ['GD101'],
};

function fix(id, title, status, layers, change = {}) {
  return {
    id,
    title,
    edits: [],
    diff: "--- a\n+++ b\n@@ -9,3 +9,4 @@\n for _ in range(20):\n-    model.add(layers.Dense(100, activation='sigmoid'))\n+    model.add(layers.Dense(100, activation='relu', kernel_initializer='he_normal'))\n+    model.add(layers.BatchNormalization())\n model.compile()\n",
    cost: '8,000 more parameters, about 12 % more time a step',
    source: 'Ioffe and Szegedy 2015, section 3.2; He et al. 2015',
    verified: {
      status,
      reason: 'explains −1 % → 99 % of the loss in 50 steps',
      before,
      after: {
        verdict: 'healthy',
        explainedLoss: 0.99,
        dynamicRange: -0.3,
        loss: 0.02,
        findings: [],
        profile: layers.map(({ id: layer }, i) => ({
          id: layer,
          gradient: 0.05 * (1 + (i % 3)),
          variance: 0.9,
        })),
      },
    },
    ...change,
  };
}

const finding = (layers, change = {}) => ({
  id: 'GD101',
  rule: 'vanishing-gradient',
  severity: 'error',
  layers: layers.map(({ id }) => id),
  range,
  title: 'Gradient vanishes: 11.9 decades',
  message:
    'Each sigmoid layer passes back less than a quarter of the gradient: layer 1 receives 4e-13 of it, the last hidden layer 0.5.',
  evidence: [],
  confidence: { seeds: 3, agreeing: 3 },
  fixes: [],
  ...change,
});

const fixesOf = (layers) => [
  fix('bn', 'Add Batch Normalization after the 20 hidden layers', 'works', layers),
  fix('relu', 'Use ReLU with He initialization in 20 layers', 'works', layers),
  fix('tanh', 'Use tanh with Glorot initialization in 20 layers', 'helps', layers.slice(0, -2)),
  fix('clip', 'Clip the gradient by norm', 'no-effect', []),
];

/** As many decades down from the output as there are layers. */
const vanishing = (count, name = (i) => (i === 0 ? 'dense' : `dense_${i}`), decades = 12) =>
  Array.from({ length: count }, (_, i) => ({
    id: name(i),
    gradient: (step) => 10 ** (-decades * (1 - (i + 1) / count) - 0.05 * step),
    variance: () => 0.01 + 0.002 * (i % 5),
  }));

const past = (key, change = {}) => ({
  key,
  fileName: 'train.py',
  modelId: 'model',
  at: 1_750_000_000_000,
  fixTitle: null,
  verdict: 'failing',
  explainedLoss: -0.014,
  dynamicRange: -11.9,
  findings: [{ id: 'GD101', title: 'Gradient vanishes: 11.9 decades' }],
  ...change,
});

const history = [
  past('b', {
    verdict: 'healthy',
    explainedLoss: 0.99,
    dynamicRange: -0.3,
    fixTitle: 'Add Batch Normalization after the 20 hidden layers',
    findings: [{ id: 'GD105', title: 'Large updates' }],
  }),
  past('a'),
  past('c', { fileName: 'another_file_with_a_rather_long_name_that_has_to_be_cut.py', findings: null }),
];

const view = (models, change = {}) => ({
  hint: 'Measure the network in the open file.',
  history,
  analysis: {
    fileName: 'train.py',
    report: {
      schemaVersion: 1,
      tool: { name: 'gradient-doctor', version: '0.1.0' },
      source: { path: 'train.py', language: 'python' },
      models,
    },
    modelId: models[0]?.id ?? '',
    measuredAt: Date.now(),
    running: null,
    error: null,
    stale: false,
    before: null,
    ...change,
  },
});

const deep = vanishing(21);
const failing = model(deep, {
  findings: [
    finding(deep.slice(0, 16)),
    finding(deep.slice(0, 1), {
      id: 'GD202',
      rule: 'constant-start',
      severity: 'warning',
      title: 'Starts constant',
    }),
  ],
  fixes: fixesOf(deep),
  fixAll: fix(
    'all',
    'Add Batch Normalization after the 20 hidden layers; scale the input to 0 … 1',
    'works',
    deep,
  ),
});

const long = 'a_rather_long_name_that_somebody_gave_to_a_layer_without_ever_thinking_of_tables';
const longLayers = vanishing(
  9,
  (i) => `the_outermost_encoder_of_the_whole_model/block_${i % 3}/${long}_${i}`,
  6,
);
const sickAnyway = 'x'.repeat(140);

const nothingFinite = Array.from({ length: 8 }, (_, i) => ({
  id: `dense_${i}`,
  gradient: () => null,
  variance: () => null,
  spread: 0,
}));

const halfFinite = vanishing(12).map((layer) => ({
  ...layer,
  gradient: (step) => (step > 3 ? null : 10 ** step),
}));

const residual = Array.from({ length: 200 }, (_, i) => ({
  id: i % 4 === 3 ? `add_${i}` : `conv2d_${i}`,
  className: i % 4 === 3 ? 'Add' : 'Conv2D',
  activation: 'relu',
  kernel: i % 4 !== 3,
  gradient: () => 10 ** (2 * Math.sin(i / 30) - 1),
  variance: () => 1 + i * 0.2,
}));

const one = vanishing(1, () => 'dense', 0);

/** @type {Readonly<Record<string, object>>} */
export const states = {
  empty: {
    hint: 'Open a Python file or notebook with a Keras model.',
    history: [],
    analysis: null,
  },
  failing: view([failing]),
  'several models': view(
    [failing, { ...failing, id: 'build_encoder_with_attention#2', verdict: 'healthy' }],
    { stale: true },
  ),
  fixed: view(
    [
      model(
        deep.map((layer, i) => ({ ...layer, gradient: () => 0.05 + i * 0.01 })),
        { verdict: 'healthy', headline: 'This network learns.' },
      ),
    ],
    {
      before: {
        fixTitle: 'Add Batch Normalization after the 20 hidden layers',
        report: view([failing]).analysis.report,
      },
    },
  ),
  running: view([{ ...failing, fixes: [] }], { running: { stage: 'fixes', share: 0.4 } }),
  'one layer': view([model(one, { verdict: 'healthy', headline: 'This network learns.' })]),
  '200 layers': view([
    model(residual, {
      verdict: 'warning',
      headline: 'The updates of 3 layers are large.',
      fixes: fixesOf(residual).slice(0, 1),
    }),
  ]),
  'long names': view(
    [
      {
        ...model(longLayers, {
          headline: `The layer ${long} does not learn, since ${sickAnyway} is in its way.`,
          findings: [
            finding(longLayers, {
              title: `Gradient vanishes in ${long}`,
              message: `Layer ${longLayers[0].id} receives ${sickAnyway}.`,
            }),
          ],
          fixes: [
            fix('long', `Use He initialization in ${long}`, 'works', longLayers, {
              source: `${sickAnyway} 2015`,
              cost: sickAnyway,
            }),
          ],
          unknowns: [{ id: 'x', text: `${sickAnyway} could not be read.`, range }],
        }),
        id: `build_${long}`,
      },
    ],
    { fileName: `${long}.py` },
  ),
  'nothing finite': view([
    {
      ...model(nothingFinite, {
        headline: 'Numbers overflow from the first step on.',
        findings: [
          finding(nothingFinite, { id: 'GD103', rule: 'not-finite', title: 'Not finite from step 0 on' }),
        ],
      }),
      probe: {
        ...model(nothingFinite).probe,
        loss: steps.map(() => null),
        explainedLoss: steps.map(() => null),
      },
    },
  ]),
  'finite at first': view([
    {
      ...model(halfFinite, {
        headline: 'Numbers overflow at step 10.',
        findings: [
          finding(halfFinite, { id: 'GD103', rule: 'not-finite', title: 'Not finite from step 10 on' }),
        ],
        fixes: fixesOf(halfFinite).slice(0, 1),
      }),
      probe: {
        ...model(halfFinite).probe,
        loss: [2, 30, 4e8, 1e20, null, null, null],
        explainedLoss: [0, -10, -1e8, -1e19, null, null, null],
      },
    },
  ]),
  'cannot tell': view([
    model(deep.slice(0, 3), {
      verdict: 'unknown',
      headline: 'Cannot tell: the input shape is not written in this file.',
      probe: null,
      unknowns: [{ id: 'input-shape', text: 'The input shape is read from a file at run time.', range }],
    }),
  ]),
  failed: view([], { error: 'No Keras model was found in train.py.' }),
};
