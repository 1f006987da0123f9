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
 * - `no-rollback`: there is nothing to run; `refused`: nothing could be generated for a part of the change;
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
}
