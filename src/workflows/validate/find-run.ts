import { intactOf, readRecords } from '../../foundation/records/read-records.js';
import type { ApplyReport } from '../../model/apply-report.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { ApplyTarget } from '../apply/open-target.js';

/** A run on record, and when it ended. */
export interface RecordedRun {
  readonly report: ApplyReport;
  readonly endedAt: Date;
}

/**
 * The newest run on a target of which something took effect, or the one that was named; null when the evidence folder has
 * none. @throws ChangeSafetyError `usage` when a named one is not there.
 */
export async function findRun(
  evidenceDir: string,
  target: Pick<ApplyTarget, 'name'>,
  runId: string | null,
): Promise<RecordedRun | null> {
  const runs = intactOf<ApplyReport>(await readRecords(evidenceDir), 'apply').map(({ body }) => body);
  const fits = (report: ApplyReport): boolean => {
    if (runId !== null) return report.runId === runId;
    const tookEffect = report.steps.some(({ outcome }) => outcome?.state === 'applied');
    return report.target === target.name && report.direction === 'up' && tookEffect;
  };
  const report = runs.findLast(fits);
  if (report === undefined && runId !== null) throw noSuchRun(runId);
  if (report === undefined) return null;
  // Records of before there were figures do not have them.
  const whole = { ...report, figures: report.figures ?? null };
  return { report: whole, endedAt: new Date(Date.parse(report.startedAt) + report.durationMs) };
}

/** The newest record of a run; null when there is none. */
export async function findRunById(evidenceDir: string, runId: string): Promise<ApplyReport | null> {
  const runs = intactOf<ApplyReport>(await readRecords(evidenceDir), 'apply');
  return runs.findLast(({ body }) => body.runId === runId)?.body ?? null;
}

function noSuchRun(runId: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: `No record tells of a run ${runId}.`,
    remedy: '`lockkeeper history` lists the runs; their records lie in the folder of evidence.dir.',
    effect: 'none',
  });
}
