import { quoteIdentifier, quoteLiteral } from '../../../foundation/sql/quote-identifier.js';
import type { ParameterizedSql } from '../../../foundation/project/state-writing.js';
import type { ApplyPlan, PlanStep } from '../../../model/apply-plan.js';
import type { Statement } from '../../../model/sql-text.js';
import { limitsSql, roleSql } from './limits-sql.js';

export interface PrintOptions {
  /** Lines for the head, without their comment signs: what this is, and for which database. */
  readonly head: readonly string[];
  /** Role that the change is applied as; null: whoever logs in. */
  readonly role: string | null;
  /** Schemas that names are looked up in, in their order; null: as the server has it. */
  readonly searchPath: readonly string[] | null;
  /** What the team's own tool needs before its first row can be written. */
  readonly create: readonly ParameterizedSql[];
  /** What the team's own tool would write once a migration is applied. */
  readonly recordApplied: (migrationId: string) => readonly ParameterizedSql[];
}

/**
 * The steps as a script for psql, one attempt each: it stops at the first error, and what was open is rolled back as psql
 * leaves. Nothing of the ledger is in it.
 */
export function printPlan({ steps }: ApplyPlan, options: PrintOptions): string {
  const { head, create, searchPath } = options;
  const path = searchPath === null ? [] : [`SET search_path = ${searchPath.map(quoteIdentifier).join(', ')};`];
  const parts = [
    [...head.map(comment), '\\set ON_ERROR_STOP on', '\\encoding UTF8', ...path],
    ...(create.length === 0 || steps.length === 0
      ? []
      : [[comment("The table of the team's own tool"), 'BEGIN;', ...create.map(inlined), 'COMMIT;']]),
    ...steps.map((step) => printStep(step, options)),
  ];
  return parts.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

function printStep(step: PlanStep, options: PrintOptions): readonly string[] {
  return [...heading(step), ...(step.kind === 'transaction' ? transaction(step, options) : byItself(step, options))];
}

function heading({ id, path, kind, statements, limits, begin }: PlanStep): readonly string[] {
  const [first] = statements;
  const place = first === undefined ? path : `${first.span.path}:${first.span.line}`;
  const way = kind === 'transaction' ? 'one transaction' : 'outside a transaction block';
  const own = begin === null ? '' : ', with the options of its own BEGIN';
  return [comment(`Step ${id}, ${place}: ${way}${own}; limits of a ${limits.profile}`)];
}

function transaction(step: PlanStep, options: PrintOptions): readonly string[] {
  const { begin, settings, statements, completesMigration, migrationId } = step;
  const recorded = completesMigration ? options.recordApplied(migrationId) : [];
  return [
    ended(begin ?? 'BEGIN'),
    ...limitsOf(step, options, true),
    ...[...settings, ...statements].flatMap(statementOf),
    ...recorded.map(inlined),
    'COMMIT;',
  ];
}

function byItself(step: PlanStep, options: PrintOptions): readonly string[] {
  const { settings, statements, completesMigration, migrationId } = step;
  const recorded = completesMigration ? options.recordApplied(migrationId) : [];
  const reset = options.role === null ? [] : ['RESET ROLE;'];
  const row =
    recorded.length === 0
      ? []
      : [
          'BEGIN;',
          ...(options.role === null ? [] : [`SET LOCAL ROLE ${quoteIdentifier(options.role)};`]),
          ...recorded.map(inlined),
          'COMMIT;',
        ];
  return [...limitsOf(step, options, false), ...[...settings, ...statements].flatMap(statementOf), ...reset, ...row];
}

function limitsOf({ limits }: PlanStep, { role }: PrintOptions, local: boolean): readonly string[] {
  const sql = limitsSql(limits, { local, lockTimeoutMs: limits.lockTimeoutMs }) + roleSql(role, local);
  return sql.split('; ').map(ended);
}

/** Where it stands is said where the reader would have to look for it. */
function statementOf({ sql, span, copyData }: Statement): readonly string[] {
  const rows = copyData === null ? [] : [...(copyData === '' ? [] : [copyData.replace(/\r?\n$/, '')]), '\\.'];
  return [comment(`${span.path}:${span.line}`), ended(sql), ...rows];
}

/** A semicolon behind a comment would belong to it. */
function ended(sql: string): string {
  const last = sql.slice(sql.lastIndexOf('\n') + 1);
  return last.includes('--') ? `${sql}\n;` : `${sql};`;
}

function comment(text: string): string {
  return `-- ${text.replace(/\s+/g, ' ')}`;
}

/** Values as untyped literals: the server takes them as it takes what a driver sends. */
function inlined({ text, values }: ParameterizedSql): string {
  return ended(
    text.replace(/\$(\d+)/g, (_, number: string) => {
      const value = values[Number(number) - 1];
      return value === null || value === undefined ? 'NULL' : quoteLiteral(String(value));
    }),
  );
}
