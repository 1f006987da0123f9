import type { ValidationCheck, ValidationOutcome, ValidationReport } from '../../model/validation-report.js';
import { formatDuration } from '../units.js';

const outcomeMarks: Readonly<Record<ValidationOutcome, string>> = {
  passed: '✓',
  warned: '!',
  failed: '✗',
  unknown: '?',
  skipped: '·',
};

export function validationHead({ tool, target, server, runId, durationMs }: ValidationReport): readonly string[] {
  return [
    `${tool.name} ${tool.version} · validation of ${target ?? 'a database'}`,
    `PostgreSQL ${server.version}`,
    ...(runId === null ? [] : [`run ${runId}`]),
    formatDuration(durationMs),
  ];
}

/** `VALIDATION FAILED: 1 of 4 checks`. */
export function validationVerdict({ verdict, checks }: ValidationReport): string {
  const made = checks.filter(({ outcome }) => outcome !== 'skipped');
  const of = (outcome: ValidationOutcome) => checks.filter((check) => check.outcome === outcome).length;
  if (verdict === 'failed') return `validation failed: ${of('failed')} of ${made.length} checks`;
  if (checks.length === 0 && verdict === 'unknown') return 'validation unknown: nothing could be looked at';
  if (verdict === 'unknown') return `validation open: ${of('unknown')} of ${made.length} checks could not be made`;
  return made.length === 0
    ? 'validation: nothing is configured to look at'
    : `validated: ${made.length} ${made.length === 1 ? 'check' : 'checks'} passed`;
}

/** `✗ tests: npm test: It ended with 1. (3 s)`. */
export function checkInWords({ kind, name, outcome, detail, durationMs }: ValidationCheck): string {
  const who = name === kind || kind === 'integrity' ? kind : `${kind}: ${name}`;
  return `${outcomeMarks[outcome]} ${who}: ${detail} (${formatDuration(durationMs)})`;
}
