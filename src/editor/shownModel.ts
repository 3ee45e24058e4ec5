import type { ModelReport, Report, Verdict } from '../core/report/report';

const urgency: Readonly<Record<Verdict, number>> = { failing: 2, warning: 1, unknown: 0, healthy: 0 };

/** The model that the pages show: the one that was chosen, else the first of those that need help most. */
export function shownModel(
  report: Report | null | undefined,
  chosen: string | undefined,
): ModelReport | undefined {
  const models = report?.models ?? [];
  const most = Math.max(...models.map(({ verdict }) => urgency[verdict]));
  return models.find(({ id }) => id === chosen) ?? models.find(({ verdict }) => urgency[verdict] === most);
}
