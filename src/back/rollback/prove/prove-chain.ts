import type { Migration } from '../../../model/migration.js';
import { fallsShort, type RollbackProof } from '../../../model/rollback-proof.js';
import { endedProof } from './judge-trial.js';
import { ProofLane } from './proof-lane.js';
import type { ProofDatabase } from './proof-database.js';
import type { CheckApplication } from './proof-run.js';
import type { WayBack } from './way-back.js';

export interface ChainOptions {
  readonly ways: (migration: Migration) => readonly WayBack[];
  readonly timeLimitMs: number;
  /** Rows that every table gets before a migration; null leaves tables as the chain makes them. */
  readonly rowsPerTable: number | null;
  readonly checkApplication: CheckApplication | null;
  /** As in the options of one proof. */
  readonly integrity?: boolean;
  readonly writes?: boolean;
  /** Nothing more is begun once a rollback fell short. */
  readonly failFast: boolean;
  /** A declared lack of a way back falls short too. */
  readonly requireRollbacks?: boolean;
  readonly signal: AbortSignal;
  readonly onProof: (done: number) => void;
}

export interface ChainProof {
  /** In the order of the chain. */
  readonly proofs: readonly RollbackProof[];
  /** What the stage lacks, so that the rest could not be tried. */
  readonly inconclusive: readonly string[];
  readonly notes: readonly string[];
}

/** Migrations that one database proves in a row; the next proof then knows the state that it begins with. */
const leastRun = 4;
const runsPerLane = 6;

/**
 * Proves every migration of a chain against what its predecessors leave. Each database is a lane of its own: it takes
 * runs of the chain to prove, and merely applies what another lane proves. The databases have to be equal and disposable.
 */
export async function proveChain(
  databases: readonly ProofDatabase[],
  chain: readonly Migration[],
  options: ChainOptions,
): Promise<ChainProof> {
  const course = new Course(chain, databases.length, options);
  const lanes = databases.map((database) => new ProofLane(database, options));
  try {
    await Promise.all(lanes.map((lane) => course.run(lane)));
  } finally {
    await Promise.all(lanes.map((lane) => lane[Symbol.asyncDispose]()));
  }
  return course.result([...new Set(lanes.flatMap(({ notes }) => notes))]);
}

/** What the lanes share. */
class Course {
  readonly #chain: readonly Migration[];
  readonly #options: ChainOptions;
  readonly #proofs = new Map<number, readonly RollbackProof[]>();
  readonly #inconclusive = new Set<string>();
  readonly #runLength: number;
  #next = 0;
  /** The first migration that could not be applied, or after which nothing more is wanted. */
  #end: number;

  constructor(chain: readonly Migration[], lanes: number, options: ChainOptions) {
    this.#chain = chain;
    this.#options = options;
    this.#end = chain.length;
    this.#runLength = lanes === 1 ? chain.length : Math.max(leastRun, Math.ceil(chain.length / (lanes * runsPerLane)));
  }

  async run(lane: ProofLane): Promise<void> {
    let at = 0;
    while (this.#next < this.#end) {
      const first = this.#next;
      this.#next += this.#runLength;
      for (; at < first && at < this.#end; at += 1) {
        // Whoever proves this one says why it fails.
        if (!(await lane.apply(this.#chain[at] as Migration))) return;
      }
      for (; at < this.#next && at < this.#end && at < first + this.#runLength; at += 1) await this.#prove(lane, at);
    }
    const doubt = await lane.findDoubt();
    if (doubt !== null) this.#inconclusive.add(doubt);
  }

  async #prove(lane: ProofLane, at: number): Promise<void> {
    const migration = this.#chain[at] as Migration;
    this.#options.signal.throwIfAborted();
    const { proofs, applied, missingExtension } = await lane.prove(migration, this.#options.ways(migration));
    this.#proofs.set(at, proofs);
    this.#options.onProof(this.#proofs.size);
    if (missingExtension !== null) this.#inconclusive.add(`extension ${missingExtension} is not on the stage`);
    const { failFast, requireRollbacks = false } = this.#options;
    const fellShort = failFast && proofs.some((proof) => fallsShort(proof, requireRollbacks));
    if (!applied || fellShort) this.#end = Math.min(this.#end, at + 1);
  }

  result(notes: readonly string[]): ChainProof {
    const proofs = this.#chain.flatMap((migration, at) => {
      const isReached = at < this.#end;
      if (isReached) return this.#proofs.get(at) ?? [];
      return this.#options.failFast ? [] : this.#notReached(migration);
    });
    const left = this.#options.failFast ? this.#chain.length - this.#end : 0;
    const stopped =
      left === 0 ? [] : [`${left} more migrations were not tried: the first that falls short ends the test`];
    return { proofs, inconclusive: [...this.#inconclusive], notes: [...notes, ...stopped] };
  }

  #notReached(migration: Migration): readonly RollbackProof[] {
    const broken = this.#chain[this.#end - 1];
    const reason = `it was not reached: ${broken?.path ?? 'an earlier migration'} could not be applied`;
    return this.#options
      .ways(migration)
      .map(({ origin }) => endedProof(migration, origin, { verdict: 'failed', reason }));
  }
}
