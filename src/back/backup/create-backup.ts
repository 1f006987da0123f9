import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprintOf } from '../../foundation/catalog/snapshot/fingerprint.js';
import { requireKnownMajor } from '../../foundation/postgres/require-major.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { Clock } from '../../foundation/runtime/clock.js';
import type { Environment } from '../../foundation/runtime/environment.js';
import type { ClientTool } from '../../foundation/stage/find-client-tool.js';
import type { BackupManifest } from '../../model/backup.js';
import { backupName, fileNames, requirePrefix, restorePointName } from './backup-names.js';
import { requireProgram } from './client-program.js';
import type { ChecksumLimits } from './count-tables.js';
import { judgeDiskRoom, readFreeBytes, roomIsTight, roomTooShort } from './disk-room.js';
import { dumpDatabase, type DumpResult } from './dump-database.js';
import { hashFiles, makePrivate } from './hash-files.js';
import { folderFailed, makePartialFolder, type PartialFolder, sweepPartialFolders } from './partial-folder.js';
import { type DumpedTable, type Origin, readDumpedTables, readOrigin } from './read-origin.js';
import { makeRestorePoint } from './restore-point.js';
import { warnOfSnapshot } from './snapshot-warning.js';
import { writePrivateFile } from '../../foundation/runtime/write-private-file.js';

export interface CreateBackupRequest {
  readonly tool: BackupManifest['tool'];
  readonly prefix: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly changeDigest: string | null;
  /** Absolute path of the folder in which the backup's own folder is made. */
  readonly out: string;
  readonly schemaOnly: boolean;
  /** Workers; more than one makes a dump in directory format. */
  readonly jobs: number;
  readonly limits: ChecksumLimits;
  /** Folder of client programs to look into first; null for none. */
  readonly serverBin: string | null;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onPhase: (text: string) => void;
  /** Told before the dump begins. */
  readonly onWarning: (text: string) => void;
}

export interface CreatedBackup {
  /** Absolute path of its folder. */
  readonly path: string;
  readonly manifest: BackupManifest;
  readonly warnings: readonly string[];
}

/**
 * Dumps the session's database into a folder of its own, with a manifest of what was in it at that instant. The folder is
 * there whole or not at all. The session is idle; nothing in the database changes, but for a restore point in its WAL.
 * @throws ChangeSafetyError `tool-missing`, `disk-full`, `command-failed`, `interrupted`, `output-failed`, `query-failed`.
 */
export async function createBackup(session: Session, request: CreateBackupRequest): Promise<CreatedBackup> {
  const { clock, environment, serverBin, out } = request;
  const { major } = await requireKnownMajor(session);
  const name = backupName(requirePrefix(request.prefix), clock.date());
  const tool = await requireProgram({
    name: 'pg_dump',
    major,
    purpose: `dump a server of ${major}`,
    environment,
    serverBin,
  });
  await sweepPartialFolders(out);
  await using folder = await makePartialFolder(out, name);
  const before = await readBefore(session);
  const warnings = [...(await judgeRoom(request, before.tables)), ...warnOfSnapshot(before)];
  for (const warning of warnings) request.onWarning(warning);
  const restorePoint = await makeRestorePoint(session, restorePointName(name));
  const dump = await dumpDatabase(session, { ...request, tool, major, folder: folder.path });
  const manifest = await writeManifest({ request, session, folder, tool, dump, restorePoint });
  const path = await folder.finish().catch((cause: unknown) => {
    throw folderFailed(out, cause);
  });
  return { path, manifest, warnings };
}

interface Before {
  readonly origin: Origin;
  readonly tables: readonly DumpedTable[];
}

/** What the sizes are is known before anything is held open. */
async function readBefore(session: Session): Promise<Before> {
  await session.query(`SET lock_timeout = '${sizeLockTimeoutMs}ms'`);
  const tables = await readDumpedTables(session);
  await session.query('RESET lock_timeout');
  return { origin: await readOrigin(session), tables };
}

const sizeLockTimeoutMs = 10_000;

async function judgeRoom(
  { out, schemaOnly }: CreateBackupRequest,
  tables: readonly DumpedTable[],
): Promise<readonly string[]> {
  if (schemaOnly) return [];
  await mkdir(out, { recursive: true, mode: 0o700 });
  const freeBytes = await readFreeBytes(out);
  const facts = { folder: out, freeBytes, tableBytes: tables.reduce((sum, { bytes }) => sum + bytes, 0) };
  const room = judgeDiskRoom(facts.freeBytes, facts.tableBytes);
  if (room === 'short') throw roomTooShort(facts);
  return room === 'tight' ? [roomIsTight(facts)] : [];
}

interface ManifestParts {
  readonly request: CreateBackupRequest;
  readonly session: Session;
  readonly folder: PartialFolder;
  readonly tool: ClientTool;
  readonly dump: DumpResult;
  readonly restorePoint: BackupManifest['restorePoint'];
}

async function writeManifest(parts: ManifestParts): Promise<BackupManifest> {
  const { request, session, folder, dump } = parts;
  try {
    await writePrivateFile(join(folder.path, fileNames.schema), `${JSON.stringify(dump.schema)}\n`);
    await makePrivate(folder.path);
    request.onPhase('Summing the files');
    const files = await hashFiles(folder.path, ['owner.json'], request.signal);
    const manifest: BackupManifest = {
      kind: 'backup-manifest',
      version: 1,
      tool: request.tool,
      createdAt: request.clock.date().toISOString(),
      prefix: request.prefix,
      labels: request.labels,
      changeDigest: request.changeDigest,
      ...describeOrigin(session, dump),
      restorePoint: parts.restorePoint,
      dump: {
        format: request.jobs > 1 ? 'directory' : 'custom',
        schemaOnly: request.schemaOnly,
        jobs: request.jobs,
        tool: `pg_dump ${parts.tool.major}`,
        durationMs: dump.durationMs,
      },
      fingerprint: fingerprintOf(dump.schema),
      tables: dump.tables,
      files,
    };
    await writePrivateFile(join(folder.path, fileNames.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  } catch (cause) {
    throw request.signal.aborted ? cause : folderFailed(request.out, cause);
  }
}

function describeOrigin({ target }: Session, { origin, snapshotId }: DumpResult) {
  const { version, major, database, encoding, databaseBytes, at, lsn, standby, roles, extensions } = origin;
  return {
    server: { version, major, host: target.host, port: target.port },
    database: { name: database, encoding, bytes: databaseBytes },
    snapshot: { id: snapshotId, at, lsn, standby },
    roles,
    extensions,
  };
}
