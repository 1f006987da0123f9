import type { Node, RangeVar } from '@pgsql/types';
import { nameParts, relationNamed } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'unqualified-table',
  title: 'A table without its schema',
  why: 'Which table is meant, or where a new one goes, is decided by the search_path of whoever runs the migration.',
  instead: 'Name the schema: public.orders.',
  sources: ['https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['CreateStmt', 'AlterTableStmt', 'IndexStmt', 'DropStmt', 'RenameStmt', 'ViewStmt'],
  example: {
    setup: 'DROP SCHEMA IF EXISTS audit CASCADE; CREATE SCHEMA audit;',
    unsafe: 'SET LOCAL search_path = audit, public; CREATE TABLE notes (id bigint); SELECT id FROM public.notes;',
    safe: 'SET LOCAL search_path = audit, public; CREATE TABLE public.notes (id bigint); SELECT id FROM public.notes;',
    transaction: { unsafe: 'single', safe: 'single' },
  },
  predict: ({ node }) =>
    targetsOf(node)
      .filter(({ schemaname, relpersistence }) => schemaname === undefined && relpersistence !== 't')
      .map(({ relname = '' }) => ({ message: `${quoteIdentifier(relname)} is looked up in the search_path.` })),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '42P01'),
});

function targetsOf(node: Node): readonly RangeVar[] {
  if ('DropStmt' in node) {
    return node.DropStmt.removeType === 'OBJECT_TABLE' || node.DropStmt.removeType === 'OBJECT_VIEW'
      ? (node.DropStmt.objects ?? []).map((object) => relationNamed(nameParts(object)))
      : [];
  }
  const target =
    'CreateStmt' in node
      ? node.CreateStmt.relation
      : 'AlterTableStmt' in node
        ? node.AlterTableStmt.relation
        : 'IndexStmt' in node
          ? node.IndexStmt.relation
          : 'RenameStmt' in node
            ? node.RenameStmt.relation
            : 'ViewStmt' in node
              ? node.ViewStmt.view
              : undefined;
  return target === undefined ? [] : [target];
}
