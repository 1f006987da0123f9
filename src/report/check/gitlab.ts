import type { CheckReport } from '../../model/check.js';
import type { Severity } from '../../model/rehearsal.js';
import { placedFindings } from './placed-findings.js';

const severities: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'major', info: 'info' };

/** GitLab's code quality report. It asks for fingerprints that occur once, so repeated statements are numbered. */
export function renderGitlab(report: CheckReport): string {
  const seen = new Map<string, number>();
  const issues = placedFindings(report).map(({ finding, file }) => {
    const count = seen.get(finding.fingerprint) ?? 0;
    seen.set(finding.fingerprint, count + 1);
    return {
      description: `${finding.title}: ${finding.message} ${finding.remedy}`,
      check_name: finding.id,
      fingerprint: count === 0 ? finding.fingerprint : `${finding.fingerprint}-${count}`,
      severity: severities[finding.severity],
      location: { path: file, lines: { begin: finding.line, end: finding.endLine } },
    };
  });
  return `${JSON.stringify(issues, null, 2)}\n`;
}
