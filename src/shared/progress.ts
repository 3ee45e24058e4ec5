/** How far an analysis is, 0 to 1: measuring is the first half, trying fixes the second. The same in panel, notification and status bar. */
export function overallShare(stage: 'read' | 'probe' | 'fixes', share: number): number {
  return stage === 'read' ? 0 : stage === 'probe' ? share / 2 : 0.5 + share / 2;
}
