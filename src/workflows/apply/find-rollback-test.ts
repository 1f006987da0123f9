import { intactOf, readRecords } from '../../foundation/records/read-records.js';
import type { TestReport } from '../../model/test-report.js';

/** The newest test of the ways back of the very same change that the evidence folder has; null when there is none. */
export async function findRollbackTest(evidenceDir: string, changeDigest: string): Promise<TestReport | null> {
  const tests = intactOf<TestReport>(await readRecords(evidenceDir), 'test');
  return tests.findLast(({ body }) => body.changeDigest === changeDigest)?.body ?? null;
}
