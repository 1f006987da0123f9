import type { ServerFacts } from './rehearsal.js';
import type { ProofVerdict, RollbackProof } from './rollback-proof.js';
import type { RollbackStory } from './rollback-story.js';

/** `generate` writes what was proved; `prove` only tells. */
export const rollbackActions = ['generate', 'prove'] as const;
export type RollbackAction = (typeof rollbackActions)[number];

/**
 * What became of the file of a generated rollback.
 * - `written`, `filled`: a new file, or the empty down part of one that was there;
 * - `would-write`, `would-fill`: the same, had it not been a dry run;
 * - `kept`: there is one already, which is left alone;
 * - `withheld`: it was not proved, or the change is declared to have no way back.
 */
export const rollbackFileOutcomes = ['written', 'filled', 'would-write', 'would-fill', 'kept', 'withheld'] as const;
export type RollbackFileOutcome = (typeof rollbackFileOutcomes)[number];

export interface RollbackFileReport {
  readonly outcome: RollbackFileOutcome;
  /** As people see it; null where no place was looked for. */
  readonly path: string | null;
  readonly why: string;
  /** The whole file; null where none was made. */
  readonly content: string | null;
}

export interface RollbackEntry {
  readonly id: string;
  /** As people see it, relative to the project's folder. */
  readonly path: string;
  /** Of the rollback that would be run: the written one where there is one. */
  readonly verdict: ProofVerdict;
  readonly reason: string | null;
  readonly story: RollbackStory;
  /** Null when nothing was to be written. */
  readonly file: RollbackFileReport | null;
  /** One for each way back that was tried. */
  readonly proofs: readonly RollbackProof[];
}

/** What `lockkeeper rollback` reports. */
export interface RollbackReport {
  readonly kind: 'rollback';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly action: RollbackAction;
  readonly server: ServerFacts;
  readonly project: { readonly format: string; readonly path: string };
  /** Rows that each table was filled with; null where none were asked for. */
  readonly rowsPerTable: number | null;
  readonly historyMigrations: number;
  /** In the order of the chain. */
  readonly migrations: readonly RollbackEntry[];
  /** What the stage lacks, so that not all could be tried. */
  readonly inconclusive: readonly string[];
  readonly notes: readonly string[];
  readonly changeDigest: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
}
