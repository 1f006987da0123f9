import type { RelationSize } from '../../before/classify/rule-context.js';
import { readSchema } from '../../foundation/catalog/read-schema.js';
import { followSchema } from '../../foundation/stage/follow-schema.js';
import { missingExtension } from '../../foundation/stage/missing-extension.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { Migration } from '../../model/migration.js';
import type { Schema } from '../../model/schema.js';
import type { TenantPlace } from '../../model/target-settings.js';
import { type BuiltStage, buildStage } from '../build-stage.js';
import { type ChangeKnowledge, type MigrationKnowledge, sizesOf } from './change-knowledge.js';
import type { KnowledgeOptions } from './open-knowledge.js';

interface ShadowRequest extends KnowledgeOptions {
  /** The tenant for whom the change is judged. */
  readonly tenant?: TenantPlace | null;
}

/** Replays the history on a server of our own and follows the change there, statement by statement, without data. */
export async function openShadow(
  { loaded, env, selected, tenant = null, signal, onProgress }: ShadowRequest,
  database: Schema | null,
): Promise<ChangeKnowledge> {
  const config = { ...loaded.config, stage: { ...loaded.config.stage, data: null } };
  const request = { url: null, standby: false, rows: null, role: null };
  const built = await buildStage({ config, env, request, selected, tenant, signal, onProgress });
  const session = await built.stage.connect('shadow');
  const shared = selected.project.transactionScope === 'run';
  const beganEmpty = database === null && (await readSchema(session)).relations.length === 0;
  if (shared) await session.query('BEGIN');
  const sizes = database === null ? new Map<string, RelationSize>() : sizesOf(database);
  const notes = noteMajors(built, database);
  return new Shadow(built, session, { sizes, notes, signal, shared, beganEmpty });
}

function noteMajors({ stage }: BuiltStage, database: Schema | null): readonly string[] {
  const { major } = stage.server;
  if (database === null || database.major === major) return [];
  return [
    `The database runs PostgreSQL ${database.major}, and the change is judged for ${major}: --server-major ${database.major} judges it for the database.`,
  ];
}

interface ShadowOptions {
  readonly sizes: ReadonlyMap<string, RelationSize>;
  readonly notes: readonly string[];
  readonly signal: AbortSignal;
  /** The tool puts all migrations into one transaction. */
  readonly shared: boolean;
  /** No relation was there before the change: all rows that it meets are its own. */
  readonly beganEmpty: boolean;
}

class Shadow implements ChangeKnowledge {
  readonly major: number;
  readonly schema = 'shadow';
  readonly sizes: ReadonlyMap<string, RelationSize>;
  readonly notes: string[];
  readonly #built: BuiltStage;
  readonly #session: Session;
  readonly #options: ShadowOptions;
  #usable: boolean;

  constructor(built: BuiltStage, session: Session, options: ShadowOptions) {
    this.#built = built;
    this.#session = session;
    this.#options = options;
    this.major = built.stage.server.major;
    this.sizes = options.sizes;
    this.notes = [
      ...options.notes,
      ...built.notes,
      ...built.inconclusive.map((reason) => `Judged by the text alone: ${reason}.`),
    ];
    this.#usable = built.inconclusive.length === 0;
  }

  async arriveAt(migration: Migration): Promise<MigrationKnowledge> {
    if (!this.#usable) return { schemas: [], held: null, frozen: false, failure: null };
    const { signal, shared, beganEmpty } = this.#options;
    const followed = await followSchema(this.#session, migration, {
      insideTransaction: shared,
      watchLocks: beganEmpty,
      signal,
    });
    const { schemas, failure } = followed;
    const held = beganEmpty ? followed.held : null;
    if (failure === null) return { schemas, held, frozen: false, failure };
    this.#usable = false;
    const extension = missingExtension(failure);
    const reason = extension === null ? `${failure.path}:${failure.line} fails` : `extension ${extension} is missing`;
    this.notes.push(`From there on judged by the text alone: on the shadow ${reason}.`);
    return { schemas, held, frozen: false, failure: extension === null ? failure : null };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
    await this.#built[Symbol.asyncDispose]();
  }
}
