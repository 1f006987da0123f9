import { resolve } from 'node:path';
import { usualPrefix } from '../../back/backup/backup-names.js';
import { usualChecksumLimits } from '../../back/backup/count-tables.js';
import { createBackup as dump } from '../../back/backup/create-backup.js';
import { entryOf } from '../../back/backup/read-backup.js';
import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import type { BackupCreateReport } from '../../model/backup.js';
import type { DatabaseChoice } from '../named-database.js';
import { tool } from '../tool-version.js';
import { type BackupRequest, findBackupPlace, openNamed, reportHead } from './backup-request.js';
import { recordBackup } from './find-backup.js';
import { writeDown } from './write-down.js';

export interface CreateBackupRequest extends BackupRequest {
  readonly database: DatabaseChoice;
  /** How its name begins; `backup` when left out. */
  readonly prefix?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of the change before which it is made. */
  readonly changeDigest?: string | null;
  /** Folder of the backups; `backups` in the evidence folder when left out. */
  readonly out?: string;
  readonly schemaOnly?: boolean;
  /** Workers of pg_dump; one when left out. */
  readonly jobs?: number;
  /** Tables up to this size are counted and summed, for the comparison after a restore. */
  readonly checksumTableBytes?: number;
}

/**
 * Backs up one database with pg_dump, with all that is needed to prove a restore later.
 * @throws ChangeSafetyError `tool-missing`, `disk-full`, `command-failed`, `interrupted`, `query-failed`, `usage`…
 */
export async function createBackup(request: CreateBackupRequest): Promise<BackupCreateReport> {
  const place = await findBackupPlace(request);
  const { clock, signal, cwd, env, onProgress } = request;
  await using session = await openNamed(place, request.database, env);
  const tableBytes = request.checksumTableBytes ?? usualChecksumLimits.tableBytes;
  const { path, manifest, warnings } = await dump(session, {
    tool,
    prefix: request.prefix ?? usualPrefix,
    labels: request.labels ?? {},
    changeDigest: request.changeDigest ?? null,
    out: request.out === undefined ? place.usualOut : resolve(cwd, request.out),
    schemaOnly: request.schemaOnly ?? false,
    jobs: request.jobs ?? 1,
    limits: { ...usualChecksumLimits, tableBytes },
    serverBin: place.serverBin,
    environment: place.environment,
    clock,
    signal,
    onPhase: (text) => onProgress({ kind: 'phase', text }),
    onWarning: (text) => onProgress({ kind: 'output', text: `${text}\n` }),
  });
  const backup = await recordBackup(place, entryOf(path, manifest));
  const report = { ...reportHead, action: 'create', backup, manifest, warnings } as const;
  return await writeDown(place, redactSecrets<BackupCreateReport>(report, place.loaded.secrets), manifest.createdAt);
}
