import { formatShape, plural } from '../format';
import { isKernel } from '../model/graphQueries';
import type { ArchitectureLayer, LayerMeasurement, ModelReport, Series, Shape } from './report';
import type { Range } from '../text/range';

/** One layer as picture, strip and table show it. */
export interface LayerRow {
  readonly id: string;
  /** Counted as the findings count: kernel layers only, input first; null for the others. */
  readonly number: number | null;
  /** Last part of the path through nested models. */
  readonly name: string;
  readonly className: string;
  readonly activation: string | null;
  readonly output: string;
  /** Null where the report holds no such layer. */
  readonly outputShape: Shape | readonly Shape[] | null;
  readonly params: number;
  readonly range: Range | null;
  readonly gradient: Series;
  readonly variance: Series;
  /** Of the kernel, else of the first trainable weight; null where nothing is trained. */
  readonly updateRatio: Series | null;
  readonly nonFinite: readonly number[];
  readonly measurement: LayerMeasurement | null;
}

/** The measured layers in order; those that were read, without numbers, where nothing could be measured. */
export function layerRows({ architecture, probe }: ModelReport): readonly LayerRow[] {
  const layers = new Map(architecture.layers.map((layer) => [layer.id, layer]));
  if (!probe) {
    return architecture.layers
      .filter((layer) => layer.className !== 'InputLayer')
      .map((layer) => row(layer.id, layer, null, null));
  }
  const numbers = kernelNumbers(architecture.layers, probe.layers);
  return probe.layers.map((measured) =>
    row(measured.id, layers.get(measured.id), measured, numbers.get(measured.id) ?? null),
  );
}

/** As a person counts: an InputLayer only says what shape comes in. */
export function layerCount({ architecture }: ModelReport): string {
  return plural(architecture.layers.filter(({ className }) => className !== 'InputLayer').length, 'layer');
}

/** What a layer is called in a sentence: 'Layer 5 dense_4', or its name alone. */
export function layerTitle(layer: LayerRow): string {
  return layer.number === null ? layer.id : `Layer ${layer.number} ${layer.id}`;
}

/** The last kernel layer that another one follows: what the others' gradients are compared with; none where no hidden layer precedes it. */
export function referenceLayer(rows: readonly LayerRow[]): LayerRow | undefined {
  const kernels = rows.filter((layer) => layer.number !== null);
  return kernels.length > 2 ? kernels.at(-2) : undefined;
}

function row(
  id: string,
  layer: ArchitectureLayer | undefined,
  measured: LayerMeasurement | null,
  number: number | null,
): LayerRow {
  const trained = measured?.weights.filter((weight) => weight.trainable) ?? [];
  const weight = trained.find(({ name }) => isKernel(name)) ?? trained[0];
  return {
    id,
    number,
    name: id.split('/').at(-1) ?? id,
    className: layer?.className ?? '',
    activation: activationName(layer),
    output: layer ? shapeText(layer.outputShape) : '',
    outputShape: layer?.outputShape ?? null,
    params: layer?.params ?? 0,
    range: layer?.range ?? null,
    gradient: measured?.gradientNorm ?? [],
    variance: measured?.variance ?? [],
    updateRatio: weight?.updateRatio ?? null,
    nonFinite: measured?.nonFinite ?? [],
    measurement: measured,
  };
}

/** By depth (longest way from an input, in kernel layers), then in order, as the rules count hidden layers. */
function kernelNumbers(
  layers: readonly ArchitectureLayer[],
  measured: readonly LayerMeasurement[],
): ReadonlyMap</* layer id */ string, number> {
  const kernels = new Set(
    measured.filter(({ weights }) => weights.some(({ name }) => isKernel(name))).map(({ id }) => id),
  );
  const depths = new Map<string, number>();
  for (const layer of layers) {
    const before = Math.max(0, ...layer.inbound.map((id) => depths.get(id) ?? 0));
    depths.set(layer.id, before + (kernels.has(layer.id) ? 1 : 0));
  }
  const ordered = measured
    .filter(({ id }) => kernels.has(id))
    .sort((a, b) => (depths.get(a.id) ?? 0) - (depths.get(b.id) ?? 0));
  return new Map(ordered.map(({ id }, i) => [id, i + 1]));
}

function activationName(layer: ArchitectureLayer | undefined): string | null {
  const value = layer?.config['activation'];
  const name =
    typeof value === 'object' && value !== null && 'class_name' in value ? value.class_name : value;
  return typeof name === 'string' && name !== 'linear' ? name : null;
}

function shapeText(shape: Shape | readonly Shape[]): string {
  const shapes = isShape(shape) ? [shape] : shape;
  return shapes.map(formatShape).join(' ');
}

function isShape(shape: Shape | readonly Shape[]): shape is Shape {
  return !Array.isArray(shape[0]);
}
