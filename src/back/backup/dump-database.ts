import { join } from 'node:path';
import { readSnapshot } from '../../foundation/catalog/snapshot/read-snapshot.js';
import { asServerError } from '../../foundation/postgres/server-error.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { Clock } from '../../foundation/runtime/clock.js';
import type { Environment } from '../../foundation/runtime/environment.js';
import type { ClientTool } from '../../foundation/stage/find-client-tool.js';
import type { BackupTable } from '../../model/backup.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { SchemaSnapshot } from '../../model/schema-snapshot.js';
import { fileNames } from './backup-names.js';
import { programFailed, runProgram } from './client-program.js';
import { type ChecksumLimits, countTables } from './count-tables.js';
import { type Origin, readDumpedTables, readOrigin } from './read-origin.js';

export interface DumpRequest {
  readonly tool: ClientTool;
  /** Of the server. */
  readonly major: number;
  /** Where the dump goes. */
  readonly folder: string;
  readonly schemaOnly: boolean;
  readonly jobs: number;
  readonly limits: ChecksumLimits;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onPhase: (text: string) => void;
}

export interface DumpResult {
  readonly origin: Origin;
  readonly snapshotId: string;
  readonly schema: SchemaSnapshot;
  readonly tables: readonly BackupTable[];
  readonly durationMs: number;
}

const lockTimeoutMs = 30_000;

/*
 * One moment for the dump and for what is recorded of it: our transaction exports its snapshot, and must stay open until
 * the last worker has taken it over. A server's own limits on idle transactions would end it before.
 */
const begin = (major: number) => `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = ${lockTimeoutMs};
  SET LOCAL idle_in_transaction_session_timeout = 0${major >= 17 ? '; SET LOCAL transaction_timeout = 0' : ''}`;

/**
 * Dumps what the session's database holds at one instant, and reads schema and rows at the same. The session is closed
 * when the dump fails or is interrupted.
 */
export async function dumpDatabase(session: Session, request: DumpRequest): Promise<DumpResult> {
  const { clock } = request;
  const since = clock.now();
  try {
    // Where the server cannot watch its clients, an interrupted sum of a table runs to its end.
    await session.query(`SET client_connection_check_interval = '1s'`).catch(() => undefined);
    await session.query(begin(request.major));
    const origin = await readOrigin(session);
    const { rows } = await session.query('SELECT pg_catalog.pg_export_snapshot() AS id');
    const snapshotId = String(rows[0]?.['id']);
    const contents = await dumpAndRead(session, request, snapshotId);
    return { origin, snapshotId, ...contents, durationMs: Math.round(clock.now() - since) };
  } catch (error) {
    throw asReadFailure(error);
  } finally {
    if (!session.closed) await session.query('ROLLBACK').catch(() => undefined);
  }
}

type Contents = Pick<DumpResult, 'schema' | 'tables'>;

/** Both at once. What fails first ends the other, and is what is told. */
async function dumpAndRead(session: Session, request: DumpRequest, snapshotId: string): Promise<Contents> {
  const failed = new AbortController();
  let first: unknown = null;
  const stop = (error: unknown): null => {
    first ??= error;
    failed.abort();
    return null;
  };
  const dump = { ...request, signal: AbortSignal.any([request.signal, failed.signal]) };
  const [dumped, contents] = await Promise.all([
    runDump(session, dump, snapshotId).catch(async (error: unknown) => {
      stop(error);
      await session[Symbol.asyncDispose]();
      return null;
    }),
    readContents(session, request).catch(stop),
  ]);
  if (dumped === null || contents === null) throw first;
  return contents;
}

async function runDump(session: Session, request: DumpRequest, snapshotId: string): Promise<'done'> {
  const { tool, folder, schemaOnly, jobs, environment, signal, onPhase } = request;
  onPhase(`Dumping ${session.target.database}`);
  const args = [
    `--format=${jobs > 1 ? 'directory' : 'custom'}`,
    ...(jobs > 1 ? [`--jobs=${jobs}`] : []),
    ...(schemaOnly ? ['--schema-only'] : []),
    `--file=${join(folder, fileNames.dump)}`,
    `--snapshot=${snapshotId}`,
    `--lock-wait-timeout=${lockTimeoutMs}`,
    '--no-password',
  ];
  const result = await runProgram({ tool, args, target: session.target, environment, signal });
  if (result.exitCode === 0) return 'done';
  throw programFailed({
    result,
    signal,
    failed: 'The backup could not be made',
    remedy:
      'What had been written is gone again; run it anew. The user must be able to read every table (pg_read_all_data).',
    effect: 'none',
  });
}

async function readContents(session: Session, { schemaOnly, limits }: DumpRequest): Promise<Contents> {
  const schema = await readSnapshot(session);
  const tables = schemaOnly ? [] : await countTables(session, await readDumpedTables(session), limits);
  return { schema, tables };
}

function asReadFailure(cause: unknown): unknown {
  const refused = asServerError(cause);
  if (refused === null) return cause;
  return new ChangeSafetyError({
    code: 'query-failed',
    message: `The server refused what the backup reads: ${refused.message}`,
    remedy:
      refused.code === '55P03'
        ? 'Somebody holds a lock on a table: try again later.'
        : 'Connect as a user who may read every table.',
    effect: 'none',
    sqlState: refused.code ?? null,
    cause,
  });
}
