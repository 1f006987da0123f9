import type { AlterTableCmd, AlterTableType, Node } from '@pgsql/types';
import { alterCommands } from '../../../alter-commands.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import type { PredictedRelation } from '../../../../../model/effects.js';

/** Rewrites of which rules of their own speak. */
const spokenFor: ReadonlySet<AlterTableType | undefined> = new Set<AlterTableType>([
  'AT_AddColumn',
  'AT_AlterColumnType',
  'AT_SetLogged',
  'AT_SetUnLogged',
  'AT_SetTableSpace',
  'AT_SetAccessMethod',
]);

export default defineRule({
  id: 'table-rewrite',
  title: 'A table is written anew while nobody can use it',
  why: 'Every row and every index is copied under an ACCESS EXCLUSIVE lock, with the disk and the WAL of a second table.',
  instead: 'Add what is new beside what is there, fill it in batches, and switch over in a short transaction.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  example: {
    setup: 'CREATE TYPE pair AS (one integer, other integer); CREATE TABLE pairs OF pair;',
    unsafe: 'ALTER TYPE pair ALTER ATTRIBUTE one TYPE bigint CASCADE;',
    safe: 'ALTER TYPE pair ADD ATTRIBUTE one_wide bigint CASCADE;',
  },
  predict: (judged, context) => {
    if (isSpokenFor(judged.node)) return [];
    return rewrittenBy(judged, context).map(({ relation, certainty }) => ({
      message: `Reads and writes of ${relation} wait until it and its indexes are written anew.`,
      relation,
      certainty,
    }));
  },
  observe: ({ trace }) => trace.statements.some(({ rewrites }) => rewrites.length > 0),
});

function isSpokenFor(node: Node): boolean {
  if (!('AlterTableStmt' in node) || node.AlterTableStmt.objtype === 'OBJECT_TYPE') return false;
  return alterCommands(node.AlterTableStmt).some(({ subtype }) => spokenFor.has(subtype));
}

function rewrittenBy({ node, effects }: JudgedStatement, context: RuleContext): readonly PredictedRelation[] {
  const known = effects.rewrites.filter(({ relation }) => context.existing(relation));
  if (known.length > 0 || context.graph !== null || !('AlterTableStmt' in node)) return known;
  const { relation, objtype } = node.AlterTableStmt;
  const typed = objtype === 'OBJECT_TYPE' && alterCommands(node.AlterTableStmt).some(changesTypedTables);
  const type = typed && relation !== undefined ? context.relation(relation) : null;
  return type === null ? [] : [{ relation: `each table of the type ${type.name}`, certainty: 'possible' }];
}

function changesTypedTables({ subtype, behavior }: AlterTableCmd): boolean {
  return subtype === 'AT_AlterColumnType' && behavior === 'DROP_CASCADE';
}
