import type { ModelSpec } from '../../core/model/spec';
import { inputShapes } from '../data/shapes';
import { resize } from './resize';

/** How many times the usual size an open axis may become. */
const most = 16;

/**
 * The model on inputs whose open axes are long enough: windows and strides one after the other may leave nothing of the usual size. As it is where they
 * leave something, or where no size helps.
 */
export function withRoom(spec: ModelSpec): ModelSpec {
  const open = spec.inputs.map(({ tensor }) => spec.tensors[tensor]?.shape.slice(1) ?? []);
  if (!open.flat().includes(null)) {
    return spec;
  }
  const usual = inputShapes(spec);
  for (let times = 1; times <= most; times *= 2) {
    const shapes = usual.map((shape, i) =>
      shape.map((size, k) => (open[i]?.[k] === null ? size * times : size)),
    );
    const made = resize(spec, shapes);
    if (made?.tensors.every(({ shape }) => shape.every((size) => size === null || size > 0)) === true) {
      return times === 1 ? spec : made;
    }
  }
  return spec;
}
