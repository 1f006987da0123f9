export type { BackupRequest } from './backup/backup-request.js';
export { createBackup, type CreateBackupRequest } from './backup/create-backup.js';
export { listBackups, pruneBackups, type PruneBackupsRequest } from './backup/keep-backups.js';
export { type AskedRestore, restoreBackup, type RestoreBackupRequest } from './backup/restore-backup.js';
export { verifyBackup, type VerifyBackupRequest } from './backup/verify-backup.js';
