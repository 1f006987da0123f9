import type { Node } from '@pgsql/types';
import { alterCommands } from '../../../alter-commands.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'missing-if-exists',
  title: 'A statement that fails when the migration is run again',
  why: 'Outside a transaction a failure leaves the first half behind; the second attempt then stumbles over it.',
  instead:
    'IF NOT EXISTS and IF EXISTS, where the statement has them (but look at what is there: see if-not-exists-no-op).',
  sources: ['https://www.postgresql.org/docs/current/sql-createtable.html'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: [
    'CreateStmt',
    'IndexStmt',
    'CreateSeqStmt',
    'CreateSchemaStmt',
    'CreateExtensionStmt',
    'AlterTableStmt',
    'DropStmt',
  ],
  example: {
    setup: 'CREATE TABLE carriers (id bigint);',
    unsafe: 'CREATE TABLE carriers (id bigint);',
    safe: 'CREATE TABLE IF NOT EXISTS carriers (id bigint);',
  },
  predict: ({ node, inTransaction }) => {
    if (inTransaction) return [];
    const missing = missingWords(node);
    return missing === null ? [] : [{ message: `${missing} is missing: run again, the statement fails.` }];
  },
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '42P07'),
});

function missingWords(node: Node): string | null {
  if ('DropStmt' in node) return node.DropStmt.missing_ok === true ? null : 'IF EXISTS';
  if ('AlterTableStmt' in node) return missingInAlter(node);
  return createsWithoutCare(node) ? 'IF NOT EXISTS' : null;
}

function createsWithoutCare(node: Node): boolean {
  if ('CreateStmt' in node) return node.CreateStmt.if_not_exists !== true;
  // An index without a name gets another name each time.
  if ('IndexStmt' in node) return node.IndexStmt.if_not_exists !== true && node.IndexStmt.idxname !== undefined;
  if ('CreateSeqStmt' in node) return node.CreateSeqStmt.if_not_exists !== true;
  if ('CreateSchemaStmt' in node) return node.CreateSchemaStmt.if_not_exists !== true;
  return 'CreateExtensionStmt' in node && node.CreateExtensionStmt.if_not_exists !== true;
}

function missingInAlter({ AlterTableStmt: alter }: Extract<Node, { AlterTableStmt: unknown }>): string | null {
  for (const { subtype, missing_ok: careful } of alterCommands(alter)) {
    if (careful === true) continue;
    if (subtype === 'AT_AddColumn') return 'IF NOT EXISTS';
    if (subtype === 'AT_DropColumn' || subtype === 'AT_DropConstraint') return 'IF EXISTS';
  }
  return null;
}
