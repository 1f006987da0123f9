import { readSchema } from '../foundation/catalog/read-schema.js';
import type { AppliedHistory } from '../foundation/history/applied-history.js';
import { readLedgerHistory } from '../foundation/history/read-ledger-history.js';
import { readApplied } from '../foundation/history/read-applied.js';
import { connectToAny } from '../foundation/postgres/connect-to-any.js';
import { parseConnectionString } from '../foundation/postgres/connection-string.js';
import { connectionSources } from '../foundation/postgres/connection/connection-sources.js';
import { readOnly } from '../foundation/postgres/read-only.js';
import type { Session } from '../foundation/postgres/session.js';
import { keepsState, type ProjectStateOptions } from '../foundation/project/project-state.js';
import { readEnvironment } from '../foundation/runtime/environment.js';
import type { Project } from '../model/migration.js';
import type { Schema } from '../model/schema.js';
import type { NamedDatabase } from './named-database.js';

export interface DatabaseReader {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The verb that reads, as pg_stat_activity shows it. */
  readonly verb: 'check' | 'rehearse' | 'test' | 'keep' | 'apply' | 'backup' | 'verify';
}

/** Whoever holds a lock on a table does not keep the reader waiting. */
const schemaLimits = { what: 'the schema', statementTimeoutMs: 60_000, lockTimeoutMs: 2_000 };

/** The schema of a database as it is now, in one read-only transaction. */
export async function readDatabaseSchema(database: NamedDatabase, reader: DatabaseReader): Promise<Schema> {
  await using session = await openDatabase(database, reader);
  return await readOnly(session, schemaLimits, () => readSchema(session));
}

/** Which migrations of the project a database has, in one read-only transaction. */
export async function readDatabaseHistory(
  database: NamedDatabase,
  project: Project,
  { placeholders, ...reader }: DatabaseReader & { readonly placeholders: Readonly<Record<string, string>> },
): Promise<AppliedHistory> {
  await using session = await openDatabase(database, reader);
  return await readHistory(session, project, { placeholders, variables: reader.env });
}

/** What a project's own tool wrote down; where it keeps no account, what the ledger says. */
export function readHistory(session: Session, project: Project, options: ProjectStateOptions): Promise<AppliedHistory> {
  return keepsState(project) ? readApplied(session, project, options) : readLedgerHistory(session, project);
}

/** A session in a named database, as libpq would open it. */
export function openDatabase({ url }: NamedDatabase, { env, verb }: DatabaseReader): Promise<Session> {
  const plan = parseConnectionString(url, connectionSources(readEnvironment(env)));
  return connectToAny(plan, { applicationName: `lockkeeper ${verb}` });
}
