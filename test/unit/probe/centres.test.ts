import assert from 'node:assert/strict';
import fc from 'fast-check';
import { centres, smoothField } from '../../../src/probe/data/centres';
import { RandomStream } from '../../../src/probe/initializers/random';

const side = fc.integer({ min: 2, max: 12 });
const shapes = fc.oneof(
  fc.tuple(side, side, fc.integer({ min: 1, max: 4 })),
  fc.tuple(side, side, side, fc.integer({ min: 1, max: 2 })),
);

describe('class centres', () => {
  it('over images have mean 0 and variance 1 in every channel: brightness tells no class', () => {
    fc.assert(
      fc.property(shapes, fc.string(), (shape, seed) => {
        const field = smoothField(shape, new RandomStream(seed));
        const channels = shape.at(-1)!;
        for (let c = 0; c < channels; c++) {
          const values = field.filter((_, i) => i % channels === c);
          const mean = values.reduce((a, b) => a + b, 0) / values.length;
          const square = values.reduce((a, b) => a + b * b, 0) / values.length;
          assert.ok(Math.abs(mean) < 1e-5 && Math.abs(square - 1) < 1e-4, `${mean} ${square}`);
        }
      }),
    );
  });

  it('over images are smooth: neighbours differ less than places far apart', () => {
    const size = 24;
    const field = smoothField([size, size, 1], new RandomStream('smooth'));
    const differences = (distance: number): number => {
      let sum = 0;
      for (let y = 0; y < size; y++) {
        for (let x = 0; x + distance < size; x++) {
          sum += (field[y * size + x]! - field[y * size + x + distance]!) ** 2;
        }
      }
      return sum / (size * (size - distance));
    };
    assert.ok(differences(1) < 0.1 * differences(12), `${differences(1)} ${differences(12)}`);
  });

  it('are one a class, the same for the same seed', () => {
    const make = (): Float32Array[] => centres([8, 8, 3], 5, new RandomStream('7 input 0'));
    assert.equal(make().length, 5);
    assert.deepEqual(make(), make());
    assert.notDeepEqual(make()[0], make()[1]);
  });
});
