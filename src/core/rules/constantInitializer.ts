import { hasKernel, kernelInitializer } from '../model/graphQueries';
import type { SourceRule } from './rule';

const constants = new Set(['Zeros', 'Ones', 'Constant']);

/** A constant kernel makes all units of a layer equal, and they stay equal; with zeros no gradient passes at all. */
export const constantInitializer: SourceRule = {
  kind: 'source',
  id: 'GD202',
  name: 'constant-initializer',
  check(spec) {
    const layers = spec.layers.filter((layer) => {
      const kernel = layer.weights.find((weight) => weight.name === 'kernel');
      // One unit cannot be equal to another: a linear model may start at zero.
      return (
        hasKernel(layer) &&
        constants.has(kernelInitializer(layer)?.class_name ?? '') &&
        (kernel?.shape.at(-1) ?? 0) > 1
      );
    });
    const first = layers[0];
    // The output layer of a linear model may start at zero too: its units have different targets.
    if (!first || (layers.length === 1 && spec.layers.filter(hasKernel).length === 1)) {
      return [];
    }
    const name = kernelInitializer(first)?.class_name.toLowerCase() ?? 'constant';
    return [
      {
        level: 'note',
        layers: layers.map((layer) => layer.id),
        argument: 'kernel_initializer',
        title: `All weights start equal (${name})`,
        message: `Every unit of ${first.name} starts with the same weights, receives the same gradient and stays the same as its neighbours. Random weights break the symmetry.`,
        headline: 'All units start equal and stay equal.',
        evidence: [{ name: 'initializer', value: name, threshold: null, unit: '' }],
      },
    ];
  },
};
