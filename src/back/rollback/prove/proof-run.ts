import type { Migration } from '../../../model/migration.js';
import type { RollbackProof } from '../../../model/rollback-proof.js';
import { endedProof } from './judge-trial.js';
import type { ProofDatabase } from './proof-database.js';
import type { DatabaseState } from './read-state.js';
import type { PartRun } from './run-part.js';
import type { WayBack } from './way-back.js';

export type ProofStage = 'after up' | 'after down' | 'after up again';

/** The application's own tests: what is wrong, in words; null when they pass. */
export type CheckApplication = (
  database: ProofDatabase,
  stage: ProofStage,
  migration: Migration,
) => Promise<string | null>;

export interface ProofOptions {
  readonly ways: readonly WayBack[];
  /** The state before, where the last proof left it known. */
  readonly before: DatabaseState | null;
  /** For everything that is run for one migration. */
  readonly timeLimitMs: number;
  /** Orphans and what constraints do not vouch for are looked for after each run. */
  readonly integrity?: boolean;
  /** It is tried whether what is written between up and down survives. */
  readonly writes?: boolean;
  /** It sees committed states only, so everything then runs in copies. */
  readonly checkApplication: CheckApplication | null;
  readonly signal: AbortSignal;
}

/** What came of one migration. The database has it, unless it failed. */
export interface ProvenMigration {
  readonly proofs: readonly RollbackProof[];
  readonly applied: boolean;
  /** What the database holds now, where that is known. */
  readonly after: DatabaseState | null;
  readonly missingExtension: string | null;
}

/** The change itself failed: none of its ways back can be tried. */
export function upFailed(
  migration: Migration,
  ways: readonly WayBack[],
  run: Extract<PartRun, { readonly ok: false }>,
): ProvenMigration {
  const reason =
    run.missingExtension === null
      ? `the migration fails: ${run.reason}`
      : `extension ${run.missingExtension} is not on the stage`;
  return {
    proofs: ways.map(({ origin }) => endedProof(migration, origin, { verdict: 'failed', reason, upMs: run.ms })),
    applied: false,
    after: null,
    missingExtension: run.missingExtension,
  };
}

/** What remains of the time that a migration has. */
export class TimeBudget {
  readonly #endsAt: number;
  readonly limitMs: number;

  constructor(limitMs: number) {
    this.limitMs = limitMs;
    this.#endsAt = performance.now() + limitMs;
  }

  get leftMs(): number {
    return Math.max(1, this.#endsAt - performance.now());
  }

  /** The words for what was cut off. */
  get exceeded(): string {
    return `it took longer than ${this.limitMs / 1000} s`;
  }
}
