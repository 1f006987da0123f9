import { readBackupList, updateBackupList } from '../../back/backup/backup-list.js';
import { choosePruned, type PruneChoice } from '../../back/backup/choose-pruned.js';
import { removeBackup } from '../../back/backup/remove-backup.js';
import type { BackupListReport, BackupPruneReport } from '../../model/backup.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { type BackupRequest, findBackupPlace, reportHead } from './backup-request.js';
import { describeListed } from './find-backup.js';

/** What the list says, newest last, and whether the backups are still where it says. */
export async function listBackups(request: BackupRequest): Promise<BackupListReport> {
  const { evidenceDir } = await findBackupPlace(request);
  const now = request.clock.date();
  const backups = (await readBackupList(evidenceDir)).map((entry) => describeListed(entry, now));
  return { ...reportHead, action: 'list', backups };
}

export interface PruneBackupsRequest extends BackupRequest {
  readonly choice: PruneChoice;
  /** Asked with what would go; it is not asked when that is nothing. */
  readonly agree: (report: BackupPruneReport) => Promise<boolean>;
}

/**
 * Removes backups by age and number, once somebody agreed to what was shown; never a database's newest verified one.
 * @throws ChangeSafetyError `usage` when neither a number nor an age is given.
 */
export async function pruneBackups(request: PruneBackupsRequest): Promise<BackupPruneReport> {
  const { choice, clock, agree } = request;
  if (choice.keep === null && choice.olderThanMs === null) throw unbounded();
  const { evidenceDir } = await findBackupPlace(request);
  const now = clock.date();
  const listed = (await readBackupList(evidenceDir)).map((entry) => describeListed(entry, now));
  // One that is gone proves nothing, and must not stand for those that are there.
  const present = listed.filter((entry) => entry.present);
  const backups = choosePruned(present, choice, now);
  const plan = {
    ...reportHead,
    action: 'prune',
    backups,
    kept: present.length - backups.length,
    pruned: false,
  } as const;
  if (backups.length === 0 || !(await agree(plan))) return plan;
  for (const { path } of backups) {
    await removeBackup(path);
    await updateBackupList(evidenceDir, (list) => list.filter((entry) => entry.path !== path));
  }
  return { ...plan, pruned: true };
}

function unbounded(): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: 'Which backups are to go is not said.',
    remedy: 'Say how many stay (--keep N), from which age on they go (--older-than 30d), or both.',
    effect: 'none',
  });
}
