import type { ApplyReport } from '../model/apply-report.js';
import type { Effect, ErrorCode } from '../model/change-safety-error.js';
import type { Rehearsal, Severity } from '../model/rehearsal.js';

/** What the shell is told. 130 and 143 come from signals. */
export const exitCodes = { ok: 0, findings: 1, usage: 2, failed: 3, operator: 4, bug: 70 } as const;

const usageErrors: ReadonlySet<ErrorCode> = new Set([
  'usage',
  'config-invalid',
  'project-not-found',
  'project-invalid',
  'script-invalid',
]);

export function exitCodeOfError(error: { readonly code: ErrorCode; readonly effect: Effect }): number {
  if (usageErrors.has(error.code)) return exitCodes.usage;
  return error.effect === 'none' || error.effect === 'rolled-back' ? exitCodes.failed : exitCodes.operator;
}

/**
 * Of a run that ended: 4 where something is in effect that was not meant to stand alone, or nobody knows.
 */
export function exitCodeOfRun({
  verdict,
  steps,
  validation,
}: Pick<ApplyReport, 'verdict' | 'steps' | 'validation'>): number {
  switch (verdict) {
    case 'applied':
      // What nobody could look at is not fine.
      return validation === null || validation.verdict === 'passed' ? exitCodes.ok : exitCodes.findings;
    case 'nothing-to-do':
      return exitCodes.ok;
    case 'blocked':
      return exitCodes.findings;
    case 'indeterminate':
      return exitCodes.operator;
    case 'failed':
    case 'aborted':
      return steps.some(({ outcome }) => outcome?.state === 'applied') ? exitCodes.operator : exitCodes.failed;
    default:
      return verdict satisfies never;
  }
}

export const severities = ['info', 'warning', 'error'] as const satisfies readonly Severity[];

/** A change that fails, or of which nothing can be said, is a finding; so is all that reaches the chosen severity. */
export function exitCodeOfRehearsal(rehearsal: Rehearsal, failOn: Severity): number {
  if (rehearsal.verdict !== 'passed') return exitCodes.findings;
  const line = severities.indexOf(failOn);
  const reached = rehearsal.findings.some((finding) => severities.indexOf(finding.severity) >= line);
  return reached ? exitCodes.findings : exitCodes.ok;
}
