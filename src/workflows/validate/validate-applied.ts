import { type ApplyResult, reportRun, type ToldRun } from '../apply/report-run.js';
import type { Preparation } from '../apply/prepare.js';
import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import type { ApplyReport } from '../../model/apply-report.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { ValidationReport } from '../../model/validation-report.js';
import type { Clock } from '../clock.js';
import { tool } from '../tool-version.js';
import { keepRecord } from './keep-record.js';
import type { WatchedPlace } from './take-figures.js';
import { validateRun } from './validate-run.js';

export function placeOf({ loaded, target, request }: Preparation): WatchedPlace {
  const { clock, signal, env } = request;
  return { loaded, target, clock, signal, env };
}

/** Reports a run, and looks afterwards whether all is well, unless that is not wanted. */
export function reportValidated(preparation: Preparation, told: ToldRun, validate = true): Promise<ApplyResult> {
  if (!validate) return reportRun(preparation, told);
  return reportRun(preparation, told, (result) => validateApplied(preparation, result));
}

/** The result of a run with what was found afterwards; as it is where the run did not come to its end. */
async function validateApplied(preparation: Preparation, result: ApplyResult): Promise<ApplyResult> {
  const { report } = result;
  const { request } = preparation;
  if (report.verdict !== 'applied' || request.signal.aborted) return result;
  const place = placeOf(preparation);
  try {
    const kept = await keepRecord(place, await validateRun(place, report, request.onProgress));
    return { ...result, report: { ...report, validation: kept.report } };
  } catch (cause) {
    if (!(cause instanceof ChangeSafetyError) && !request.signal.aborted) throw cause;
    // What was applied stays applied, whatever becomes of looking at it.
    const why = cause instanceof Error ? cause.message : String(cause);
    const validation = redactSecrets(notValidated(report, why, request.clock), place.loaded.secrets);
    return { ...result, report: { ...report, validation } };
  }
}

/** Of what nobody could look at nothing is known, and that is no pass. It is not kept: nothing was found. */
function notValidated(report: ApplyReport, why: string, clock: Clock): ValidationReport {
  const { runId, changeDigest, migrations, server, target, figures } = report;
  return {
    kind: 'validation',
    version: 1,
    tool,
    server,
    target,
    runId,
    changeDigest,
    migrations,
    verdict: 'unknown',
    decision: `Assess: it was not validated, and nobody knows whether all is well. ${why} \`lockkeeper validate\` looks at it.`,
    checks: [],
    touched: figures?.touched ?? [],
    faults: [],
    queries: [],
    comparison: [],
    notes: [],
    startedAt: clock.date().toISOString(),
    durationMs: 0,
  };
}
