import type { ApplyResult } from '../apply/report-run.js';
import type { Preparation } from '../apply/prepare.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { keepRecord } from './keep-record.js';
import type { WatchedPlace } from './take-figures.js';
import { validateRun } from './validate-run.js';

export function placeOf({ loaded, target, request }: Preparation): WatchedPlace {
  const { clock, signal, env } = request;
  return { loaded, target, clock, signal, env };
}

/** The result of a run with what was found afterwards; as it is where the run did not come to its end. */
export async function validateApplied(preparation: Preparation, result: ApplyResult): Promise<ApplyResult> {
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
    const notes = [...report.notes, `It was not validated: ${why} \`lockkeeper validate\` does it.`];
    return { ...result, report: { ...report, notes } };
  }
}
