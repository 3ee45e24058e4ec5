/**
 * How much each row counts: by the class number that stands in it, or the place of its largest value where there are several. Null where there
 * are no rows.
 */
export function sampleWeights(
  targets: ArrayLike<number>,
  rows: number,
  classWeight: { readonly [label: string]: number },
): Float32Array | null {
  const width = targets.length / rows;
  if (!Number.isInteger(width) || width === 0) {
    return null;
  }
  return Float32Array.from({ length: rows }, (_, row) => {
    let label = targets[row * width] as number;
    if (width > 1) {
      let best = 0;
      for (let k = 1; k < width; k++) {
        if ((targets[row * width + k] as number) > (targets[row * width + best] as number)) {
          best = k;
        }
      }
      label = best;
    }
    return classWeight[String(Math.round(label))] ?? 1;
  });
}
