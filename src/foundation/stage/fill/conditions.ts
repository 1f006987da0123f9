import { quoteIdentifier } from '../../sql/quote-identifier.js';
import type { FillColumn, FillTable } from './fillable-table.js';

/** A condition that the server can judge on a row source whose columns are named as the table's. */
export interface RowCondition {
  /** What to call it in a report. */
  readonly name: string;
  readonly sql: string;
  readonly columns: readonly string[];
}

/** CHECK constraints, the checks of domains, and the bounds of one partition; what is joined by AND stands alone. */
export function rowConditions(table: FillTable, partitionConstraint: string | null): readonly RowCondition[] {
  const split = (name: string, expression: string): readonly RowCondition[] =>
    splitConjunction(expression).map((sql) => ({ name, sql, columns: columnsIn(sql, table) }));
  return [
    ...table.checks.flatMap(({ name, expression }) => split(`check ${quoteIdentifier(name)}`, expression)),
    ...table.columns.filter((column) => column.source === 'generate').flatMap(domainConditions),
    ...(partitionConstraint === null ? [] : split('the partition’s bounds', partitionConstraint)),
  ];
}

/** A domain's check speaks of VALUE: a column of that name is put around the table's column. */
export function domainConditions(column: FillColumn): readonly RowCondition[] {
  return column.type.domainChecks.map((check) => ({
    name: `the domain of ${quoteIdentifier(column.name)}`,
    sql: `(SELECT ${check} FROM (SELECT ${quoteIdentifier(column.name)} AS value) AS domain)`,
    columns: [column.name],
  }));
}

/** The operands of AND at the top of an expression, as the server prints it: every operation in its own brackets. */
export function splitConjunction(expression: string): readonly string[] {
  const inner = withoutBrackets(expression.trim());
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  for (const { 0: token, index } of inner.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]| AND /g)) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (token !== ' AND ' || depth > 0) continue;
    parts.push(inner.slice(start, index));
    start = index + token.length;
  }
  if (parts.length === 0) return [expression];
  return [...parts, inner.slice(start)].flatMap(splitConjunction);
}

function withoutBrackets(expression: string): string {
  if (!expression.startsWith('(')) return expression;
  let depth = 0;
  for (const { 0: token, index } of expression.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g)) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (depth === 0) return index === expression.length - 1 ? withoutBrackets(expression.slice(1, -1)) : expression;
  }
  return expression;
}

function columnsIn(expression: string, table: FillTable): readonly string[] {
  const withoutStrings = expression.replaceAll(/'(?:[^']|'')*'/g, "''");
  const words = new Set(withoutStrings.match(/"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*/g) ?? []);
  return table.columns.map((column) => column.name).filter((name) => words.has(quoteIdentifier(name)));
}
