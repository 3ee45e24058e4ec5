import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { scalarActivation } from '../../../src/probe/activations/scalar';
import type { Engine } from '../../../src/probe/engine/engine';
import { loadEngine } from '../../../src/probe/engine/loadEngine';
import { scope } from '../../../src/probe/engine/scope';
import * as tf from '../../../src/probe/engine/tf';
import { RandomStream } from '../../../src/probe/initializers/random';
import { type FusedActivation, matrix } from '../../../src/probe/kernels/kernels';
import { withSharedMemory } from '../../../src/probe/kernels/sharedMemory';
import { slide } from '../../../src/probe/layers/geometry';
import { recur, type RecurrenceTensors } from '../../../src/probe/layers/recurrence';

/** Bits of what an operation makes: NaN equals NaN, 0 is not −0. */
const bits = (values: Float32Array): string =>
  Buffer.from(Float32Array.from(values).buffer).toString('base64');

describe('two threads', () => {
  let engine: Engine;
  before(async function () {
    if (os.availableParallelism() < 2) {
      this.skip();
    }
    engine = await loadEngine('wasm');
    await engine.allowThreads(2);
    assert.equal(engine.threads, 2);
  });
  after(() => engine.allowThreads(1));

  const stream = new RandomStream('two threads');
  const random = (size: number): Float32Array => Float32Array.from({ length: size }, () => stream.normal());

  /** Runs an operation with one thread and, several times, with two; all results are the same to the bit. */
  async function same(operation: () => readonly Float32Array[]): Promise<void> {
    const run = () => scope(() => operation().map(bits));
    await engine.allowThreads(1);
    const expected = run();
    await engine.allowThreads(2);
    for (let i = 0; i < 4; i++) {
      assert.ok(
        run().every((result, k) => result === expected[k]),
        'a result differs',
      );
    }
  }

  /** Lets `work` run on copies of the arrays where the kernels compute; what it writes to the last ones, of these sizes, is the result. */
  const onHeap = (
    inputs: readonly Float32Array[],
    outputs: readonly number[],
    work: (arrays: Float32Array[]) => void,
  ): Float32Array[] => {
    const sizes = [...inputs.map(({ length }) => length), ...outputs];
    const made = engine.produce(
      sizes.map((size) => [size]),
      (arrays) => {
        inputs.forEach((values, i) => arrays[i]!.set(values));
        work(arrays);
      },
    );
    return made.slice(inputs.length).map((tensor) => Float32Array.from(engine.view(tensor)));
  };

  for (const [rows, inner, columns] of [
    [31, 900, 501],
    [1030, 700, 13],
    [9216, 32, 128],
    [32, 9216, 123],
  ] as const) {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
    ]) {
      it(`multiplies ${rows} × ${inner} × ${columns}${transposeA ? ', transposed' : ''}${transposeB ? ' by transposed' : ''}`, async () => {
        const [a, b, bias] = [random(rows * inner), random(inner * columns), random(columns)];
        await same(() =>
          onHeap([a, b, bias], [rows * columns], ([x, y, z, c]) =>
            engine.kernels.gemm(
              matrix(x!, transposeA ? rows : inner),
              matrix(y!, transposeB ? inner : columns),
              matrix(c!, columns),
              { rows, inner, columns },
              { transposeA: transposeA!, transposeB: transposeB!, bias: z!, activation: 'sigmoid' },
            ),
          ),
        );
      });
    }
  }

  for (const { what, batch = 7, size = 30, window = 3, stride = 1, channels, outputs, groups = 1 } of [
    { what: 'by Winograd', channels: 16, outputs: 44 },
    { what: 'by Winograd, more channels than outputs', channels: 40, outputs: 8 },
    { what: 'in groups', channels: 32, outputs: 64, groups: 2 },
    { what: 'directly', window: 5, channels: 6, outputs: 37 },
    { what: 'with strides', stride: 2, size: 61, channels: 16, outputs: 33 },
    { what: 'of one channel', batch: 33, size: 64, channels: 1, outputs: 32 },
    { what: 'of one image', batch: 1, size: 90, channels: 16, outputs: 16 },
  ]) {
    it(`convolves ${what}`, async () => {
      const own = engine.convolution!;
      const g = slide(batch, [size, size], [window, window], [stride, stride], [1, 1], 'same');
      const x = random(batch * size * size * channels);
      const w = random((window * window * channels * outputs) / groups);
      const bias = random(outputs);
      const dy = random(batch * g.out[1] * g.out[2] * outputs);
      await same(() => {
        own.reserve(g, channels, outputs);
        return onHeap([x, w, bias, dy], [dy.length, x.length, w.length], ([a, b, c, d, y, dx, dw]) => {
          own.forward(g, a!, b!, groups, c!, 'relu', y!);
          own.inputGradient(g, d!, b!, groups, dx!);
          own.filterGradient(g, a!, d!, groups, dw!);
        });
      });
    });
  }

  it('pools', async () => {
    const g = slide(9, [64, 64], [3, 3], [2, 2], [1, 1], 'same');
    const x = random(9 * 64 * 64 * 24);
    const out = 9 * g.out[1] * g.out[2] * 24;
    await same(() =>
      onHeap([x], [out, out, x.length], ([a, y, winners, dx]) => {
        engine.convolution!.maxPool(g, a!, y!, winners!);
        engine.convolution!.maxPoolGradient(y!, winners!, dx!);
      }),
    );
  });

  it('loops over arrays and columns', async () => {
    const columns = 22;
    const x = random(columns * 50_000);
    const d = random(x.length);
    const vectors = { center: random(columns), scale: random(columns), shift: random(columns) };
    await same(() => {
      const { kernels } = engine;
      const kinds: FusedActivation[] = ['relu', 'tanh'];
      const extra: Float32Array[] = [];
      const results = onHeap([x, d], [...Array<number>(9).fill(x.length), columns], (arrays) => {
        const [a, b, ...out] = arrays as [Float32Array, Float32Array, ...Float32Array[]];
        kinds.forEach((kind, i) => {
          kernels.activation(a, out[i]!, kind);
          kernels.activationGradient(b, out[i]!, out[i + 2]!, kind);
        });
        kernels.centerAndScale(a, vectors, out[4]!);
        kernels.combineColumns(
          b,
          a,
          { center: vectors.center, a: vectors.scale, b: vectors.shift, c: vectors.center },
          out[5]!,
        );
        kernels.columnSums(a, x.length / columns, columns, out[9]!);
        out[6]!.set(a);
        kernels.adam(out[6]!, out[7]!, out[8]!, b, { alpha: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 });
        kernels.addScaled(out[6]!, b, 0.3);
        const { mean, variance } = kernels.columnMoments(a, columns);
        const { sums, products } = kernels.columnProducts(b, a, vectors);
        extra.push(...[mean, variance, sums, products].map((values) => new Float32Array(values.buffer)));
      });
      return [...results, ...extra];
    });
  });

  for (const kind of ['lstm', 'gru'] as const) {
    for (const returnSequences of [true, false]) {
      const [batch, time, features, units] = [19, 30, 14, 45] as const;
      const wide = (kind === 'lstm' ? 4 : 3) * units;
      const shapes = {
        x: [batch, time, features],
        kernel: [features, wide],
        recurrent: [units, wide],
        bias: kind === 'lstm' ? [wide] : [2, wide],
        h0: [batch, units],
        c0: [batch, units],
      };
      const values = Object.values(shapes).map((shape) =>
        random(shape.reduce((a, b) => a * b)).map((value) => value / 4),
      );
      const how = {
        kind,
        activation: scalarActivation('tanh')!,
        recurrentActivation: scalarActivation('sigmoid')!,
        goBackwards: true,
        returnSequences,
        zeroMasked: false,
      };
      /** Outputs, and gradients of the sum of their squares. */
      const results = (by: Engine): Float32Array[] => {
        const tensors = Object.values(shapes).map((shape, i) => tf.tensor(values[i]!, shape));
        const named = Object.fromEntries(Object.keys(shapes).map((name, i) => [name, tensors[i]]));
        let outputs: Float32Array[] = [];
        const copy = (tensor: tf.Tensor) => Float32Array.from(engine.view(tensor));
        const { grads } = tf.engine().gradients(
          () => {
            const made = recur(by, how, { ...(named as unknown as RecurrenceTensors), mask: null });
            outputs = made.map(copy);
            return tf.addN(made.map((tensor) => tf.sum(tf.square(tensor))));
          },
          tensors,
          undefined,
          true,
        );
        return [...outputs, ...grads.map(copy)];
      };
      const name = `a ${kind} that returns ${returnSequences ? 'the sequence' : 'the last output'}`;

      it(`runs ${name}`, () => same(() => results(engine)));

      it(`runs ${name} as the plain loops do`, () => {
        scope(() => {
          const plain = results({ ...engine, kernels: { ...engine.kernels, recurrent: null } });
          results(engine).forEach((actual, i) => {
            const largest = Math.max(1e-3, ...plain[i]!.map(Math.abs));
            actual.forEach((value, k) => assert.ok(Math.abs(value - plain[i]![k]!) < 1e-5 * largest));
          });
        });
      });
    }
  }
});

describe('withSharedMemory', () => {
  it('makes the memory that a module declares a shared one, and leaves the rest as it was', () => {
    for (const name of ['tfjs-backend-wasm-simd.wasm', 'kernels.wasm']) {
      const bytes = new Uint8Array(fs.readFileSync(path.resolve('dist', name)));
      const shared = withSharedMemory(bytes)!;
      assert.equal(bytes.filter((byte, i) => byte !== shared[i]).length, 1);
      assert.ok(WebAssembly.validate(shared));
    }
  });

  it('gives null where no memory has a bound', () => {
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    assert.equal(withSharedMemory(empty), null);
    // one memory, at least one page
    assert.equal(withSharedMemory(Uint8Array.of(...empty, 5, 3, 1, 0, 1)), null);
  });
});
