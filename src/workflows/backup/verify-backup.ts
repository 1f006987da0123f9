import { verifyBackup as verify } from '../../back/backup/verify-backup.js';
import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import type { BackupVerifyReport } from '../../model/backup.js';
import { type BackupRequest, findBackupPlace, reportHead } from './backup-request.js';
import { findBackup, recordBackup } from './find-backup.js';
import { writeDown } from './write-down.js';

export interface VerifyBackupRequest extends BackupRequest {
  /** Folder or name of a backup; null for the newest. */
  readonly backup: string | null;
}

/**
 * Restores a backup on a private server, compares it with what was recorded when it was made, and notes in the list that
 * it holds. A backup that does not is a result. @throws ChangeSafetyError where it could not be tried.
 */
export async function verifyBackup(request: VerifyBackupRequest): Promise<BackupVerifyReport> {
  const place = await findBackupPlace(request);
  const { entry, manifest } = await findBackup(place, request.backup, request.cwd);
  const { serverBin, environment } = place;
  const { clock, signal, onProgress } = request;
  const onPhase = (text: string) => onProgress({ kind: 'phase', text });
  const verification = await verify({ path: entry.path, manifest, serverBin, environment, clock, signal, onPhase });
  const at = clock.date().toISOString();
  const wasRestored = verification.checks.some(({ id, outcome }) => id === 'restore' && outcome === 'passed');
  const backup = await recordBackup(place, entry, {
    // What was proved once and is damaged now is no longer proved.
    ...(verification.verdict !== 'inconclusive' && { verifiedAt: verification.verdict === 'passed' ? at : null }),
    ...(wasRestored && { restoredAt: at }),
  });
  const report = { ...reportHead, action: 'verify', backup, ...verification } as const;
  return await writeDown(place, redactSecrets<BackupVerifyReport>(report, place.loaded.secrets), at);
}
