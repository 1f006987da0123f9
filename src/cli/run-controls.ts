import { readControls } from '../workflows/evidence.js';
import { exitCodes } from './exit-code.js';
import { recordRequestOf } from './run-evidence.js';
import { showEvidenceReport } from './show-evidence-report.js';
import type { Surroundings } from './surroundings.js';
import { type TargetFlags, verbRequestOf } from './target-flags.js';

export interface StatusFlags extends TargetFlags {
  readonly controls?: boolean;
  readonly last?: number;
}

const usualLast = 5;

/** Says which required steps of the changes that are pending and on record are done; 1 when one is open. Throws ChangeSafetyError. */
export async function runControls(flags: StatusFlags, around: Surroundings): Promise<number> {
  const hasTarget = flags.target !== undefined || flags.database !== undefined;
  const request = recordRequestOf(flags, around);
  const pending = hasTarget ? verbRequestOf(flags, around) : null;
  const report = await readControls({ ...request, last: flags.last ?? usualLast, pending });
  await showEvidenceReport(report, flags, around);
  return report.changes.some(({ complete }) => !complete) ? exitCodes.findings : exitCodes.ok;
}
