import { activationDrift } from './activationDrift';
import { biasBeforeNormalization } from './biasBeforeNormalization';
import { boundedRegression } from './boundedRegression';
import { clipValue } from './clipValue';
import { constantInitializer } from './constantInitializer';
import { deepNormalizedStack } from './deepNormalizedStack';
import { explodingGradient } from './explodingGradient';
import { initializerFit } from './initializerFit';
import { inputScale } from './inputScale';
import { labelCollapse } from './labelCollapse';
import { labelsDoNotFitLoss } from './labelForm';
import { learningRateFarOff } from './learningRateFarOff';
import { learningRateTooHigh } from './learningRateTooHigh';
import { learningRateTooLow } from './learningRateTooLow';
import { linearStack } from './linearStack';
import { neverCompiled } from './neverCompiled';
import { nonFinite } from './nonFinite';
import { normalizationBeforeOutput } from './normalizationBeforeOutput';
import { normalizationUnfrozen } from './normalizationUnfrozen';
import { nothingToTrain } from './nothingToTrain';
import { outputLoss } from './outputLoss';
import { outputSize } from './outputSize';
import { pretrainedInput } from './pretrainedInput';
import { pretrainedRate } from './pretrainedRate';
import { pretrainedTop } from './pretrainedTop';
import { refusedArgument } from './refusedArgument';
import { regressionLossForClasses } from './regressionLossForClasses';
import { reusePretrained } from './reusePretrained';
import type { MeasuredRule, SourceRule } from './rule';
import { saturatingStack } from './saturatingStack';
import { seluConditions } from './seluConditions';
import { seluNotNormalizing } from './seluNotNormalizing';
import { shortMemory } from './shortMemory';
import { softmaxTwice } from './softmaxTwice';
import { startLoss } from './startLoss';
import { trainableAfterCompile } from './trainableAfterCompile';
import { tooSlow } from './tooSlow';
import { unboundedRecurrence } from './unboundedRecurrence';
import { deadUnits, saturatedUnits } from './unitHealth';
import { updatesTooLarge, updatesTooSmall } from './updateSize';
import { vanishingGradient } from './vanishingGradient';

/** Rules that need the source alone; the first of equal severity decides the headline. */
export const sourceRules: readonly SourceRule[] = [
  refusedArgument,
  neverCompiled,
  labelsDoNotFitLoss,
  outputSize,
  outputLoss,
  nothingToTrain,
  softmaxTwice,
  boundedRegression,
  learningRateFarOff,
  inputScale,
  pretrainedTop,
  pretrainedInput,
  pretrainedRate,
  trainableAfterCompile,
  normalizationUnfrozen,
  initializerFit,
  constantInitializer,
  seluConditions,
  saturatingStack,
  unboundedRecurrence,
  linearStack,
  regressionLossForClasses,
  normalizationBeforeOutput,
  biasBeforeNormalization,
  clipValue,
  reusePretrained,
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
  tooSlow,
  learningRateTooLow,
  saturatedUnits,
  deepNormalizedStack,
  activationDrift,
  seluNotNormalizing,
  shortMemory,
];
