import { readSchema } from '../foundation/catalog/read-schema.js';
import type { AppliedHistory } from '../foundation/history/applied-history.js';
import { readApplied } from '../foundation/history/read-applied.js';
import { connectToAny } from '../foundation/postgres/connect-to-any.js';
import { parseConnectionString } from '../foundation/postgres/connection-string.js';
import { connectionSources } from '../foundation/postgres/connection/connection-sources.js';
import { readOnly } from '../foundation/postgres/read-only.js';
import type { Session } from '../foundation/postgres/session.js';
import { readEnvironment } from '../foundation/runtime/environment.js';
import type { Project } from '../model/migration.js';
import type { Schema } from '../model/schema.js';
import type { NamedDatabase } from './named-database.js';

export interface DatabaseReader {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The verb that reads, as pg_stat_activity shows it. */
  readonly verb: 'check' | 'rehearse' | 'test';
}

/** Whoever holds a lock on a table does not keep the reader waiting. */
const schemaLimits = { what: 'the schema', statementTimeoutMs: 60_000, lockTimeoutMs: 2_000 };

/** The schema of a database as it is now, in one read-only transaction. */
export async function readDatabaseSchema(database: NamedDatabase, reader: DatabaseReader): Promise<Schema> {
  await using session = await open(database, reader);
  return await readOnly(session, schemaLimits, () => readSchema(session));
}

/** Which migrations of the project a database has, in one read-only transaction. */
export async function readDatabaseHistory(
  database: NamedDatabase,
  project: Project,
  { placeholders, ...reader }: DatabaseReader & { readonly placeholders: Readonly<Record<string, string>> },
): Promise<AppliedHistory> {
  await using session = await open(database, reader);
  return await readApplied(session, project, { placeholders, variables: reader.env });
}

function open({ url }: NamedDatabase, { env, verb }: DatabaseReader): Promise<Session> {
  const plan = parseConnectionString(url, connectionSources(readEnvironment(env)));
  return connectToAny(plan, { applicationName: `lockkeeper ${verb}` });
}
