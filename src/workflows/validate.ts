import { loadConfigOf } from './project-request.js';
import { openTarget } from './apply/open-target.js';
import type { VerbRequest } from './apply/verb-request.js';
import type { ValidationReport } from '../model/validation-report.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import { findRun } from './validate/find-run.js';
import { keepRecord, type KeptReport } from './validate/keep-record.js';
import { validateRun } from './validate/validate-run.js';

export interface ValidateRequest extends VerbRequest {
  /** Of the ledger; null: the newest run on the target. */
  readonly runId: string | null;
}

/**
 * Looks once more at everything that `apply` looks at after a change: what was touched, the team's smoke commands and
 * tests, critical queries, standbys, health. What is wrong is part of the report.
 * @throws ChangeSafetyError where there is no run, or the target cannot be reached.
 */
export async function validate(request: ValidateRequest): Promise<KeptReport<ValidationReport>> {
  const loaded = await loadConfigOf(request);
  const target = openTarget(loaded, request.database, request.env);
  const run = await findRun(loaded.config.evidence.dir, target, request.runId);
  if (run === null) throw nothingToValidate(target.words);
  const { clock, signal, env, onProgress } = request;
  const place = { loaded, target, clock, signal, env };
  return keepRecord(place, await validateRun(place, run.report, onProgress));
}

function nothingToValidate(words: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: `No record tells of a run on ${words}.`,
    remedy: 'Apply something first, or name the folder of the records with evidence.dir.',
    effect: 'none',
  });
}
