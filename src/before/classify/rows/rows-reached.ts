import type { A_Expr, BoolExpr, Node } from '@pgsql/types';
import type { RelationHandle } from '../../../foundation/effects/effect-context.js';
import { nameParts } from '../../../foundation/effects/tree-names.js';
import type { RuleContext } from '../rule-context.js';

/**
 * How much of a table a condition reaches, as far as its words tell:
 * - `batch`: a key, a range with two ends, or a LIMIT keeps it small;
 * - `unknown`: it compares with values of which nothing is known;
 * - `many`: nothing in it is selective (IS NULL, a flag, a join, one end of a range).
 */
export type RowsReached = 'batch' | 'unknown' | 'many';

export function rowsReached(where: Node | undefined, table: RelationHandle, context: RuleContext): RowsReached {
  if (where === undefined) return 'many';
  if ('BoolExpr' in where) return reachedTogether(where.BoolExpr, table, context);
  if ('CurrentOfExpr' in where) return 'batch';
  if ('SubLink' in where || 'FuncCall' in where) return 'unknown';
  return 'A_Expr' in where ? reachedByComparison(where.A_Expr, table, context) : 'many';
}

/** Whether a LIMIT stands anywhere in it: a subquery or common table expression that picks the rows of one batch. */
export function hasLimit(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasLimit);
  if (typeof value !== 'object' || value === null) return false;
  return 'limitCount' in value || Object.values(value).some(hasLimit);
}

function reachedTogether({ boolop, args = [] }: BoolExpr, table: RelationHandle, context: RuleContext): RowsReached {
  if (boolop === 'NOT_EXPR') return 'many';
  const reached = args.map((arg) => rowsReached(arg, table, context));
  if (boolop === 'OR_EXPR') return reached.reduce(wider, 'batch');
  if (isClosedRange(args) || coversKey(args, table, context)) return 'batch';
  return reached.reduce(narrower, 'many');
}

const widths: readonly RowsReached[] = ['batch', 'unknown', 'many'];
const wider = (one: RowsReached, other: RowsReached): RowsReached =>
  widths.indexOf(one) > widths.indexOf(other) ? one : other;
const narrower = (one: RowsReached, other: RowsReached): RowsReached => (wider(one, other) === one ? other : one);

function reachedByComparison(comparison: A_Expr, table: RelationHandle, context: RuleContext): RowsReached {
  const column = columnOf(comparison.lexpr) ?? columnOf(comparison.rexpr);
  if (column === null) return 'many';
  const isEqual = operatorOf(comparison) === '=';
  switch (comparison.kind) {
    case 'AEXPR_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
      return 'batch';
    case 'AEXPR_OP_ANY':
    case 'AEXPR_IN':
    case 'AEXPR_OP':
      if (!isEqual || isFlag(comparison.rexpr) || joins(comparison)) return 'many';
      return column === 'ctid' || coversKey([{ A_Expr: comparison }], table, context) ? 'batch' : 'unknown';
    default:
      return 'many';
  }
}

/** Two comparisons that keep one column between two ends. */
function isClosedRange(args: readonly Node[]): boolean {
  const ends = args.flatMap((arg) => ('A_Expr' in arg && arg.A_Expr.kind === 'AEXPR_OP' ? [arg.A_Expr] : []));
  const columnsWith = (pattern: RegExp): readonly string[] =>
    ends.filter((end) => pattern.test(operatorOf(end))).flatMap(({ lexpr }) => columnOf(lexpr) ?? []);
  const lower = columnsWith(/^>=?$/);
  return columnsWith(/^<=?$/).some((column) => lower.includes(column));
}

/** Whether equalities fix all columns of a unique index. */
function coversKey(args: readonly Node[], { facts }: RelationHandle, { graph }: RuleContext): boolean {
  if (facts === null || graph === null) return false;
  const fixed = new Set(
    args.flatMap((arg) =>
      'A_Expr' in arg && operatorOf(arg.A_Expr) === '=' && !joins(arg.A_Expr) ? (columnOf(arg.A_Expr.lexpr) ?? []) : [],
    ),
  );
  return graph
    .indexes(facts.oid)
    .some(
      ({ index }) =>
        index?.unique === true && index.predicate === null && index.keys.every((key) => key !== null && fixed.has(key)),
    );
}

function operatorOf({ name }: A_Expr): string {
  return (name ?? []).flatMap(nameParts).at(-1) ?? '';
}

function columnOf(node: Node | undefined): string | null {
  if (node === undefined || !('ColumnRef' in node)) return null;
  return (node.ColumnRef.fields ?? []).flatMap(nameParts).at(-1) ?? null;
}

function isFlag(node: Node | undefined): boolean {
  return node !== undefined && 'A_Const' in node && node.A_Const.boolval !== undefined;
}

/** In a body the other side may be a variable, which has no table before it. */
function joins({ lexpr, rexpr }: A_Expr): boolean {
  const isQualified = (node: Node | undefined): boolean =>
    node !== undefined && 'ColumnRef' in node && (node.ColumnRef.fields ?? []).length > 1;
  return columnOf(lexpr) !== null && columnOf(rexpr) !== null && (isQualified(lexpr) || isQualified(rexpr));
}
