import type { ProofVerdict, RollbackProof } from './rollback-proof.js';
import type { ServerFacts } from './rehearsal.js';

/** Which ways back a test tries: those in the project, those made from the catalog, or each where there is one. */
export const testedRollbacks = ['generated', 'written', 'both'] as const;
export type TestedRollbacks = (typeof testedRollbacks)[number];

/** What `lockkeeper test` reports: each migration of a chain, applied, taken back and applied again. */
export interface TestReport {
  readonly kind: 'test';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly server: ServerFacts;
  readonly project: { readonly format: string; readonly path: string };
  readonly rollbacks: TestedRollbacks;
  /** Rows that each table was filled with; null where none were asked for. */
  readonly rowsPerTable: number | null;
  /** Whether a declared lack of a way back counts as a fault. */
  readonly requireRollbacks: boolean;
  /** Migrations that were there before the tested ones. */
  readonly historyMigrations: number;
  /** In the order of the chain; a migration stands twice where both its ways back were tried. */
  readonly migrations: readonly RollbackProof[];
  readonly totals: Readonly<Record<ProofVerdict, number>>;
  /** What the stage lacks, so that not all could be tried. */
  readonly inconclusive: readonly string[];
  readonly notes: readonly string[];
  readonly changeDigest: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
}
