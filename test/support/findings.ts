import type { Finding } from '../../src/core/report/report';

/** Findings as the rules would raise them, so that the fixes that answer them are asked. */
export function findingsOf(...ids: string[]): Finding[] {
  const range = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
  return ids.map((id) => ({
    id,
    rule: 'test',
    severity: 'error',
    layers: [],
    range,
    title: id,
    message: id,
    evidence: [],
    confidence: { seeds: 1, agreeing: 1 },
    fixes: [],
  }));
}
