import { intactOf, readRecords } from '../../foundation/records/read-records.js';
import type { CheckReport } from '../../model/check.js';

/** The newest judgement of the very same change that the evidence folder has; null when there is none. */
export async function findCheck(evidenceDir: string, changeDigest: string): Promise<CheckReport | null> {
  const checks = intactOf<CheckReport>(await readRecords(evidenceDir), 'check');
  return checks.findLast(({ body }) => body.changeDigest === changeDigest)?.body ?? null;
}
