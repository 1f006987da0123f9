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
  readonly #parts: ResourceStack;
  readonly #opened: Opened;
  /** Where cases are tried that commit something. */
  #copy: Copy | null = null;

  private constructor(parts: ResourceStack, opened: Opened) {
    this.#parts = parts;
    this.#opened = opened;
  }

  static async open(major: EmbeddedMajor): Promise<OracleLab> {
    return await assemble(async (parts) => new OracleLab(parts, await openParts(major, parts)));
  }

  /** That of the rich schema as it was made. */
  get schema(): Schema {
    return this.#opened.schema;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts[Symbol.asyncDispose]();
  }

  async run(one: Case): Promise<CaseResult> {
    const inside = one.setup === undefined ? await this.#runInside(one) : null;
    if (inside !== null) return inside;
    // A copy serves until a case fails or differs in it, for it may do so because of what earlier cases left behind.
    const used = this.#copy === null || !fits(this.#copy, one) ? null : await this.#runInCopy(one, this.#copy);
    if (used !== null && used.error === null && used.differences.length === 0) return used;
    return await this.#runInCopy(one, await this.#makeCopy());
  }

  /** Null when the statement refuses a transaction block. */
  async #runInside(one: Case): Promise<CaseResult | null> {
    const { session, control, schema } = this.#opened;
    const statements = statementsOf(one);
    return await judge(one, async () => {
      const observed = await observeStatement(session, control, statements);
      if (observed.refused) return null;
      const earlier = statements.slice(0, -1);
      return { observed, schema: earlier.length === 0 ? schema : await schemaAfter(session, earlier) };
    });
  }

  /** What a case commits stays in the copy; what it meets is read from there. */
  async #runInCopy(one: Case, copy: Copy): Promise<CaseResult> {
    const { cluster, control, history } = this.#opened;
    const statements = statementsOf(one);
    await using session = await open(cluster, copy.name);
    await using watch = await open(cluster, copy.name);
    const result = await judge(one, async () => {
      await session.query(temporaryTables);
      if (one.setup !== undefined && copy.setup !== one.setup) await session.query(one.setup);
      copy.setup = one.setup ?? copy.setup;
      const schema = await schemaAfter(session, statements.slice(0, -1));
      const inside = await observeStatement(session, control, statements);
      if (!inside.refused) return { observed: inside, schema };
      copy.changed = true;
      return { observed: await observeOutside({ session, watch, history }, statements), schema };
    });
    return result as CaseResult;
  }

  async #makeCopy(): Promise<Copy> {
    const { control } = this.#opened;
    const number = (this.#copy?.number ?? 0) + 1;
    if (this.#copy !== null) await control.query(`DROP DATABASE ${this.#copy.name} WITH (FORCE)`);
    this.#copy = { number, name: `copy_${number}`, setup: undefined, changed: false };
    await control.query(`CREATE DATABASE ${this.#copy.name} TEMPLATE rich_template STRATEGY file_copy`);
    return this.#copy;
  }
}

interface Copy {
  readonly number: number;
  readonly name: string;
  /** What was committed in it beforehand. */
  setup: string | undefined;
  /** A statement that refuses a transaction block ran in it. */
  changed: boolean;
}

/** Without a setup any copy will do; with one it has to be untouched, or the one where the same setup ran already. */
function fits(copy: Copy, { setup }: Case): boolean {
  return setup === undefined || (!copy.changed && (copy.setup === undefined || copy.setup === setup));
}

/** What the last statement of a transaction finds. */
async function schemaAfter(session: Session, earlier: readonly string[]): Promise<Schema> {
  if (earlier.length === 0) return await readSchema(session);
  await session.query('BEGIN');
  try {
    for (const sql of earlier) await session.query(sql);
    return await readSchema(session);
  } finally {
    await session.query('ROLLBACK');
  }
}

/** Compares what was seen with what is predicted; null when nothing could be seen. */
export async function judge(one: Case, see: () => Promise<Seen | null>): Promise<CaseResult | null> {
  const sql = [...(one.setup === undefined ? [] : [one.setup]), ...statementsOf(one)].join('; ');
  const nothing = { sql, differences: [], locks: { all: 0, certain: 0 } };
  try {
    const seen = await see();
    if (seen === null) return null;
    if (seen.observed.error !== null) return { ...nothing, error: seen.observed.error };
    const predictions = (['schema', 'text'] as const).map((from) => predict(one, seen.schema, from));
    const differences = predictions.flatMap((prediction) =>
      comparePrediction(seen.observed, prediction).map((difference) => `from ${prediction.from}: ${difference}`),
    );
    const locks = predictions[0]?.effects.locks ?? [];
    const certain = locks.filter(({ certainty }) => certainty === 'certain').length;
    return { sql, differences, error: null, locks: { all: locks.length, certain } };
  } catch (error) {
    return { ...nothing, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
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

export function open(cluster: Cluster, database: string): Promise<Session> {
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
