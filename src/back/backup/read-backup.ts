import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BackupEntry, BackupManifest } from '../../model/backup.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { SchemaSnapshot } from '../../model/schema-snapshot.js';
import { fileNames } from './backup-names.js';

/** The manifest of a backup's folder. @throws ChangeSafetyError `usage` where there is none that can be read. */
export async function readManifest(path: string): Promise<BackupManifest> {
  const manifest = await readJson(join(path, fileNames.manifest)).catch((cause: unknown) => {
    throw noBackup(path, cause instanceof Error ? cause.message : String(cause));
  });
  if (!isManifest(manifest)) throw noBackup(path, `${fileNames.manifest} is not a manifest of version 1`);
  return manifest;
}

/** The schema that was backed up. Its bytes are to be checked before. */
export async function readBackupSchema(path: string): Promise<SchemaSnapshot> {
  return (await readJson(join(path, fileNames.schema))) as SchemaSnapshot;
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8')) as unknown;
}

function isManifest(value: unknown): value is BackupManifest {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, version, files, tables } = value as Partial<Record<keyof BackupManifest, unknown>>;
  return kind === 'backup-manifest' && version === 1 && Array.isArray(files) && Array.isArray(tables);
}

function noBackup(path: string, why: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: `${path} is not a backup that lockkeeper made: ${why}.`,
    remedy: 'Name the folder of a backup, or a name from lockkeeper backup list.',
    effect: 'none',
  });
}

/** What the list says of a backup that is new to it. */
export function entryOf(path: string, manifest: BackupManifest): BackupEntry {
  const labels = Object.entries(manifest.labels).map(([key, value]) => `${key}=${value}`);
  return {
    createdAt: manifest.createdAt,
    verifiedAt: null,
    restoredAt: null,
    label: labels.length === 0 ? null : labels.join(', '),
    prefix: manifest.prefix,
    bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
    schemaOnly: manifest.dump.schemaOnly,
    database: manifest.database.name,
    server: `${manifest.server.host}:${manifest.server.port}`,
    path,
    changeDigest: manifest.changeDigest,
  };
}

/** What people call a backup. */
export function nameOf({ path }: Pick<BackupEntry, 'path'>): string {
  return basename(path);
}
