import type { Migration } from '../../../model/migration.js';
import type { ProofDatabase } from './proof-database.js';
import { type ProofOptions, type ProvenMigration, TimeBudget } from './proof-run.js';
import { proveApart } from './prove-apart.js';
import { proveInside } from './prove-inside.js';

/**
 * Applies one migration, takes it back in each of the given ways, applies it again, and compares: schema and rows after
 * each way back with those before, after the second run with those after the first. In one transaction where its
 * statements allow that, else in copies of the database. Afterwards the database has the migration once, unless it
 * failed. What fails is a verdict; only a stage that breaks throws. The parser must be loaded.
 */
export async function proveRollback(
  database: ProofDatabase,
  migration: Migration,
  options: ProofOptions,
): Promise<ProvenMigration> {
  const budget = new TimeBudget(options.timeLimitMs);
  const inside = await proveInside(database, migration, { ...options, budget });
  return inside ?? proveApart(database, migration, { ...options, budget: new TimeBudget(options.timeLimitMs) });
}
