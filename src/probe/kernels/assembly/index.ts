// What the probe calls on TensorFlow.js' WebAssembly heap. Addresses are in bytes, strides and sizes in floats.
export { convolve, convolveFilter, packTaps } from './convolution';
export { gemm, pack } from './gemm';
export {
  activation,
  activationGradient,
  adam,
  addScaled,
  columnSums,
  countNonFinite,
  dotDifference,
  scaleRows,
  squaredDistance,
  zero,
} from './vector';
export { gruBackward, gruForward, lstmBackward, lstmForward, swapAxes } from './recurrent';
export { centerAndScale, columnMoments, columnProducts, combineColumns } from './normalization';
export { columnPeaks, countBeyond, outputSums, squares } from './statistics';
export { maxPool, maxPoolGradient } from './pooling';
export { winograd, winogradFilterGradient, winogradFilters, winogradTiles } from './winograd';
