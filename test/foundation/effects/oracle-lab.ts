import { type EffectContext } from '../../../src/foundation/effects/effect-context.js';
import { predictEffects } from '../../../src/foundation/effects/predict-effects.js';
import { graphOf } from '../../../src/foundation/effects/schema-graph.js';
import { readSchema } from '../../../src/foundation/catalog/read-schema.js';
import { type LockHistory, openLockHistory } from '../../../src/foundation/observers/lock-history.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import type { EmbeddedMajor } from '../../../src/foundation/postgres/server/embedded-versions.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { assemble, ResourceStack } from '../../../src/foundation/runtime/resource-stack.js';
import { parseStatement } from '../../../src/foundation/sql/parse.js';
import type { Schema } from '../../../src/model/schema.js';
import { comparePrediction, type Prediction } from './compare-prediction.js';
import { observeOutside } from './observe-outside.js';
import { type Case, type ObservedEffects, observeStatement } from './oracle.js';
import { richSchema, temporaryTables } from './rich-schema.js';

export interface CaseResult {
  readonly sql: string;
  /** Readable, each with what it was predicted from; none when the predictions hold. */
  readonly differences: readonly string[];
  readonly error: string | null;
  /** How many locks were predicted from the schema, and of how many it was certain. */
  readonly locks: { readonly all: number; readonly certain: number };
}

interface Seen {
  readonly observed: ObservedEffects;
  /** The schema that the statement met. */
  readonly schema: Schema;
}

/** A server with the rich schema, on which cases are tried one after the other. The parser must be loaded. */
export class OracleLab implements AsyncDisposable {
  readonly major: EmbeddedMajor;
  readonly #cluster: Cluster;
  readonly #control: Session;
  readonly #history: LockHistory;
  readonly #session: Session;
  readonly #schema: Schema;
  readonly #parts: ResourceStack;
  #copies = 0;

  private constructor(major: EmbeddedMajor, parts: ResourceStack, opened: Opened) {
    this.major = major;
    this.#parts = parts;
    this.#cluster = opened.cluster;
    this.#control = opened.control;
    this.#history = opened.history;
    this.#session = opened.session;
    this.#schema = opened.schema;
  }

  static async open(major: EmbeddedMajor): Promise<OracleLab> {
    return await assemble(async (parts) => new OracleLab(major, parts, await openParts(major, parts)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts[Symbol.asyncDispose]();
  }

  async run(one: Case): Promise<CaseResult> {
    const statements = statementsOf(one);
    const title = [...(one.setup === undefined ? [] : [one.setup]), ...statements].join('; ');
    const { observed, schema } = await this.#observe(statements, one.setup);
    const nothing = { sql: title, differences: [], locks: { all: 0, certain: 0 } };
    if (observed.error !== null) return { ...nothing, error: observed.error };
    const fromSchema = predict(one, schema, 'schema');
    const differences = [fromSchema, predict(one, schema, 'text')].flatMap((prediction) =>
      comparePrediction(observed, prediction).map((difference) => `from ${prediction.from}: ${difference}`),
    );
    const { locks } = fromSchema.effects;
    const certain = locks.filter(({ certainty }) => certainty === 'certain').length;
    return { sql: title, differences, error: null, locks: { all: locks.length, certain } };
  }

  async #observe(statements: readonly string[], setup: string | undefined): Promise<Seen> {
    if (setup !== undefined) return await this.#observeInCopy(statements, setup);
    const observed = await observeStatement(this.#session, this.#control, statements);
    if (observed.refused) return await this.#observeInCopy(statements, setup);
    return { observed, schema: await this.#schemaAfter(this.#session, statements.slice(0, -1)) };
  }

  async #observeInCopy(statements: readonly string[], setup: string | undefined): Promise<Seen> {
    this.#copies += 1;
    const name = `copy_${this.#copies}`;
    await this.#control.query(`CREATE DATABASE ${name} TEMPLATE rich_template STRATEGY file_copy`);
    try {
      await using session = await open(this.#cluster, name);
      await session.query(temporaryTables);
      if (setup !== undefined) await session.query(setup);
      const schema = await this.#schemaAfter(session, statements.slice(0, -1));
      const inside = await observeStatement(session, this.#control, statements);
      if (!inside.refused) return { observed: inside, schema };
      await using watch = await open(this.#cluster, name);
      return { observed: await observeOutside({ session, watch, history: this.#history }, statements), schema };
    } finally {
      await this.#control.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  }

  /** What the last statement of a transaction finds. */
  async #schemaAfter(session: Session, earlier: readonly string[]): Promise<Schema> {
    if (earlier.length === 0) return session === this.#session ? this.#schema : await readSchema(session);
    await session.query('BEGIN');
    try {
      for (const sql of earlier) await session.query(sql);
      return await readSchema(session);
    } finally {
      await session.query('ROLLBACK');
    }
  }
}

interface Opened {
  readonly cluster: Cluster;
  readonly control: Session;
  readonly history: LockHistory;
  readonly session: Session;
  readonly schema: Schema;
}

async function openParts(major: EmbeddedMajor, parts: ResourceStack): Promise<Opened> {
  // Statistics that autovacuum brings would change what is locked while a case runs.
  const cluster = parts.use(await startCluster({ major, serverBin: null, settings: { autovacuum: 'off' } }));
  const control = parts.use(await open(cluster, 'postgres'));
  const history = await openLockHistory(parts.use(await open(cluster, 'postgres')));
  await control.query('CREATE DATABASE rich_template TEMPLATE template0 STRATEGY file_copy');
  {
    await using builder = await open(cluster, 'rich_template');
    await builder.query(richSchema(major));
  }
  await control.query('CREATE DATABASE rich TEMPLATE rich_template STRATEGY file_copy');
  const session = parts.use(await open(cluster, 'rich'));
  await session.query(temporaryTables);
  return { cluster, control, history, session, schema: await readSchema(session) };
}

function open(cluster: Cluster, database: string): Promise<Session> {
  return connect(cluster.connection(database), { applicationName: 'oracle' });
}

function predict(one: Case, schema: Schema, from: Prediction['from']): Prediction {
  const statements = statementsOf(one);
  const parsed = parseStatement(statements.at(-1) ?? '');
  if (!parsed.ok) throw new Error(`cannot be parsed: ${parsed.message}: ${statements.at(-1)}`);
  const context: EffectContext = {
    major: schema.major,
    graph: from === 'schema' ? graphOf(schema) : null,
    searchPath: schema.searchPath,
    settings: settingsOf(statements.slice(0, -1)),
  };
  const effects = predictEffects(parsed.tree, context);
  return { effects, tree: parsed.tree, from, compareScans: one.scans !== 'unchecked' };
}

function statementsOf({ sql }: Case): readonly string[] {
  return typeof sql === 'string' ? [sql] : sql;
}

/** `SET name = value` among the earlier statements. */
function settingsOf(statements: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    statements.flatMap((sql) => {
      const [, name, value] = /^set (?:local )?([a-z_]+) (?:to|=) '?([^']*)'?$/i.exec(sql) ?? [];
      return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value] as const];
    }),
  );
}
