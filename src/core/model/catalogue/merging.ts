import type { Shape } from '../../report/report';
import { optional, required } from './arguments';
import { numberOf, numbersOf } from './configAccess';
import { inputsOf, layerClass, output } from './layer';
import { ShapeError, type LayerClass } from './layerClass';
import { broadcast, positiveAxis, shapeText, withAxis, type Size } from './shapes';

/** Layers that take several tensors elementwise (keras 3.15, `base_merge.py`): batch kept, the rest broadcast. */
function elementwise(className: string): LayerClass {
  return layerClass({
    className,
    arguments: [],
    build: (config, inputs) => {
      const [first, ...others] = inputsOf(inputs);
      if (!first) {
        throw new ShapeError(`A merge layer should be called on a list of at least 1 input.`);
      }
      const shape = others.reduce<Shape>(
        (sum, each) => [sum[0] ?? each.shape[0] ?? null, ...broadcast(sum.slice(1), each.shape.slice(1))],
        first.shape,
      );
      return output(config, shape);
    },
  });
}

const concatenate = layerClass({
  className: 'Concatenate',
  arguments: [optional('axis', -1, 'concat_axis')],
  build: (config, inputs) => {
    const tensors = inputsOf(inputs);
    const [first] = tensors;
    if (!first) {
      throw new ShapeError('A `Concatenate` layer should be called on a list of at least 1 input.');
    }
    const rank = first.shape.length;
    const axis = positiveAxis(numberOf(config, 'axis', -1), rank);
    const fits = tensors.every(
      ({ shape }) =>
        shape.length === rank &&
        shape.every((size, index) => {
          const other = first.shape[index] ?? null;
          return index === axis || size === null || other === null || size === other;
        }),
    );
    if (!fits) {
      throw new ShapeError(
        `A \`Concatenate\` layer requires inputs with matching shapes except for the concatenation axis. Received: input_shape=[${tensors.map(({ shape }) => shapeText(shape)).join(', ')}]`,
      );
    }
    const total = tensors.reduce<Size>((sum, { shape }) => {
      const size = shape[axis] ?? null;
      return sum === null || size === null ? null : sum + size;
    }, 0);
    const known = first.shape.map(
      (size, index) => size ?? tensors.find(({ shape }) => shape[index] !== null)?.shape[index] ?? null,
    );
    return output(config, withAxis(known, axis, total));
  },
});

const dot = layerClass({
  className: 'Dot',
  arguments: [required('axes', 'dot_axes'), optional('normalize', false)],
  build: (config, inputs) => {
    const [a, b] = inputsOf(inputs);
    if (!a || !b) {
      throw new ShapeError('A `Dot` layer should be called on a list of 2 inputs.');
    }
    const axes = numbersOf(config, 'axes');
    const axisA = positiveAxis(axes[0] ?? -1, a.shape.length);
    const axisB = positiveAxis(axes[1] ?? axes[0] ?? -1, b.shape.length);
    const sizeA = a.shape[axisA] ?? null;
    const sizeB = b.shape[axisB] ?? null;
    if (sizeA !== null && sizeB !== null && sizeA !== sizeB) {
      throw new ShapeError(
        `Incompatible input shapes: axis values ${sizeA} (at axis ${axisA}) != ${sizeB} (at axis ${axisB}). Full input shapes: ${shapeText(a.shape)}, ${shapeText(b.shape)}`,
      );
    }
    const shape = [
      ...a.shape.filter((_, index) => index !== axisA),
      ...b.shape.filter((_, index) => index !== axisB && index !== 0),
    ];
    return output(config, shape.length === 1 ? [...shape, 1] : shape);
  },
});

export const mergingLayers: readonly LayerClass[] = [
  ...['Add', 'Subtract', 'Multiply', 'Average', 'Maximum', 'Minimum'].map(elementwise),
  concatenate,
  dot,
];
