import type { Finding, Severity } from '../report/report';
import type { SourceText } from '../text/sourceText';

/** Rules that the user has set to another severity, or to 'off'. */
export type RuleSettings = Readonly<Record</* 'GD101' or 'vanishing-gradient' */ string, Severity | 'off'>>;

const comment = /#\s*gradient-doctor:\s*ignore\b([^#]*)/i;

/** Whether `# gradient-doctor: ignore GD101` (or without ids: everything) stands on the finding's line or on the line above. */
export function isIgnored(source: SourceText, finding: Pick<Finding, 'id' | 'rule' | 'range'>): boolean {
  const { startLine, cell } = finding.range;
  return [startLine, startLine - 1].some((line) => {
    const text = line >= 1 ? source.line(line, cell) : '';
    const match = comment.exec(text);
    // On the line above it must stand alone: a comment behind other code speaks of that code.
    if (!match || (line < startLine && text.trim()[0] !== '#')) {
      return false;
    }
    const ids = match[1]?.split(/[\s,]+/).filter(Boolean) ?? [];
    return ids.length === 0 || ids.some((id) => id.toUpperCase() === finding.id || id === finding.rule);
  });
}

/** The severity the user gave the rule; undefined leaves the rule's own. */
export function settingOf(
  settings: RuleSettings,
  finding: Pick<Finding, 'id' | 'rule'>,
): Severity | 'off' | undefined {
  return settings[finding.id] ?? settings[finding.rule];
}
