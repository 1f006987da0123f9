import { readSchema } from '../../foundation/catalog/read-schema.js';
import type { LoadedConfig } from '../../foundation/config/load-config.js';
import { connectToAny } from '../../foundation/postgres/connect-to-any.js';
import { parseConnectionString } from '../../foundation/postgres/connection-string.js';
import { connectionSources } from '../../foundation/postgres/connection/connection-sources.js';
import { readEnvironment } from '../../foundation/runtime/environment.js';
import type { Schema } from '../../model/schema.js';
import type { OnProgress } from '../progress.js';
import type { SelectedMigrations } from '../select-migrations.js';
import { type ChangeKnowledge, knowBySchema, knowByText, type SchemaSource, sizesOf } from './change-knowledge.js';

export interface KnowledgeOptions {
  readonly loaded: LoadedConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly selected: SelectedMigrations;
  readonly source: SchemaSource;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** Learns what can be known of the database before the change is judged. */
export async function openKnowledge(options: KnowledgeOptions): Promise<ChangeKnowledge> {
  const { source, selected, loaded } = options;
  const database = source.database === null ? null : await readDatabase(source.database, options);
  const replay = source.kind === 'shadow' || (source.kind === 'auto' && selected.history.length > 0);
  if (source.kind === 'text') return knowByText(database?.major ?? loaded.config.stage.major);
  if (replay) {
    const { openShadow } = await import('./shadow.js');
    return openShadow(options, database === null ? new Map() : sizesOf(database));
  }
  return database === null ? knowByText(loaded.config.stage.major) : knowBySchema(database);
}

/** Read-only, and short: whoever holds a lock on a table does not keep the check waiting. */
async function readDatabase(url: string, { env, onProgress }: KnowledgeOptions): Promise<Schema> {
  onProgress({ kind: 'phase', text: 'Reading the schema of the database' });
  const plan = parseConnectionString(url, connectionSources(readEnvironment(env)));
  await using session = await connectToAny(plan, { applicationName: 'lockkeeper check' });
  await session.query("SET default_transaction_read_only = on; SET statement_timeout = '60s'; SET lock_timeout = '2s'");
  return await readSchema(session);
}
