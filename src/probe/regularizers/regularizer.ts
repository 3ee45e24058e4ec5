import { numberOf, stringOf } from '../../core/model/catalogue/configAccess';
import type { SerializedObject } from '../../core/model/spec';

/** A penalty on values: adds its gradient to `gradient` where given, returns its loss. Keras 3: sums over entries, no ½. */
export function penalty(
  regularizer: SerializedObject,
  values: Float32Array,
  shape: readonly number[],
  gradient: Float32Array | null,
): number {
  const { class_name: name, config } = regularizer;
  if (name === 'OrthogonalRegularizer') {
    return orthogonalPenalty(
      numberOf(config, 'factor', 0.01),
      stringOf(config, 'mode', 'rows') === 'rows',
      values,
      shape,
      gradient,
    );
  }
  const l1 = name === 'L2' ? 0 : numberOf(config, 'l1', name === 'L1' ? 0.01 : 0);
  const l2 = name === 'L1' ? 0 : numberOf(config, 'l2', name === 'L2' ? 0.01 : 0);
  let absolute = 0;
  let square = 0;
  for (let i = 0; i < values.length; i++) {
    const w = values[i] as number;
    absolute += Math.abs(w);
    square += w * w;
    if (gradient !== null) {
      gradient[i] = (gradient[i] as number) + l1 * Math.sign(w) + 2 * l2 * w;
    }
  }
  return l1 * absolute + l2 * square;
}

/** factor · Σ|off-diagonal of Ŵ Ŵᵀ| / (n (n − 1) / 2) over normalised rows (or columns); keras 3.15. Its gradient is left out where rows are 0. */
function orthogonalPenalty(
  factor: number,
  byRows: boolean,
  values: Float32Array,
  shape: readonly number[],
  gradient: Float32Array | null,
): number {
  const [rows = 1, columns = 1] = shape;
  const count = byRows ? rows : columns;
  const length = byRows ? columns : rows;
  const place = (vector: number, k: number) => (byRows ? vector * columns + k : k * columns + vector);
  const norms = Array.from({ length: count }, (_, v) => {
    let square = 0;
    for (let k = 0; k < length; k++) {
      square += (values[place(v, k)] as number) ** 2;
    }
    return Math.sqrt(Math.max(square, 1e-12));
  });
  const scale = factor / ((count * (count - 1)) / 2);
  let loss = 0;
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) {
      if (a === b) {
        continue;
      }
      const na = norms[a] as number;
      const nb = norms[b] as number;
      let cosine = 0;
      for (let k = 0; k < length; k++) {
        cosine += ((values[place(a, k)] as number) * (values[place(b, k)] as number)) / (na * nb);
      }
      loss += 0.5 * scale * Math.abs(cosine);
      if (gradient !== null) {
        const sign = Math.sign(cosine) * scale;
        for (let k = 0; k < length; k++) {
          const at = place(a, k);
          const change =
            (values[place(b, k)] as number) / (na * nb) - (cosine * (values[at] as number)) / (na * na);
          gradient[at] = (gradient[at] as number) + sign * change;
        }
      }
    }
  }
  return loss;
}
