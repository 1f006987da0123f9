import type { AlterTableCmd, Node, RangeVar } from '@pgsql/types';
import { alterCommands } from '../../../alter-commands.js';
import type { JudgedMigration } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'expand-and-contract-together',
  title: 'A table is expanded and contracted in one migration',
  why: 'Between the new form and the loss of the old one every application version has to be able to run; in one migration there is no between.',
  instead: 'Add in this migration, move readers and writers over, and drop or rename in a later one.',
  sources: ['https://www.postgresql.org/docs/current/ddl-alter.html'],
  concern: 'data',
  severity: 'warning',
  scope: 'file',
  example: {
    setup: 'CREATE TABLE users (id bigint PRIMARY KEY, name text);',
    unsafe: 'ALTER TABLE users ADD COLUMN full_name text;\nALTER TABLE users DROP COLUMN name;',
    safe: 'ALTER TABLE users ADD COLUMN full_name text;',
    application: 'SELECT name FROM users',
  },
  predict: (judged) => {
    const steps = stepsOf(judged);
    const expanded = new Set(steps.filter(({ kind }) => kind === 'expand').map(({ table }) => table));
    const contracted = steps.filter(({ kind, table }) => kind === 'contract' && expanded.has(table));
    const first = new Map(contracted.toReversed().map((step) => [step.table, step]));
    return [...first.values()].map(({ table, line }) => ({
      message: `${table} gets a column and loses or renames one in the same migration.`,
      relation: table,
      line,
    }));
  },
  observe: ({ applicationError }) => applicationError === '42703',
});

interface Step {
  readonly table: string;
  readonly kind: 'expand' | 'contract';
  readonly line: number;
}

function stepsOf({ statements, contexts }: JudgedMigration): readonly Step[] {
  return statements.flatMap(({ node, statement }, position) => {
    const context = contexts[position];
    const target = targetOf(node);
    const table = target === null || context === undefined ? null : context.relation(target);
    if (table === null || context?.existing(table.name) !== true) return [];
    return kindsOf(node).map((kind) => ({ table: table.name, kind, line: statement.span.line }));
  });
}

function targetOf(node: Node): RangeVar | null {
  if ('AlterTableStmt' in node) return node.AlterTableStmt.relation ?? null;
  return 'RenameStmt' in node && node.RenameStmt.renameType === 'OBJECT_COLUMN'
    ? (node.RenameStmt.relation ?? null)
    : null;
}

function kindsOf(node: Node): readonly Step['kind'][] {
  if ('RenameStmt' in node) return ['contract'];
  const commands: readonly AlterTableCmd[] = 'AlterTableStmt' in node ? alterCommands(node.AlterTableStmt) : [];
  return commands.flatMap(({ subtype }) =>
    subtype === 'AT_AddColumn' ? ['expand' as const] : subtype === 'AT_DropColumn' ? ['contract' as const] : [],
  );
}
