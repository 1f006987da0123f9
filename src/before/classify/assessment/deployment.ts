import type { Assessment, DeploymentOrder } from '../../../model/classification.js';
import type { JudgedMigration } from '../judged-statement.js';
import { alterCommands } from '../alter-commands.js';
import type { RuleContext } from '../rule-context.js';

const steps: Readonly<Record<DeploymentOrder, readonly string[]>> = {
  any: ['Apply the migration; neither the running nor the next application version notices.'],
  'database before code': [
    'Apply the migration: running code does not know what is new, and need not.',
    'Check that running code still works: no query fails on the columns that came.',
    'Deploy the code that uses what is new.',
  ],
  'code before database': [
    'Deploy the code that no longer uses what goes away.',
    'Wait until no old version runs, and until nothing reads it: queries, jobs, reports, replicas.',
    'Apply the migration.',
  ],
  'expand, code, contract': [
    'Expand: apply a migration that adds the new form beside the old one.',
    'Deploy code that writes both forms; backfill in batches; deploy code that reads the new form.',
    'Contract: once no code uses the old form, apply a migration that removes it.',
  ],
};

/** Whose code has to be out first: taking away waits for the code, what is new comes before it. */
export function deploymentOf(migration: JudgedMigration): Assessment['deployment'] {
  const wishes = new Set(
    migration.statements.map(({ node, effects }, position) => {
      const context = migration.contexts[position] as RuleContext;
      const existing = effects.locks.some(({ relation, created }) => created !== true && context.existing(relation));
      if ('RenameStmt' in node) {
        return existing && !unnoticedRenames.has(node.RenameStmt.renameType ?? '') ? 'expand, code, contract' : null;
      }
      if ('AlterObjectSchemaStmt' in node) return existing ? 'expand, code, contract' : null;
      if ('AlterEnumStmt' in node) {
        return node.AlterEnumStmt.oldVal === undefined ? 'database before code' : 'expand, code, contract';
      }
      if ('CreateStmt' in node || 'ViewStmt' in node || 'CreateFunctionStmt' in node) return 'database before code';
      if ('DropdbStmt' in node) return 'code before database';
      if ('DropStmt' in node) {
        const own = effects.locks.length > 0 && !existing;
        return !own && dropsForCode.has(node.DropStmt.removeType ?? '') ? 'code before database' : null;
      }
      if (!('AlterTableStmt' in node) || !existing) return null;
      return wishOfCommands(new Set(alterCommands(node.AlterTableStmt).map(({ subtype }) => subtype ?? '')));
    }),
  );
  const order = decide(wishes);
  return { order, steps: steps[order] };
}

/** Queries do not name these. */
export const unnoticedRenames: ReadonlySet<string> = new Set([
  'OBJECT_INDEX',
  'OBJECT_TABCONSTRAINT',
  'OBJECT_TRIGGER',
  'OBJECT_POLICY',
  'OBJECT_RULE',
  'OBJECT_STATISTIC_EXT',
]);

const dropsForCode: ReadonlySet<string> = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_FUNCTION',
  'OBJECT_PROCEDURE',
  'OBJECT_TYPE',
  'OBJECT_SCHEMA',
]);

const codeFirst = ['AT_DropColumn', 'AT_SetNotNull', 'AT_AddConstraint', 'AT_DetachPartition'] as const;

function wishOfCommands(types: ReadonlySet<string>): DeploymentOrder | null {
  if (types.has('AT_AlterColumnType')) return 'expand, code, contract';
  if (codeFirst.some((type) => types.has(type))) return 'code before database';
  return types.has('AT_AddColumn') || types.has('AT_DropNotNull') ? 'database before code' : null;
}

function decide(wishes: ReadonlySet<DeploymentOrder | null>): DeploymentOrder {
  const both = wishes.has('database before code') && wishes.has('code before database');
  if (both || wishes.has('expand, code, contract')) return 'expand, code, contract';
  if (wishes.has('code before database')) return 'code before database';
  return wishes.has('database before code') ? 'database before code' : 'any';
}
