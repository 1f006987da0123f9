import { fillRows } from '../../../foundation/stage/fill-rows.js';
import type { Migration } from '../../../model/migration.js';
import { compareStates } from './compare-states.js';
import { describeData } from './describe-difference.js';
import type { ProofDatabase } from './proof-database.js';
import { type CheckApplication, type ProvenMigration, upFailed } from './proof-run.js';
import { proveRollback } from './prove-rollback.js';
import { type DatabaseState, readState } from './read-state.js';
import { runPart } from './run-part.js';
import type { WayBack } from './way-back.js';

export interface LaneOptions {
  readonly timeLimitMs: number;
  readonly rowsPerTable: number | null;
  readonly checkApplication: CheckApplication | null;
  readonly integrity?: boolean;
  readonly writes?: boolean;
  readonly signal: AbortSignal;
}

/**
 * One database that goes along a chain. With rows to fill in, it has a twin for the proofs: what the filler put there must
 * not stay in the way of a later migration.
 */
export class ProofLane implements AsyncDisposable {
  readonly #database: ProofDatabase;
  readonly #options: LaneOptions;
  readonly #notes = new Set<string>();
  #before: DatabaseState | null = null;
  #twin: FilledTwin | null = null;

  constructor(database: ProofDatabase, options: LaneOptions) {
    this.#database = database;
    this.#options = options;
  }

  get notes(): readonly string[] {
    return [...this.#notes];
  }

  /** Applies a migration that another lane proves. False when it fails. */
  async apply(migration: Migration): Promise<boolean> {
    await this.#forget();
    return (await this.#run(migration)).ok;
  }

  async prove(migration: Migration, ways: readonly WayBack[]): Promise<ProvenMigration> {
    const { rowsPerTable } = this.#options;
    if (rowsPerTable === null || !this.#database.canCopy || touchesServer(migration)) {
      await this.#leaveTwin();
      return this.#proveBare(migration, ways);
    }
    this.#twin ??= await FilledTwin.of(this.#database, rowsPerTable);
    const { database, before } = await this.#twin.fill();
    const proven = await proveRollback(database, migration, { ...this.#options, ways, before });
    if (proven.applied) {
      this.#twin.after = proven.after;
      // It goes on without the rows of its twin, and is no longer as it was last read.
      this.#before = null;
      const run = await this.#run(migration);
      return run.ok ? proven : upFailed(migration, ways, run);
    }
    await this.#forget();
    const bare = await this.#proveBare(migration, ways);
    if (!bare.applied) return proven;
    const why = proven.proofs[0]?.reason ?? 'it fails';
    const note = `proved without filled rows, for with them ${why}`;
    return { ...bare, proofs: bare.proofs.map((proof) => ({ ...proof, notes: [...proof.notes, note] })) };
  }

  /**
   * From proof to proof only what changed is read. Here all of it is read once more, knowing nothing: what is not as it
   * was followed, in words; null when all is well, or nothing was followed.
   */
  async findDoubt(): Promise<string | null> {
    const followed = this.#before;
    if (followed === null) return null;
    const whole = await readState(this.#database.session, { comparedWith: followed });
    const { schema, data, columnOrder } = compareStates(followed, whole, { setsPositions: true });
    const [first] = [...schema, ...data.map(describeData), ...columnOrder];
    return first === undefined ? null : `the database is not what was followed, so proofs may be wrong: ${first}`;
  }

  async #proveBare(migration: Migration, ways: readonly WayBack[]): Promise<ProvenMigration> {
    const proven = await proveRollback(this.#database, migration, { ...this.#options, ways, before: this.#before });
    this.#before = proven.after;
    return proven;
  }

  async #run(migration: Migration) {
    return runPart(this.#database.session, migration, { insideTransaction: false, signal: this.#options.signal });
  }

  async #forget(): Promise<void> {
    this.#before = null;
    await this.#leaveTwin();
  }

  async #leaveTwin(): Promise<void> {
    for (const note of this.#twin?.notes ?? []) this.#notes.add(note);
    await this.#twin?.database[Symbol.asyncDispose]();
    this.#twin = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#forget();
    await this.#database[Symbol.asyncDispose]();
  }
}

const serverWide = /\b(?:create|alter|drop)\s+(?:role|user|group|tablespace|database)\b/i;

/** Roles and their kin are the whole server's: what the twin makes, its neighbour cannot make again. */
function touchesServer({ statements }: Migration): boolean {
  return statements.some(({ sql }) => serverWide.test(sql));
}

/** A copy of a lane's database whose tables have rows. */
class FilledTwin {
  readonly database: ProofDatabase;
  readonly #rowsPerTable: number;
  /** Tables that were filled, or could not be. */
  readonly #tried = new Set<string>();
  readonly #shortfalls = new Map<string, string>();
  /** As the last proof left it. */
  after: DatabaseState | null = null;

  static async of(database: ProofDatabase, rowsPerTable: number): Promise<FilledTwin> {
    const copy = await database.copy();
    if (copy === null) throw new Error('a database that cannot be copied has no twin');
    return new FilledTwin(copy, rowsPerTable);
  }

  private constructor(database: ProofDatabase, rowsPerTable: number) {
    this.database = database;
    this.#rowsPerTable = rowsPerTable;
  }

  get notes(): readonly string[] {
    return [...this.#shortfalls].map(([relation, why]) => `${relation} has fewer rows: ${why}`);
  }

  /** Fills the tables that are new since the last time. */
  async fill(): Promise<{ readonly database: ProofDatabase; readonly before: DatabaseState }> {
    const { database } = this;
    const known = this.after ?? (await readState(database.session));
    const fresh = known.data.some(({ relation, rows }) => rows === 0 && !this.#tried.has(relation));
    if (!fresh) return { database, before: known };
    await database.reconnect();
    const full = known.data.filter(({ rows }) => rows > 0).map(({ relation }) => relation);
    const exclude = [...full, ...this.#tried];
    const filled = await fillRows(database.session, { rowsPerTable: this.#rowsPerTable, schemas: null, exclude });
    for (const { relation, shortfall } of filled) if (shortfall !== null) this.#shortfalls.set(relation, shortfall);
    for (const { relation, rows } of known.data) if (rows === 0) this.#tried.add(relation);
    await database.reconnect();
    return { database, before: await readState(database.session) };
  }
}
