/** Every id that the manifest and the code share; a test holds them together. */
export const commands = {
  analyze: 'gradientDoctor.analyze',
  openPanel: 'gradientDoctor.openPanel',
  cancel: 'gradientDoctor.cancel',
  applyFix: 'gradientDoctor.applyFix',
  previewFix: 'gradientDoctor.previewFix',
  goTo: 'gradientDoctor.goTo',
  clearHistory: 'gradientDoctor.clearHistory',
  showLog: 'gradientDoctor.showLog',
  openExample: 'gradientDoctor.openExample',
  explain: 'gradientDoctor.explain',
  remeasure: 'gradientDoctor.remeasure',
  tellInputShape: 'gradientDoctor.tellInputShape',
  toggleInlineValues: 'gradientDoctor.toggleInlineValues',
  useData: 'gradientDoctor.useData',
  useWeights: 'gradientDoctor.useWeights',
  useMadeUpData: 'gradientDoctor.useMadeUpData',
  useNewWeights: 'gradientDoctor.useNewWeights',
  installEngine: 'gradientDoctor.installEngine',
  showLayer: 'gradientDoctor.showLayer',
  exportHtml: 'gradientDoctor.exportHtml',
  exportJson: 'gradientDoctor.exportJson',
  compareWith: 'gradientDoctor.compareWith',
} as const;

export const views = {
  dashboard: 'gradientDoctor.dashboard',
  findings: 'gradientDoctor.findings',
  fixes: 'gradientDoctor.fixes',
  layers: 'gradientDoctor.layers',
  history: 'gradientDoctor.history',
} as const;

export const toolName = 'gradient_doctor_analyze';
export const inlineValueColor = 'gradientDoctor.inlineValueForeground';
export const panelType = 'gradientDoctor.panel';
export const diagnosticSource = 'Gradient Doctor';
export const ruleScheme = 'gradient-doctor-rule';
export const previewScheme = 'gradient-doctor-preview';

/** Context keys that `when` clauses read. */
export const contexts = {
  running: 'gradientDoctor.running',
  hasReport: 'gradientDoctor.hasReport',
  /** A finished analysis. */
  hasVerdict: 'gradientDoctor.hasVerdict',
  /** The analysis followed a fix. */
  fixApplied: 'gradientDoctor.fixApplied',
  /** The file in front is measured with data, with weights of the user's own. */
  givenData: 'gradientDoctor.givenData',
  givenWeights: 'gradientDoctor.givenWeights',
} as const;

export const settings = {
  engine: 'gradientDoctor.engine',
  tensorflowPath: 'gradientDoctor.tensorflowPath',
  steps: 'gradientDoctor.steps',
  seeds: 'gradientDoctor.seeds',
  codeLens: 'gradientDoctor.codeLens.enabled',
  inlineValues: 'gradientDoctor.inlineValues.enabled',
  inspectWhileTyping: 'gradientDoctor.inspectWhileTyping',
  verifyFixes: 'gradientDoctor.verifyFixes',
  timeBudget: 'gradientDoctor.timeBudgetSeconds',
  rules: 'gradientDoctor.rules',
} as const;
