import type { Clock } from '../../foundation/runtime/clock.js';
import type { Environment } from '../../foundation/runtime/environment.js';
import type { BackupCheck, BackupManifest } from '../../model/backup.js';

export interface VerifyBackupRequest {
  /** The backup's folder. */
  readonly path: string;
  readonly manifest: BackupManifest;
  /** Folder of an installed server's programs, for the stage and for pg_restore; null for the embedded server. */
  readonly serverBin: string | null;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onPhase: (text: string) => void;
}

/** What one step of the verification found. */
export interface StepFinding {
  readonly outcome: BackupCheck['outcome'];
  readonly detail: string;
}
