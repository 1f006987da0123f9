import { readSnapshot } from '../../foundation/catalog/snapshot/read-snapshot.js';
import { requireKnownMajor } from '../../foundation/postgres/require-major.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { Clock } from '../../foundation/runtime/clock.js';
import type { Environment } from '../../foundation/runtime/environment.js';
import type { ClientTool } from '../../foundation/stage/find-client-tool.js';
import type { BackupDifference, BackupManifest } from '../../model/backup.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { SchemaSnapshot, SnapshotObject } from '../../model/schema-snapshot.js';
import { fileNames } from './backup-names.js';
import { applicationNameOf, programFailed, requireProgram } from './client-program.js';
import { findDifferences, isDeciding } from './compare-restored.js';
import { findChangedFiles, hashFiles } from './hash-files.js';
import { disconnectOthers, readOtherSessions, refuseWhileConnected, waitUntilGone } from './other-sessions.js';
import { readBackupSchema } from './read-backup.js';
import { restoreArchive } from './restore-archive.js';

export interface RestoreBackupRequest {
  /** The backup's folder. */
  readonly path: string;
  readonly manifest: BackupManifest;
  /** Drops what the backup has before it is made again; without it the database has to be empty. */
  readonly clean: boolean;
  readonly forceDisconnect: boolean;
  /** Asked when nothing stands in the way any more, and before anything is done. */
  readonly agree: (plan: RestorePlan) => Promise<boolean>;
  /** Folder of client programs to look into first; null for none. */
  readonly serverBin: string | null;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onPhase: (text: string) => void;
}

export interface RestorePlan {
  readonly database: string;
  /** Sessions that are going to be ended. */
  readonly others: number;
  /** Objects that the database has now. */
  readonly objects: number;
  /** Tables and other objects that the backup does not know, and that stay: `table public.orders`. */
  readonly younger: readonly string[];
}

export interface Restored {
  readonly server: { readonly version: string; readonly major: number };
  readonly database: string;
  readonly restored: boolean;
  readonly disconnected: number;
  /** From the schema that was backed up; empty where the server is of another major, and was not compared. */
  readonly differences: readonly BackupDifference[];
  readonly durationMs: number;
}

/**
 * Restores a backup into the session's database, in one transaction: all of it or nothing. @throws ChangeSafetyError
 * `restore-refused` before anything is done, `command-failed`, `disk-full` or `interrupted`, whose effect was looked up.
 */
export async function restoreBackup(session: Session, request: RestoreBackupRequest): Promise<Restored> {
  const { manifest, clock, agree, forceDisconnect } = request;
  const since = clock.now();
  const server = await requireKnownMajor(session);
  const tool = await prepare(request, server.major);
  const before = await readSnapshot(session, { dependencies: false });
  const database = session.target.database;
  const objects = countOwnObjects(before);
  if (!request.clean && objects > 0) throw notEmpty(database, objects);
  const others = await readOtherSessions(session);
  if (others.length > 0 && !forceDisconnect) throw refuseWhileConnected(others);
  const head = { server, database };
  const wanted = await readBackupSchema(request.path);
  const younger = findDifferences(wanted, before).filter(({ change }) => change === 'added');
  const names = younger.map(({ kind, identity }) => `${kind} ${identity}`);
  if (!(await agree({ database, others: others.length, objects, younger: names }))) {
    return { ...head, restored: false, disconnected: 0, differences: [], durationMs: 0 };
  }
  if (others.length > 0) await disconnectOthers(session, others, clock);
  request.onPhase(`Restoring into ${database}`);
  await restoreWhole(session, { ...request, tool });
  const differences = manifest.server.major === server.major ? await readDifferences(session, wanted) : [];
  return {
    ...head,
    restored: true,
    disconnected: others.length,
    differences,
    durationMs: Math.round(clock.now() - since),
  };
}

/** What a new database does not have. */
function countOwnObjects({ objects }: SchemaSnapshot): number {
  const brought = ({ kind, identity }: SnapshotObject) =>
    kind === 'system privileges' ||
    ['schema public', 'language plpgsql', 'extension plpgsql'].includes(`${kind} ${identity}`);
  return objects.filter((object) => !brought(object)).length;
}

/** Everything that can be known without touching the database. */
async function prepare(
  { path, manifest, environment, serverBin, signal, onPhase }: RestoreBackupRequest,
  major: number,
) {
  onPhase('Reading the files');
  const changed = findChangedFiles(manifest.files, await hashFiles(path, [fileNames.manifest], signal));
  if (changed.length > 0) throw damaged(path, changed);
  if (major < manifest.server.major) throw tooOld(major, manifest.server.major);
  const purpose = `restore a dump of ${manifest.server.major}`;
  return await requireProgram({ name: 'pg_restore', major: manifest.server.major, purpose, environment, serverBin });
}

const relationsSql = `SELECT pg_catalog.md5(coalesce(pg_catalog.string_agg(c.oid::pg_catalog.text, ' ' ORDER BY c.oid), '')) AS relations
  FROM pg_catalog.pg_class c WHERE c.oid >= 16384 AND c.relpersistence <> 't'`;

/** Every table that is restored gets a new OID: whether it was done can be seen afterwards, whatever the program said. */
async function readRelations(session: Session): Promise<string> {
  return String((await session.query(relationsSql)).rows[0]?.['relations']);
}

async function restoreWhole(
  session: Session,
  request: RestoreBackupRequest & { readonly tool: ClientTool },
): Promise<void> {
  const { clean, signal } = request;
  const before = await readRelations(session);
  const result = await restoreArchive({
    ...request,
    target: session.target,
    flags: ['--single-transaction', ...(clean ? ['--clean', '--if-exists'] : [])],
    // Its own transaction is not cut short by limits meant for the application.
    sessionOptions: '-c lock_timeout=30s -c statement_timeout=0 -c idle_in_transaction_session_timeout=0',
  });
  if (result.exitCode === 0) return;
  const effect = await lookUpEffect(session, { ...request, before });
  throw programFailed({
    result,
    signal,
    failed: `The restore into ${session.target.database} failed`,
    remedy: remedies[effect],
    effect,
  });
}

const remedies = {
  'rolled-back':
    'The database is as it was before. Objects that are younger than the backup and depend on what it replaces have to be dropped first.',
  partial:
    'It was committed all the same: the database is as the backup has it. Look at it before the application comes back.',
  unknown:
    'Look whether the tables are those of the backup, and restore again if they are not; one transaction holds it all.',
} as const;

interface EffectQuestion {
  readonly tool: ClientTool;
  readonly clock: Clock;
  readonly before: string;
}

async function lookUpEffect(
  session: Session,
  { tool, clock, before }: EffectQuestion,
): Promise<'rolled-back' | 'partial' | 'unknown'> {
  try {
    const isOurs = (name: string) => name === applicationNameOf(tool);
    const left = await waitUntilGone(session, ({ applicationName }) => isOurs(applicationName), clock);
    if (left.length > 0) return 'unknown';
    return (await readRelations(session)) === before ? 'rolled-back' : 'partial';
  } catch {
    return 'unknown';
  }
}

async function readDifferences(session: Session, wanted: SchemaSnapshot): Promise<readonly BackupDifference[]> {
  const present = await readSnapshot(session, { dependencies: false });
  return findDifferences(wanted, present).filter(isDeciding);
}

function damaged(path: string, changed: readonly string[]): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'restore-refused',
    message: `The backup ${path} is not what was written: ${changed.join('; ')}.`,
    remedy: 'Restore another one: lockkeeper backup list.',
    effect: 'none',
  });
}

function tooOld(major: number, needed: number): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'restore-refused',
    message: `The server is PostgreSQL ${major}, and the backup is of ${needed}: an older server does not understand it.`,
    remedy: `Restore into a server of ${needed} or newer.`,
    effect: 'none',
  });
}

function notEmpty(database: string, objects: number): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'restore-refused',
    message: `The database ${database} is not empty: it has ${objects} objects.`,
    remedy: 'Restore into a new database, or replace what the backup has with --clean.',
    effect: 'none',
  });
}
