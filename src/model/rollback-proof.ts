import type { IntegrityFault } from './integrity.js';
import type { DeclaredNoRollback } from './rollback-story.js';

/** How the proof of one way back ended. */
export const proofVerdicts = ['restored', 'not-restored', 'no-rollback', 'refused', 'failed'] as const;
export type ProofVerdict = (typeof proofVerdicts)[number];

/** Who wrote the way back: the team, or the catalog's difference. */
export const rollbackOrigins = ['written', 'generated'] as const;
export type RollbackOrigin = (typeof rollbackOrigins)[number];

/**
 * What was seen when one migration was applied, taken back and applied again.
 * - `restored`: schema, rights, storage, positions and the rows that existed are as before; the second run led to where
 *   the first did;
 * - `not-restored`: something differs, as `difference` says;
 * - `no-rollback`: there is nothing to run, perhaps by the team's own word; `refused`: nothing could be generated for a part of the change;
 * - `failed`: a statement failed, took too long, or could not be reached.
 */
export interface RollbackProof {
  readonly id: string;
  /** As people see it, relative to the project's folder. */
  readonly path: string;
  readonly rollback: RollbackOrigin;
  readonly verdict: ProofVerdict;
  /** Why it is not restored; null when it is. */
  readonly reason: string | null;
  /** One line for each thing that is not as before. */
  readonly difference: readonly string[];
  /** Tables whose columns are back in another order, which no statement of PostgreSQL can mend. */
  readonly columnOrder: readonly string[];
  /** Whether all rows that existed before have the values they had; null where that was not reached. */
  readonly dataKept: boolean | null;
  /** Time of the statements in the server; null when they were not reached. */
  readonly upMs: number | null;
  readonly downMs: number | null;
  /** What was seen and is no fault. */
  readonly notes: readonly string[];
  /** The way back that was generated; null for a written one. */
  readonly sql: string | null;
  /** The team's own word that there is no way back; null where it did not give it. */
  readonly declared: DeclaredNoRollback | null;
  /** What of the tables that the change touches or makes does not hold, or nobody vouches for; null where nobody looked. */
  readonly integrity: {
    readonly afterUp: readonly IntegrityFault[];
    readonly afterDown: readonly IntegrityFault[];
  } | null;
  /** What became of rows that were written between the change and its rollback; null where nobody looked. */
  readonly writes: WritesBetween | null;
}

/** Writes of an application, as the schema from before the change takes them too. */
export interface WritesBetween {
  /** New rows, and rows that were changed. None where no table takes any. */
  readonly rows: number;
  readonly updates: number;
  /** What the rollback lost of them; a line each. */
  readonly lost: readonly string[];
  /** What can be written after the change and cannot be held by the schema from before: known without trying. */
  readonly notHeld: readonly string[];
}

/** Whether a proof ends a test badly. A declared lack of a way back does so only where every change needs one. */
export function fallsShort({ verdict, declared }: RollbackProof, requireRollbacks: boolean): boolean {
  if (verdict === 'restored') return false;
  return verdict !== 'no-rollback' || declared === null || requireRollbacks;
}
