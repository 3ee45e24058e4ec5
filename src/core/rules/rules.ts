import { constantInitializer } from './constantInitializer';
import { explodingGradient } from './explodingGradient';
import { initializerFit } from './initializerFit';
import { inputScale } from './inputScale';
import { labelCollapse } from './labelCollapse';
import { learningRateTooHigh } from './learningRateTooHigh';
import { nonFinite } from './nonFinite';
import { outputLoss } from './outputLoss';
import { refusedArgument } from './refusedArgument';
import type { MeasuredRule, SourceRule } from './rule';
import { seluConditions } from './seluConditions';
import { shortMemory } from './shortMemory';
import { startLoss } from './startLoss';
import { deadUnits, saturatedUnits } from './unitHealth';
import { updatesTooLarge, updatesTooSmall } from './updateSize';
import { vanishingGradient } from './vanishingGradient';

/** Rules that need the source alone. */
export const sourceRules: readonly SourceRule[] = [
  refusedArgument,
  outputLoss,
  initializerFit,
  constantInitializer,
  seluConditions,
  inputScale,
];

/** Rules that need the probe; the first of equal severity decides the headline. */
export const measuredRules: readonly MeasuredRule[] = [
  nonFinite,
  vanishingGradient,
  explodingGradient,
  deadUnits,
  learningRateTooHigh,
  updatesTooLarge,
  updatesTooSmall,
  startLoss,
  labelCollapse,
  saturatedUnits,
  shortMemory,
];
