import type { A_Expr, Node } from '@pgsql/types';
import { nameParts } from '../tree-names.js';
import { type Comparable, comparable, constantOf } from './partition-values.js';

/** What is known of a partition key's column in the rows that are looked for. */
export type KeyCondition =
  /** One of these, or NULL. */
  | { readonly kind: 'in'; readonly values: readonly Comparable[]; readonly orNull: boolean }
  | { readonly kind: 'beyond'; readonly operator: '<' | '<=' | '>' | '>='; readonly value: Comparable }
  | { readonly kind: 'any of'; readonly arms: readonly (readonly KeyCondition[])[] }
  | { readonly kind: 'never' }
  /** It may let the planner leave partitions out, but what it compares with is not known here. */
  | { readonly kind: 'unknown' };

export interface KeyColumn {
  /** By which a query may call the table. */
  readonly alias: string;
  readonly name: string;
  readonly typeText: string;
  /** Other names may stand for values: parameters, variables, columns of subqueries that are constants. */
  readonly namesAreValues: boolean;
  /** NULL cannot occur, and the planner knows. */
  readonly neverNull: boolean;
  /** Lists are searched for values that differ; ranges are not. */
  readonly isList: boolean;
  /** Columns that are compared with something known, from which an equation with them carries over. */
  readonly equated: ReadonlySet<string>;
}

/** Names of columns that stand beside a constant anywhere in the conditions. */
export function equatedColumns(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  collectEquated(value, found);
  return found;
}

function collectEquated(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collectEquated(item, found);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  if ('A_Expr' in value) {
    const { lexpr, rexpr } = (value as { readonly A_Expr: A_Expr }).A_Expr;
    for (const [side, other] of [[lexpr, rexpr] as const, [rexpr, lexpr] as const]) {
      if (side !== undefined && 'ColumnRef' in side && !(other !== undefined && 'ColumnRef' in other)) {
        found.add((side.ColumnRef.fields ?? []).flatMap(nameParts).at(-1) ?? '');
      }
    }
  }
  for (const field of Object.values(value)) collectEquated(field, found);
}

/** What the conditions of a query say of a column, as the planner sees it: only what it can compute in advance. */
export function keyConditions(conditions: readonly Node[], column: KeyColumn): readonly KeyCondition[] {
  return conditions.flatMap((condition) => readCondition(condition, column));
}

function readCondition(node: Node, column: KeyColumn): readonly KeyCondition[] {
  if ('BoolExpr' in node) {
    const args = node.BoolExpr.args ?? [];
    if (node.BoolExpr.boolop === 'AND_EXPR') return keyConditions(args, column);
    if (node.BoolExpr.boolop !== 'OR_EXPR') return mentions(node, column) ? [{ kind: 'unknown' }] : [];
    const arms = args.map((arg) => readCondition(arg, column));
    // An arm that says nothing of the column lets every partition stay.
    return arms.some((arm) => arm.length === 0) ? [] : [{ kind: 'any of', arms }];
  }
  if ('A_Const' in node) {
    return node.A_Const.isnull === true || node.A_Const.boolval?.boolval === false || isFalse(node)
      ? [{ kind: 'never' }]
      : [];
  }
  if ('NullTest' in node) {
    if (!isColumn(node.NullTest.arg, column)) return [];
    if (node.NullTest.nulltesttype === 'IS_NULL' && column.neverNull) return [{ kind: 'never' }];
    return node.NullTest.nulltesttype === 'IS_NULL' ? [{ kind: 'in', values: [], orNull: true }] : [];
  }
  if ('A_Expr' in node) return readOperator(node.A_Expr, column);
  return mentions(node, column) ? [{ kind: 'unknown' }] : [];
}

/** `false` comes as a constant without a value. */
function isFalse(node: Node): boolean {
  return 'A_Const' in node && node.A_Const.boolval !== undefined && node.A_Const.boolval.boolval !== true;
}

function readOperator(expr: A_Expr, column: KeyColumn): readonly KeyCondition[] {
  const operator = (expr.name ?? []).flatMap(nameParts).at(-1) ?? '';
  if (isColumn(expr.lexpr, column)) return readComparison(operator, expr, column);
  if (isColumn(expr.rexpr, column) && expr.kind === 'AEXPR_OP') {
    return readComparison(turned[operator] ?? operator, { ...expr, rexpr: expr.lexpr }, column);
  }
  return mentions({ A_Expr: expr }, column) && hasValue(expr, column) ? [{ kind: 'unknown' }] : [];
}

const turned: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function readComparison(operator: string, expr: A_Expr, column: KeyColumn): readonly KeyCondition[] {
  const { rexpr } = expr;
  switch (expr.kind) {
    case 'AEXPR_OP': {
      if (operator === '=') return equality(rexpr === undefined ? [] : [rexpr], column);
      if (operator === '<>') return differing(column);
      return operator in turned ? beyond(operator, rexpr, column) : [];
    }
    case 'AEXPR_IN':
      return operator === '=' ? equality(listItems(rexpr), column) : differing(column);
    case 'AEXPR_BETWEEN': {
      const [low, high] = listItems(rexpr);
      return [...beyond('>=', low, column), ...beyond('<=', high, column)];
    }
    case 'AEXPR_NOT_BETWEEN': {
      const [low, high] = listItems(rexpr);
      const arms = [beyond('<', low, column), beyond('>', high, column)];
      return arms.some((arm) => arm.length === 0) ? [] : [{ kind: 'any of', arms }];
    }
    case 'AEXPR_OP_ANY':
      return operator === '=' ? anyElement(rexpr, column) : [{ kind: 'unknown' }];
    default:
      return [{ kind: 'unknown' }];
  }
}

/** = ANY of an array that is written out. */
function anyElement(array: Node | undefined, column: KeyColumn): readonly KeyCondition[] {
  if (array === undefined) return [{ kind: 'unknown' }];
  if ('TypeCast' in array) return anyElement(array.TypeCast.arg, column);
  return 'A_ArrayExpr' in array ? equality(array.A_ArrayExpr.elements ?? [], column) : [{ kind: 'unknown' }];
}

function differing({ isList }: KeyColumn): readonly KeyCondition[] {
  return isList ? [{ kind: 'unknown' }] : [];
}

function listItems(node: Node | undefined): readonly Node[] {
  return node !== undefined && 'List' in node ? (node.List.items ?? []) : [];
}

function equality(items: readonly Node[], column: KeyColumn): readonly KeyCondition[] {
  const values = items.map((item) => valueFor(item, column));
  if (values.includes('unknown')) return [{ kind: 'unknown' }];
  if (values.includes('no effect')) return [];
  const known = values.flatMap((value) => (typeof value === 'object' ? [value.value] : []));
  return [{ kind: 'in', values: known, orNull: false }];
}

function beyond(operator: string, item: Node | undefined, column: KeyColumn): readonly KeyCondition[] {
  const value = valueFor(item, column);
  if (value === 'no effect') return [];
  if (value === 'unknown') return [{ kind: 'unknown' }];
  if (value === 'null') return [{ kind: 'never' }];
  return [{ kind: 'beyond', operator: operator as '<', value: value.value }];
}

type Found = { readonly value: Comparable } | 'null' | 'unknown' | 'no effect';

/** Their results are known only when the statement runs, so no partition is left out before that. */
const stable = new Set([
  'now',
  'clock_timestamp',
  'statement_timestamp',
  'transaction_timestamp',
  'random',
  'nextval',
  'currval',
]);

function valueFor(node: Node | undefined, column: KeyColumn): Found {
  const constant = constantOf(node);
  if (constant !== null) {
    if (constant.text === null) return 'null';
    const value = comparable(constant, column.typeText);
    return value === null ? 'unknown' : { value };
  }
  if (node === undefined) return 'unknown';
  if ('SubLink' in node || 'SQLValueFunction' in node) return 'no effect';
  if ('ColumnRef' in node) {
    const name = (node.ColumnRef.fields ?? []).flatMap(nameParts).at(-1) ?? '';
    return column.namesAreValues || column.equated.has(name) ? 'unknown' : 'no effect';
  }
  if ('FuncCall' in node && stable.has((node.FuncCall.funcname ?? []).flatMap(nameParts).at(-1) ?? ''))
    return 'no effect';
  return 'unknown';
}

function isColumn(node: Node | undefined, { alias, name }: KeyColumn): boolean {
  if (node === undefined || !('ColumnRef' in node)) return false;
  const parts = (node.ColumnRef.fields ?? []).flatMap(nameParts);
  return parts.at(-1) === name && (parts.length === 1 || parts.at(-2) === alias);
}

function mentions(value: unknown, column: KeyColumn): boolean {
  if (Array.isArray(value)) return value.some((item) => mentions(item, column));
  if (typeof value !== 'object' || value === null) return false;
  if (isColumn(value as Node, column)) return true;
  return Object.values(value).some((item) => mentions(item, column));
}

/** A row or an expression that holds the column may be taken apart, as far as the other side is known. */
function hasValue(expr: A_Expr, { namesAreValues }: KeyColumn): boolean {
  return namesAreValues || holdsConstant([expr.lexpr, expr.rexpr]);
}

/** Whether a condition compares with something known, so that it may reach another level of the query. */
export function holdsConstant(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsConstant);
  if (typeof value !== 'object' || value === null) return false;
  return 'A_Const' in value || 'ParamRef' in value || Object.values(value).some(holdsConstant);
}
