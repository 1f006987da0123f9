import type { RelationSize } from '../../../../src/before/classify/rule-context.js';
import { findChangeHazards, findHazards } from '../../../../src/before/classify/find-hazards.js';
import { judgeMigration } from '../../../../src/before/classify/judge-migration.js';
import { defaultPolicy, type Policy } from '../../../../src/before/classify/policy.js';
import { rules } from '../../../../src/before/classify/rules/index.js';
import { splitScript } from '../../../../src/foundation/sql/split-script.js';
import { concerns, type RuleFinding } from '../../../../src/model/classification.js';
import type { Migration } from '../../../../src/model/migration.js';
import type { Schema } from '../../../../src/model/schema.js';
import type { TransactionMode } from '../../../../src/model/sql-text.js';

export interface Judging {
  readonly transaction?: TransactionMode;
  readonly path?: string;
  readonly down?: Migration['down'];
  /** What is there before the migration, for all of its statements; only the text when absent. */
  readonly schema?: Schema;
  /** What differs from the default policy. */
  readonly policy?: Partial<Policy>;
  /** On the target, by report name. */
  readonly sizes?: ReadonlyMap<string, RelationSize>;
}

const everyConcern: Policy = { ...defaultPolicy, concerns: new Set(concerns) };

/** What one rule says of a migration. The parser must be loaded. */
export function findingsOf(id: string, sql: string, judging: Judging = {}): readonly RuleFinding[] {
  const rule = rules.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  const policy = { ...everyConcern, ...judging.policy };
  const judged = judgeMigration(migrationOf(sql, judging), {
    major: 17,
    policy,
    schemaBefore: () => judging.schema ?? null,
    sizes: judging.sizes ?? new Map(),
    text: sql,
    changedBefore: null,
    failure: null,
  });
  const found =
    rule.scope === 'change'
      ? [...findChangeHazards([rule], [judged], policy).values()].flat()
      : findHazards([rule], judged, policy);
  return found.map(({ finding }) => finding);
}

function migrationOf(
  sql: string,
  { transaction = 'single', path = '0001_change.sql', down = null }: Judging,
): Migration {
  return {
    id: path,
    name: path,
    path,
    transaction: { mode: transaction, reason: 'as the test says' },
    statements: splitScript(sql, { path, firstLine: 1 }),
    down,
    repeatable: false,
    claims: [],
    sources: [],
  };
}
