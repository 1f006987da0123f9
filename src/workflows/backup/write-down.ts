import { writeRecord } from '../../foundation/records/write-record.js';
import type { BackupCreateReport, BackupVerifyReport } from '../../model/backup.js';
import { tool } from '../tool-version.js';
import type { BackupPlace } from './backup-request.js';

/** Leaves a record, so that evidence of a change can name the backup that it could have gone back to. */
export async function writeDown<Report extends BackupCreateReport | BackupVerifyReport>(
  { evidenceDir }: BackupPlace,
  report: Report,
  createdAt: string,
): Promise<Report> {
  await writeRecord(evidenceDir, { tool, createdAt, kind: 'backup', body: report });
  return report;
}
