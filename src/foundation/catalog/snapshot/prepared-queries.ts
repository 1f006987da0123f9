import type { Row, Session } from '../../postgres/session.js';
import { pinSettingsSql } from './pinned-settings.js';
import {
  type SnapshotAnswer,
  type SnapshotExtent,
  snapshotParameters,
  snapshotSql,
  toAnswer,
} from './snapshot-query.js';
import { parseStamps, type Stamps, stampsSql } from './stamps.js';

const savepoint = 'lockkeeper_snapshot';
const stampsStatement = 'lockkeeper_stamps';
const snapshotStatements = { all: 'lockkeeper_snapshot', usual: 'lockkeeper_changes' } as const;

interface PreparedState {
  readonly major: number;
  readonly superuser: boolean;
  stamps: boolean;
  /** Objects that there were when a query was planned. */
  readonly plannedFor: Map<SnapshotExtent, number>;
  /** Objects at the last reading; null before the first. */
  lastSeen: number | null;
}

/** Sessions that hold the queries prepared: planning them takes longer than running them on a small schema. */
const prepared = new WeakMap<Session, PreparedState>();

const statementMissing = '26000';
const statementExists = '42P05';

/** What is asked of the whole, or of some buckets of stamps. */
export interface SnapshotQuestion {
  readonly connected: boolean;
  /** Null for everything. */
  readonly buckets: ReadonlySet<string> | null;
  readonly rare: boolean;
}

/** The queries of a snapshot in one session, under pinned settings. */
export class PreparedQueries {
  readonly #session: Session;
  readonly #state: PreparedState;
  /** What has to be said before the next question. */
  #first: string;
  /** Outside of a transaction settings last as long as the text that they stand in. */
  readonly #each: string;

  private constructor(session: Session, state: PreparedState) {
    this.#session = session;
    this.#state = state;
    const inside = session.transactionStatus === 'open';
    this.#first = inside ? `SAVEPOINT ${savepoint}; ${pinSettingsSql};` : `${pinSettingsSql};`;
    this.#each = inside ? '' : this.#first;
  }

  /**
   * Lets work ask. Afterwards settings are as before, and an open transaction keeps no lock of it. What the session has
   * forgotten is prepared anew: DISCARD, or a pooler that gave it another connection, takes statements away.
   */
  static async use<Result>(session: Session, work: (queries: PreparedQueries) => Promise<Result>): Promise<Result> {
    try {
      return await useOnce(session, work);
    } catch (error) {
      const { code } = error as { readonly code?: string };
      // One may be gone and another left, by a reading that failed after it was prepared: none is kept.
      if (code !== statementMissing && code !== statementExists) throw error;
      prepared.delete(session);
      await forget(session);
      return await useOnce(session, work);
    }
  }

  static async of(session: Session): Promise<PreparedQueries> {
    return new PreparedQueries(session, prepared.get(session) ?? (await readState(session)));
  }

  /** Whether the savepoint is there that the questions stand behind. */
  get asked(): boolean {
    return this.#first === '';
  }

  get major(): number {
    return this.#state.major;
  }

  async #ask(sql: string): Promise<Row> {
    const first = this.#first;
    this.#first = this.#each;
    const { rows } = await this.#session.query(`${first} ${sql}`);
    prepared.set(this.#session, this.#state);
    return rows[0] ?? {};
  }

  /** Null for a role that may not see all catalogs. */
  async stamps(): Promise<Stamps | null> {
    if (!this.#state.superuser) return null;
    const prepare = this.#state.stamps ? '' : `PREPARE ${stampsStatement} AS ${stampsSql};`;
    const row = await this.#ask(`${prepare} EXECUTE ${stampsStatement}`);
    this.#state.stamps = true;
    return parseStamps(row);
  }

  async snapshot({ connected, buckets, rare }: SnapshotQuestion): Promise<SnapshotAnswer> {
    const list = buckets === null ? 'NULL' : `'{${[...buckets].join(',')}}'`;
    const answer = await this.#execute(rare ? 'all' : 'usual', `${connected}, ${list}, ${rare}`);
    return answer.rare && !rare ? await this.#execute('all', `${connected}, ${list}, true`) : answer;
  }

  async #execute(extent: SnapshotExtent, parameters: string): Promise<SnapshotAnswer> {
    const { plannedFor, lastSeen, major } = this.#state;
    const statement = snapshotStatements[extent];
    const planned = plannedFor.get(extent);
    // A plan for a small schema may be a bad one for a large one.
    const outgrown = planned !== undefined && (lastSeen ?? 0) > 4 * planned + 200;
    const isNew = planned === undefined || outgrown;
    // Prepared under the pinned search path: the plan would otherwise not outlive the setting.
    const prepare = isNew ? `PREPARE ${statement} (${snapshotParameters}) AS ${snapshotSql(major, extent)};` : '';
    const drop = outgrown ? `DEALLOCATE ${statement};` : '';
    const row = await this.#ask(`${drop} ${prepare} EXECUTE ${statement} (${parameters})`);
    if (isNew) plannedFor.set(extent, lastSeen ?? 0);
    return toAnswer(row);
  }

  /** How many objects there are now. */
  seen(count: number): void {
    // Before the first reading nobody knew.
    const { plannedFor, lastSeen } = this.#state;
    if (lastSeen === null) for (const extent of plannedFor.keys()) plannedFor.set(extent, count);
    this.#state.lastSeen = count;
  }
}

async function useOnce<Result>(session: Session, work: (queries: PreparedQueries) => Promise<Result>): Promise<Result> {
  const queries = await PreparedQueries.of(session);
  try {
    return await work(queries);
  } finally {
    if (queries.asked && !session.closed)
      await session.query(`ROLLBACK TO SAVEPOINT ${savepoint}; RELEASE SAVEPOINT ${savepoint}`);
  }
}

async function readState(session: Session): Promise<PreparedState> {
  const { rows } = await session.query(
    `SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4 / 10000 AS major,
      pg_catalog.current_setting('is_superuser') = 'on' AS superuser`,
  );
  const superuser = rows[0]?.['superuser'] === true;
  return { major: Number(rows[0]?.['major']), superuser, stamps: false, plannedFor: new Map(), lastSeen: null };
}

async function forget(session: Session): Promise<void> {
  const { rows } = await session.query(
    `SELECT p.name FROM pg_catalog.pg_prepared_statements p WHERE p.name ~ '^lockkeeper_(snapshot|changes|stamps)$'`,
  );
  for (const { name } of rows) await session.query(`DEALLOCATE ${String(name)}`);
}
