import { type EffectContext } from '../../../src/foundation/effects/effect-context.js';
import { predictEffects } from '../../../src/foundation/effects/predict-effects.js';
import { graphOf } from '../../../src/foundation/effects/schema-graph.js';
import { readSchema } from '../../../src/foundation/catalog/read-schema.js';
import { type LockHistory, openLockHistory } from '../../../src/foundation/observers/lock-history.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import type { EmbeddedMajor } from '../../../src/foundation/postgres/server/embedded-versions.js';
import type { Session } from '../../../src/foundation/postgres/session.js';
import { assemble, ResourceStack } from '../../../src/foundation/runtime/resource-stack.js';
import { parseStatement } from '../../../src/foundation/sql/parse.js';
import type { Schema } from '../../../src/model/schema.js';
import { comparePrediction, type Prediction } from './compare-prediction.js';
import { observeOutside } from './observe-outside.js';
import { type Copy, makeCopy, meet, open, restoreCopy } from './oracle-copy.js';
import { type Case, look, type ObservedEffects, observeStatement, type Relations } from './oracle.js';
import { richSchema, temporaryTables } from './rich-schema.js';

export interface CaseResult {
  readonly sql: string;
  /** Readable, each with what it was predicted from; none when the predictions hold. */
  readonly differences: readonly string[];
  readonly error: string | null;
  /** What the prediction says it does not know. */
  readonly unanalysed: readonly string[];
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#copy?.[Symbol.asyncDispose]();
    await this.#parts[Symbol.asyncDispose]();
  }

  async run(one: Case): Promise<CaseResult> {
    const inside = one.setup === undefined ? await this.#runInside(one) : null;
    if (inside !== null) return inside;
    // A copy serves until a case fails or differs in it, for it may do so because of what earlier cases left behind.
    const copy = await this.#findCopy(one);
    const used = copy === null ? null : await this.#runInCopy(one, copy);
    if (used !== null && used.error === null && used.differences.length === 0) return used;
    return await this.#runInCopy(one, await this.#makeCopy());
  }

  /** Null when the statement refuses a transaction block. */
  async #runInside(one: Case): Promise<CaseResult | null> {
    const { session, control, schema, known } = this.#opened;
    const statements = statementsOf(one);
    return await judge(one, async () => {
      const observed = await observeStatement({ session, witness: control, known }, statements);
      if (observed.refused) return null;
      const earlier = statements.slice(0, -1);
      return { observed, schema: earlier.length === 0 ? schema : await schemaAfter(session, earlier) };
    });
  }

  /** What a case commits stays in the copy; what it meets is read from there. */
  async #runInCopy(one: Case, copy: Copy): Promise<CaseResult> {
    const { control, history } = this.#opened;
    const { session, watch } = copy;
    const statements = statementsOf(one);
    const result = await judge(one, async () => {
      if (one.setup !== undefined && copy.setup !== one.setup) {
        await session.query(one.setup);
        copy.met = null;
      }
      copy.setup = one.setup ?? copy.setup;
      const met = await meet(copy);
      const earlier = statements.slice(0, -1);
      const schema = earlier.length === 0 ? met.schema : await schemaAfter(session, earlier);
      const inside = await observeStatement({ session, witness: control, known: met.known }, statements);
      if (!inside.refused) return { observed: inside, schema };
      copy.changed = true;
      copy.met = null;
      return { observed: await observeOutside({ session, watch, history }, statements), schema };
    });
    return result as CaseResult;
  }

  /** Null when there is none that could serve. */
  async #findCopy(one: Case): Promise<Copy | null> {
    const copy = this.#copy;
    if (copy === null || fits(copy, one)) return copy;
    return !copy.changed && (await restoreCopy(copy)) ? copy : null;
  }

  async #makeCopy(): Promise<Copy> {
    const { cluster, control } = this.#opened;
    const previous = this.#copy;
    this.#copy = null;
    if (previous !== null) {
      await previous[Symbol.asyncDispose]();
      await control.query(`DROP DATABASE ${previous.name} WITH (FORCE)`);
    }
    this.#copy = await makeCopy({ cluster, control, template: 'rich_template', number: (previous?.number ?? 0) + 1 });
    return this.#copy;
  }
}

/** Without a setup any copy will do; with one it has to be untouched, or the one where the same setup ran already. */
function fits(copy: Copy, { setup }: Case): boolean {
  return setup === undefined || (!copy.changed && (copy.setup === undefined || copy.setup === setup));
}

/** What the last statement of a transaction finds. */
async function schemaAfter(session: Session, earlier: readonly string[]): Promise<Schema> {
  await session.query('BEGIN');
  try {
    for (const sql of earlier) await session.query(sql);
    return await readSchema(session);
  } finally {
    await session.query('ROLLBACK');
  }
}

/** Characters of a setup that tell which one it is. */
const shownSetup = 100;

/** Compares what was seen with what is predicted; null when nothing could be seen. */
export async function judge(one: Case, see: () => Promise<Seen | null>): Promise<CaseResult | null> {
  const setup = one.setup === undefined ? [] : [one.setup.slice(0, shownSetup)];
  const sql = [...setup, ...statementsOf(one)].join('; ');
  const nothing = { sql, differences: [], unanalysed: [], locks: { all: 0, certain: 0 } };
  try {
    const seen = await see();
    if (seen === null) return null;
    if (seen.observed.error !== null) return { ...nothing, error: seen.observed.error };
    const sources = one.text === 'unchecked' ? (['schema'] as const) : (['schema', 'text'] as const);
    const predictions = sources.map((from) => predict(one, seen.schema, from));
    const differences = predictions.flatMap((prediction) =>
      comparePrediction(seen.observed, prediction).map((difference) => `from ${prediction.from}: ${difference}`),
    );
    const locks = predictions[0]?.effects.locks ?? [];
    const certain = locks.filter(({ certainty }) => certainty === 'certain').length;
    const unanalysed = predictions[0]?.effects.unanalysed ?? [];
    return { sql, differences, error: null, unanalysed, locks: { all: locks.length, certain } };
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
  /** What a transaction finds each time. */
  readonly known: Relations;
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
  return { cluster, control, history, session, schema: await readSchema(session), known: await look(session) };
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
