/** What assembly/index.ts exports. */
export interface KernelExports {
  gemm(
    a: number,
    aRow: number,
    aStep: number,
    b: number,
    bRow: number,
    bStep: number,
    c: number,
    cRow: number,
    rows: number,
    inner: number,
    columns: number,
    accumulate: number,
    bias: number,
    activation: number,
    scratch: number,
  ): void;
  pack(b: number, row: number, column: number, inner: number, columns: number, to: number): void;
  packTaps(
    w: number,
    ids: number,
    taps: number,
    tapSize: number,
    inner: number,
    outer: number,
    row: number,
    column: number,
    to: number,
  ): void;
  convolve(
    x: number,
    batch: number,
    height: number,
    width: number,
    channels: number,
    xPixel: number,
    y: number,
    yImage: number,
    yRow: number,
    yPixel: number,
    rows: number,
    columns: number,
    strideA: number,
    strideB: number,
    th: number,
    tw: number,
    taps: number,
    panels: number,
    outputs: number,
    bias: number,
    activation: number,
    zeros: number,
    gathered: number,
  ): void;
  convolveFilter(
    x: number,
    batch: number,
    height: number,
    width: number,
    channels: number,
    xPixel: number,
    dy: number,
    dyPixel: number,
    rows: number,
    columns: number,
    strideA: number,
    strideB: number,
    th: number,
    tw: number,
    taps: number,
    outputs: number,
    dw: number,
    dwRow: number,
    zeros: number,
    scratch: number,
  ): void;
  activation(x: number, out: number, count: number, kind: number): void;
  activationGradient(d: number, y: number, out: number, count: number, kind: number): void;
  columnSums(x: number, rows: number, columns: number, out: number, sums: number): void;
  scaleRows(x: number, rows: number, columns: number, scale: number, shift: number, out: number): void;
  outputSums(x: number, batch: number, features: number, means: number, result: number): void;
  squares(x: number, count: number): number;
  countBeyond(x: number, count: number, limit: number): number;
  columnPeaks(x: number, rows: number, columns: number, peaks: number): void;
  columnMoments(x: number, rows: number, columns: number, mean: number, variance: number): void;
  centerAndScale(
    x: number,
    rows: number,
    columns: number,
    center: number,
    scale: number,
    shift: number,
    out: number,
  ): void;
  columnProducts(
    d: number,
    x: number,
    rows: number,
    columns: number,
    center: number,
    sums: number,
    products: number,
  ): void;
  combineColumns(
    d: number,
    x: number,
    rows: number,
    columns: number,
    center: number,
    a: number,
    b: number,
    c: number,
    out: number,
  ): void;
  lstmForward(z: number, a: number, c: number, h: number, batch: number, units: number): void;
  lstmBackward(
    a: number,
    c: number,
    dh: number,
    dOut: number,
    dc: number,
    dz: number,
    batch: number,
    units: number,
  ): void;
  adam(
    w: number,
    m: number,
    v: number,
    g: number,
    squares: number,
    count: number,
    alpha: number,
    c1: number,
    c2: number,
    epsilon: number,
  ): void;
  addScaled(w: number, g: number, count: number, factor: number): void;
  dotDifference(g: number, a: number, b: number, count: number): number;
  squaredDistance(a: number, b: number, count: number): number;
  countNonFinite(x: number, count: number): number;
  maxPool(
    x: number,
    batch: number,
    height: number,
    width: number,
    channels: number,
    y: number,
    winners: number,
    rows: number,
    columns: number,
    windowA: number,
    windowB: number,
    strideA: number,
    strideB: number,
    dilationA: number,
    dilationB: number,
    top: number,
    left: number,
  ): void;
  maxPoolGradient(dy: number, winners: number, count: number, dx: number): void;
  winograd(
    x: number,
    batch: number,
    height: number,
    width: number,
    channels: number,
    xPixel: number,
    y: number,
    yImage: number,
    yRow: number,
    yPixel: number,
    rows: number,
    columns: number,
    top: number,
    left: number,
    filters: number,
    outputs: number,
    bias: number,
    activation: number,
    zeros: number,
    scratch: number,
  ): void;
  winogradFilterGradient(
    x: number,
    batch: number,
    height: number,
    width: number,
    channels: number,
    xPixel: number,
    dy: number,
    dyPixel: number,
    rows: number,
    columns: number,
    top: number,
    left: number,
    outputs: number,
    dw: number,
    dwRow: number,
    dwTap: number,
    zeros: number,
    scratch: number,
  ): void;
  winogradFilters(
    w: number,
    tapSize: number,
    inner: number,
    outer: number,
    row: number,
    column: number,
    flipped: number,
    to: number,
  ): void;
  winogradTiles(width: number): number;
}
