import { unzipSync } from 'fflate';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { LayerSpec, ModelSpec } from '../../core/model/spec';
import { HumanError } from '../../core/humanError';
import type { GivenWeights } from '../graph/weights';
import { groupsOfConfig, groupsOfSpec } from './groups';
import { type Hdf5Dataset, readHdf5 } from './hdf5';

/** The order of the parts inside a layer, as `layer.weights` has them; what is not named keeps the file's order. */
const partOrder = [
  'forward_layer',
  'backward_layer',
  'query_dense',
  'key_dense',
  'value_dense',
  'output_dense',
  'layer',
  'cell',
  'cells',
  'vars',
];

function sortKey(relative: string): string {
  return relative
    .split('/')
    .map((part) => {
      // GroupQueryAttention keeps the underscore of its attributes
      const known = partOrder.indexOf(part.replace(/^_/, ''));
      const number = /(\d+)$/.exec(part)?.[1];
      return known >= 0
        ? String(known).padStart(4, '0')
        : `${part.replace(/_?\d+$/, '')}${(number ?? '0').padStart(6, '0')}`;
    })
    .join('/');
}

const sameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((size, i) => size === b[i]);

/** Values for the layer's weights out of its part of the file, in order and by shape; null where they do not fit. */
function match(layer: LayerSpec, stored: readonly Hdf5Dataset[]): Float32Array[] | null {
  const left = [...stored];
  const values: Float32Array[] = [];
  for (const weight of layer.weights) {
    const at = left.findIndex(({ shape }) => sameShape(shape, weight.shape));
    const [found] = at < 0 ? [] : left.splice(at, 1);
    if (found === undefined) {
      return null;
    }
    values.push(found.read());
  }
  return values;
}

function inGroup(datasets: readonly Hdf5Dataset[], group: string): Hdf5Dataset[] {
  return datasets
    .filter(
      ({ path: at }) =>
        at.startsWith(`${group}/`) && !/seed_generator|(^|\/)layers\//.test(at.slice(group.length + 1)),
    )
    .map((dataset) => ({ key: sortKey(dataset.path.slice(group.length + 1)), dataset }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ dataset }) => dataset);
}

/** Layers that have weights, with what the file holds for them. */
function collect(
  spec: ModelSpec,
  datasets: readonly Hdf5Dataset[],
  groups: ReadonlyMap<string, string>,
  file: string,
): GivenWeights {
  const given = new Map<string, readonly Float32Array[]>();
  const withWeights = spec.layers.filter(({ weights }) => weights.length > 0);
  const unmatched: LayerSpec[] = [];
  const used = new Set<string>();
  for (const layer of withWeights) {
    const group = groups.get(layer.id);
    const values = group === undefined ? null : match(layer, inGroup(datasets, group));
    if (group === undefined || values === null) {
      unmatched.push(layer);
    } else {
      used.add(group);
      given.set(layer.id, values);
    }
  }
  // names may differ from those at the time of saving: what is left is matched in order, where the shapes agree
  const spare = [...groups.values()].filter((group) => !used.has(group));
  for (const layer of unmatched) {
    const at = spare.findIndex((group) => match(layer, inGroup(datasets, group)) !== null);
    const [group] = at < 0 ? [] : spare.splice(at, 1);
    const values = group === undefined ? null : match(layer, inGroup(datasets, group));
    if (values === null) {
      const wanted = layer.weights.map(({ shape }) => `(${shape.join(', ')})`).join(', ');
      throw new HumanError(
        `The weights in ${file} do not fit the model: nothing in it has the shapes ${wanted} of the layer "${layer.id}". Give the file that this model was saved to.`,
      );
    }
    given.set(layer.id, values);
  }
  return given;
}

/** Files of Keras 2: a group a layer by its name, in `model_weights` or at the top. */
function legacyGroups(spec: ModelSpec, datasets: readonly Hdf5Dataset[]): ReadonlyMap<string, string> {
  const prefix = datasets.some(({ path: at }) => at.startsWith('model_weights/')) ? 'model_weights/' : '';
  return new Map(spec.layers.map((layer) => [layer.id, `${prefix}${layer.id}`]));
}

/** Start weights from a `.keras`, `.weights.h5` or `.h5` file. */
export async function loadWeights(spec: ModelSpec, file: string): Promise<GivenWeights> {
  const name = path.basename(file);
  let bytes: Uint8Array;
  try {
    bytes = await fs.readFile(file);
  } catch {
    throw new HumanError(`The weights file ${file} cannot be read. Check its path.`);
  }
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    const parts = unzipSync(bytes, {
      filter: ({ name: part }) => part.endsWith('config.json') || part.endsWith('.h5'),
    });
    const config = parts['config.json'];
    const stored = parts['model.weights.h5'];
    if (stored === undefined) {
      throw new HumanError(`${name} holds no model.weights.h5, so it is no model saved by Keras 3.`);
    }
    const groups =
      config === undefined
        ? groupsOfSpec(spec)
        : groupsOfConfig(JSON.parse(new TextDecoder().decode(config)));
    return collect(spec, readHdf5(stored), groups, name);
  }
  const datasets = readHdf5(bytes);
  const keras3 = datasets.some(({ path: at }) => at.includes('/vars/'));
  return collect(spec, datasets, keras3 ? groupsOfSpec(spec) : legacyGroups(spec, datasets), name);
}
