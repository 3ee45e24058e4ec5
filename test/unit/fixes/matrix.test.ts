import assert from 'node:assert/strict';
import { prescribe } from '../../../src/core/fixes/prescribe';
import type { ModelSpec } from '../../../src/core/model/spec';
import { kernelInitializer, activationOf } from '../../../src/core/model/graphQueries';
import { SourceText } from '../../../src/core/text/sourceText';
import { findingsOf } from '../../support/findings';
import { pythonReader } from '../source/python/support';

/** How a file names Keras. */
interface Imports {
  readonly name: string;
  readonly lines: (extra: { layers: string; optimizers: string }) => string;
  readonly layer: (className: string) => string;
  readonly model: (className: string) => string;
  readonly input: string;
  readonly optimizer: (className: string) => string;
}

const importStyles: readonly Imports[] = [
  {
    name: 'keras.layers.',
    lines: () => 'from tensorflow import keras\n',
    layer: (name) => `keras.layers.${name}`,
    model: (name) => `keras.${name}`,
    input: 'keras.Input',
    optimizer: (name) => `keras.optimizers.${name}`,
  },
  {
    name: 'layers.',
    lines: () => 'import tensorflow as tf\nfrom tensorflow.keras import layers\n',
    layer: (name) => `layers.${name}`,
    model: (name) => `tf.keras.${name}`,
    input: 'layers.Input',
    optimizer: (name) => `tf.keras.optimizers.${name}`,
  },
  {
    name: 'bare names',
    lines: ({ layers, optimizers }) =>
      `from keras.models import Sequential, Model\nfrom keras.layers import (Dense,\n                          Input${layers})\nfrom keras.optimizers import SGD${optimizers}\n`,
    layer: (name) => name,
    model: (name) => name,
    input: 'Input',
    optimizer: (name) => name,
  },
];

/** What varies between the program before a fix and after it. */
interface Parts {
  /** Arguments of a hidden Dense behind the units. */
  readonly hidden: string;
  /** A layer behind every hidden one, null for none. */
  readonly inserted: string | null;
  readonly optimizer: string;
}

/** Ways of writing a network with two or three hidden layers; `null` where the way has no place for the fix. */
const programs: Readonly<Record<string, (imports: Imports, parts: Parts) => string>> = {
  'a list, one layer a line': (i, p) =>
    `model = ${i.model('Sequential')}([\n    ${i.input}((8,)),\n    ${i.layer('Dense')}(16, ${p.hidden}),${p.inserted ? `\n    ${p.inserted},` : ''}\n    ${i.layer('Dense')}(32, ${p.hidden}),${p.inserted ? `\n    ${p.inserted},` : ''}\n    ${i.layer('Dense')}(3, activation="softmax"),  # output\n])\n`,
  'a list on one line': (i, p) =>
    `model = ${i.model('Sequential')}([${i.input}((8,)), ${i.layer('Dense')}(16, ${p.hidden})${p.inserted ? `, ${p.inserted}` : ''}, ${i.layer('Dense')}(32, ${p.hidden})${p.inserted ? `, ${p.inserted}` : ''}, ${i.layer('Dense')}(3, activation="softmax")])\n`,
  add: (i, p) =>
    `model = ${i.model('Sequential')}()\nmodel.add(${i.input}((8,)))\nmodel.add(${i.layer('Dense')}(16, ${p.hidden}))  # first\n${p.inserted ? `model.add(${p.inserted})\n` : ''}model.add(${i.layer('Dense')}(32, ${p.hidden}))\n${p.inserted ? `model.add(${p.inserted})\n` : ''}model.add(${i.layer('Dense')}(3, activation="softmax"))\n`,
  'functional, a name': (i, p) =>
    `inputs = ${i.input}((8,))\nx = ${i.layer('Dense')}(16, ${p.hidden})(inputs)\n${p.inserted ? `x = ${p.inserted}(x)\n` : ''}h = ${i.layer('Dense')}(32, ${p.hidden})(x)\n${p.inserted ? `h = ${p.inserted}(h)\n` : ''}outputs = ${i.layer('Dense')}(3, activation="softmax")(h)\nmodel = ${i.model('Model')}(inputs, outputs)\n`,
  'functional, nested calls': (i, p) => {
    const wrap = (text: string): string => (p.inserted ? `${p.inserted}(${text})` : text);
    return `inputs = ${i.input}((8,))\noutputs = ${i.layer('Dense')}(3, activation="softmax")(${wrap(`${i.layer('Dense')}(32, ${p.hidden})(${wrap(`${i.layer('Dense')}(16, ${p.hidden})(inputs)`)})`)})\nmodel = ${i.model('Model')}(inputs, outputs)\n`;
  },
  'a loop that adds': (i, p) =>
    `model = ${i.model('Sequential')}()\nmodel.add(${i.input}((8,)))\nfor units in [16, 32]:\n\tmodel.add(${i.layer('Dense')}(units, ${p.hidden}))\n${p.inserted ? `\tmodel.add(${p.inserted})\n` : ''}model.add(${i.layer('Dense')}(3, activation="softmax"))\n`,
  'a functional loop': (i, p) =>
    `x = inputs = ${i.input}((8,))\nfor _ in range(2):\n    x = ${i.layer('Dense')}(16, ${p.hidden})(x)\n${p.inserted ? `    x = ${p.inserted}(x)\n` : ''}model = ${i.model('Model')}(inputs, ${i.layer('Dense')}(3, activation="softmax")(x))\n`,
  'a helper': (i, p) =>
    `def block(x, units):\n    x = ${i.layer('Dense')}(units, ${p.hidden})(x)\n${p.inserted ? `    x = ${p.inserted}(x)\n` : ''}    return x\n\ninputs = ${i.input}((8,))\nmodel = ${i.model('Model')}(inputs, ${i.layer('Dense')}(3, activation="softmax")(block(block(inputs, 16), 32)))\n`,
  'a builder with parameters': (i, p) =>
    `def build(units=16, classes=3):\n    net = ${i.model('Sequential')}()\n    net.add(${i.input}((8,)))\n    net.add(${i.layer('Dense')}(units, ${p.hidden}))\n${p.inserted ? `    net.add(${p.inserted})\n` : ''}    net.add(${i.layer('Dense')}(units, ${p.hidden}))\n${p.inserted ? `    net.add(${p.inserted})\n` : ''}    net.add(${i.layer('Dense')}(classes, activation="softmax"))\n    return net\n\nmodel = build(units=24)\n`,
  'a comprehension': (i, p) =>
    `model = ${i.model('Sequential')}([${i.input}((8,))] + [${i.layer('Dense')}(n, ${p.hidden}) for n in (16, 32)] + [${i.layer('Dense')}(3, activation="softmax")])\n`,
  'Windows line ends': (i, p) => programs['a list, one layer a line']?.(i, p).replaceAll('\n', '\r\n') ?? '',
};

/** What each fix changes: the hidden layers' arguments, a layer behind them, the optimizer, the imports. */
interface Change {
  readonly fix: string;
  readonly finding: string;
  readonly hidden: readonly [before: string, after: string];
  readonly inserts?: boolean;
  readonly optimizer?: (imports: Imports) => string;
  readonly imported?: { readonly optimizers: string };
  /** What the edited text has to be read as. */
  readonly read: (model: ModelSpec) => void;
}

const hiddenOf = (model: ModelSpec) =>
  model.layers.filter((layer) => layer.className === 'Dense').slice(0, -1);
const everyInitializer = (name: string) => (model: ModelSpec) =>
  hiddenOf(model).forEach((layer) => assert.equal(kernelInitializer(layer)?.class_name, name));
const everyActivation = (name: string) => (model: ModelSpec) =>
  hiddenOf(model).forEach((layer) => assert.equal(activationOf(layer), name));
const normalized = (model: ModelSpec): void =>
  assert.equal(
    model.layers.filter((layer) => layer.className === 'BatchNormalization').length,
    hiddenOf(model).length,
  );
const sgd = { momentum: 0.9, learning_rate: 0.1 };
const optimizerIs = (className: string, config: Record<string, unknown>) => (model: ModelSpec) => {
  assert.equal(model.compile?.optimizer.className, className);
  assert.deepEqual({ ...model.compile?.optimizer.config, ...config }, model.compile?.optimizer.config);
};

const relu = 'activation="relu"';
const changes: readonly Change[] = [
  {
    fix: 'he-normal',
    finding: 'GD101',
    hidden: [relu, `${relu}, kernel_initializer="he_normal"`],
    read: everyInitializer('HeNormal'),
  },
  {
    fix: 'he-normal',
    finding: 'GD202',
    hidden: [`kernel_initializer="zeros", ${relu}`, `kernel_initializer="he_normal", ${relu}`],
    read: everyInitializer('HeNormal'),
  },
  { fix: 'batch-normalization', finding: 'GD101', hidden: [relu, relu], inserts: true, read: normalized },
  {
    fix: 'batch-normalization-with-initializer',
    finding: 'GD101',
    hidden: [relu, `${relu}, kernel_initializer="he_normal"`],
    inserts: true,
    read: (model) => {
      normalized(model);
      everyInitializer('HeNormal')(model);
    },
  },
  {
    fix: 'gelu-he-normal',
    finding: 'GD101',
    hidden: [`activation='sigmoid'`, `activation='gelu', kernel_initializer='he_normal'`],
    read: everyActivation('gelu'),
  },
  {
    fix: 'leaky-relu-he-normal',
    finding: 'GD107',
    hidden: [relu, `activation="leaky_relu", kernel_initializer="he_normal"`],
    read: everyActivation('leaky_relu'),
  },
  {
    fix: 'elu-he-normal',
    finding: 'GD107',
    hidden: [relu, `activation="elu", kernel_initializer="he_normal"`],
    read: everyActivation('elu'),
  },
  {
    fix: 'zero-bias',
    finding: 'GD107',
    hidden: [`${relu}, bias_initializer="ones"`, `${relu}, bias_initializer="zeros"`],
    read: (model) =>
      hiddenOf(model).forEach((layer) =>
        assert.equal(
          (layer.config['bias_initializer'] as { class_name?: string } | undefined)?.class_name,
          'Zeros',
        ),
      ),
  },
  {
    fix: 'global-clipnorm',
    finding: 'GD102',
    hidden: [relu, relu],
    optimizer: (i) => `${i.optimizer('SGD')}(0.1, momentum=0.9, global_clipnorm=1.0)`,
    read: optimizerIs('SGD', { ...sgd, global_clipnorm: 1 }),
  },
  {
    fix: 'learning-rate-up',
    finding: 'GD113',
    hidden: [relu, relu],
    optimizer: (i) => `${i.optimizer('SGD')}(1.0, momentum=0.9)`,
    read: optimizerIs('SGD', { ...sgd, learning_rate: 1 }),
  },
  {
    fix: 'nadam',
    finding: 'GD104',
    hidden: [relu, relu],
    optimizer: (i) => `${i.optimizer('Nadam')}()`,
    imported: { optimizers: ', Nadam' },
    read: optimizerIs('Nadam', { learning_rate: 0.001 }),
  },
  {
    fix: 'relu-he-normal',
    finding: 'GD101',
    hidden: [`activation='sigmoid'`, `activation='relu', kernel_initializer='he_normal'`],
    read: everyActivation('relu'),
  },
  {
    fix: 'tanh-glorot-uniform',
    finding: 'GD101',
    hidden: [`activation='sigmoid', use_bias=True`, `activation='tanh', use_bias=True`],
    read: everyActivation('tanh'),
  },
  {
    fix: 'selu-lecun-normal',
    finding: 'GD101',
    hidden: [
      `activation="tanh", kernel_initializer="glorot_normal"`,
      `activation="selu", kernel_initializer="lecun_normal"`,
    ],
    read: everyActivation('selu'),
  },
  {
    fix: 'clipnorm',
    finding: 'GD102',
    hidden: [relu, relu],
    optimizer: (i) => `${i.optimizer('SGD')}(0.1, momentum=0.9, clipnorm=1.0)`,
    read: optimizerIs('SGD', { ...sgd, clipnorm: 1 }),
  },
  {
    fix: 'learning-rate-down',
    finding: 'GD106',
    hidden: [relu, relu],
    optimizer: (i) => `${i.optimizer('SGD')}(0.01, momentum=0.9)`,
    read: optimizerIs('SGD', { ...sgd, learning_rate: 0.01 }),
  },
  {
    fix: 'adam',
    finding: 'GD104',
    hidden: [relu, relu],
    optimizer: (i) => `${i.optimizer('Adam')}()`,
    imported: { optimizers: ', Adam' },
    read: optimizerIs('Adam', { learning_rate: 0.001 }),
  },
];

/** A comprehension has one place for all its layers: nothing can be put behind each of them. */
const cannot = (way: string, change: Change): boolean => way === 'a comprehension' && change.inserts === true;

describe('every fix in every way of writing', () => {
  for (const imports of importStyles) {
    for (const [way, write] of Object.entries(programs)) {
      for (const change of changes) {
        it(`${change.fix} (${change.finding}), ${way}, ${imports.name}`, async () => {
          const normalization = change.inserts ? `${imports.layer('BatchNormalization')}()` : null;
          const program = (parts: Parts, extra: { layers: string; optimizers: string }): string => {
            const line = way === 'Windows line ends' ? '\r\n' : '\n';
            const compile = `model.compile(optimizer=${parts.optimizer}, loss="sparse_categorical_crossentropy")\n`;
            return (
              `${imports.lines(extra)}\n`.replaceAll('\n', line) +
              write(imports, parts) +
              compile.replaceAll('\n', line)
            );
          };
          const plain = `${imports.optimizer('SGD')}(0.1, momentum=0.9)`;
          const before = program(
            { hidden: change.hidden[0], inserted: null, optimizer: plain },
            { layers: '', optimizers: '' },
          );
          const reader = await pythonReader();
          const source = SourceText.ofFile('a.py', 'python', before);
          const result = reader.read(source);
          const spec = result.models.find((model) => model.id === 'model');
          assert.ok(spec, `${before}\n${JSON.stringify(result.unknowns)}`);
          const candidates = prescribe(spec, source, findingsOf(change.finding), result.refused);
          const candidate = candidates.find((c) => c.id === change.fix);
          if (cannot(way, change)) {
            assert.equal(candidate, undefined);
            return;
          }
          assert.ok(candidate, `${before}\n${candidates.map((c) => c.id).join(', ')}`);
          const after = program(
            {
              hidden: change.hidden[1],
              inserted: normalization,
              optimizer: change.optimizer?.(imports) ?? plain,
            },
            {
              layers: change.inserts ? ', BatchNormalization' : '',
              optimizers: change.imported?.optimizers ?? '',
            },
          );
          const edited = source.apply(candidate.edits);
          assert.equal(edited.cells[0]?.text, after);
          const again = reader.read(edited).models.find((model) => model.id === 'model');
          assert.ok(again);
          change.read(again);
        });
      }
    }
  }
});
