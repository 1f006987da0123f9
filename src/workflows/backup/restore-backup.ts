import { restoreBackup as restore, type RestorePlan } from '../../back/backup/restore-backup.js';
import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import type { BackupEntry, BackupRestoreReport } from '../../model/backup.js';
import type { DatabaseChoice } from '../named-database.js';
import { type BackupRequest, findBackupPlace, openNamed, reportHead } from './backup-request.js';
import { findBackup, recordBackup } from './find-backup.js';

/** What is going to happen, for whoever has to agree. */
export interface AskedRestore extends RestorePlan {
  readonly backup: BackupEntry;
}

export interface RestoreBackupRequest extends BackupRequest {
  /** Folder or name of a backup; null for the newest. */
  readonly backup: string | null;
  readonly database: DatabaseChoice;
  readonly clean?: boolean;
  /** Ends other sessions in the database instead of refusing. */
  readonly forceDisconnect?: boolean;
  readonly agree: (plan: AskedRestore) => Promise<boolean>;
}

/**
 * Restores a backup into a named database, in one transaction, once somebody agreed.
 * @throws ChangeSafetyError `restore-refused` before anything is done; else with what became of the database.
 */
export async function restoreBackup(request: RestoreBackupRequest): Promise<BackupRestoreReport> {
  const place = await findBackupPlace(request);
  const { entry, manifest } = await findBackup(place, request.backup, request.cwd);
  const { clean = false, forceDisconnect = false, clock, signal, env, agree, onProgress } = request;
  await using session = await openNamed(place, request.database, env);
  const restored = await restore(session, {
    path: entry.path,
    manifest,
    clean,
    forceDisconnect,
    agree: (plan) => agree({ ...plan, backup: entry }),
    serverBin: place.serverBin,
    environment: place.environment,
    clock,
    signal,
    onPhase: (text) => onProgress({ kind: 'phase', text }),
  });
  const news = restored.restored ? { restoredAt: clock.date().toISOString() } : {};
  const backup = await recordBackup(place, entry, news);
  return redactSecrets({ ...reportHead, action: 'restore', backup, clean, ...restored }, place.loaded.secrets);
}
