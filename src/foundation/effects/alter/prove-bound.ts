import type { Node } from '@pgsql/types';
import { type Bound, compareValues, type Value, valueOf } from './partition-bound.js';
import { columnName, conjuncts } from './read-check.js';

/** Whether rows that pass these CHECKs, nulls aside, are within the bound. */
export function liesWithin(checks: readonly Node[], column: string, bound: Bound): boolean {
  const facts = checks.flatMap(conjuncts);
  if (bound.kind === 'list') return facts.some((fact) => isOneOf(fact, column, bound.values));
  const comparisons = facts.flatMap((fact) => comparison(fact, column) ?? []);
  const { lower, upper } = bound;
  return (
    (lower === null || comparisons.some((one) => isFrom(one, lower))) &&
    (upper === null || comparisons.some((one) => isBelow(one, upper)))
  );
}

/** Whether no row that passes one of these CHECKs is within the bound. */
export function liesOutside(checks: readonly Node[], column: string, bound: Bound): boolean {
  return checks.flatMap(conjuncts).some((fact) => isOutside(fact, column, bound));
}

function isOutside(fact: Node, column: string, bound: Bound): boolean {
  if ('BoolExpr' in fact && fact.BoolExpr.boolop === 'OR_EXPR') {
    return (fact.BoolExpr.args ?? []).every((arg) => conjuncts(arg).some((part) => isOutside(part, column, bound)));
  }
  if (bound.kind === 'list') {
    const values = equalTo(fact, column);
    const single = bound.values.length === 1 && !bound.nulls ? comparison(fact, column) : null;
    if (single?.operator === '<>') return single.value === bound.values[0];
    const one = comparison(fact, column);
    if (one !== null && one.operator !== '=')
      return !bound.nulls && bound.values.every((value) => excludes(one, value));
    return values !== null && values.every((value) => bound.values.every((other) => differs(value, other)));
  }
  const one = comparison(fact, column);
  if (one === null) return false;
  const { lower, upper } = bound;
  return (lower !== null && isBelow(one, lower)) || (upper !== null && isFrom(one, upper));
}

/** Whether a value fails a comparison with a known order. */
function excludes({ operator, value }: Comparison, other: Value): boolean {
  const order = compareValues(other, value);
  if (order === null) return false;
  if (operator === '>') return order <= 0;
  if (operator === '>=') return order < 0;
  if (operator === '<') return order >= 0;
  return operator === '<=' && order > 0;
}

interface Comparison {
  readonly operator: string;
  readonly value: Value;
}

function comparison(fact: Node, column: string): Comparison | null {
  if (!('A_Expr' in fact) || fact.A_Expr.kind !== 'AEXPR_OP') return null;
  const { lexpr, rexpr, name } = fact.A_Expr;
  const value = valueOf(rexpr);
  const operator = name?.at(-1);
  if (value === null || columnName(lexpr) !== column || operator === undefined || !('String' in operator)) return null;
  return { operator: operator.String.sval ?? '', value };
}

function isFrom({ operator, value }: Comparison, lower: Value): boolean {
  const order = compareValues(value, lower);
  return order !== null && order >= 0 && ['>=', '>', '='].includes(operator);
}

function isBelow({ operator, value }: Comparison, upper: Value): boolean {
  const order = compareValues(value, upper);
  if (order === null) return false;
  return operator === '<' ? order <= 0 : ['<=', '='].includes(operator) && order < 0;
}

function isOneOf(fact: Node, column: string, values: readonly Value[]): boolean {
  const found = equalTo(fact, column);
  return found !== null && found.every((value) => values.includes(value));
}

/** The values of `column = x`, `column = ANY (ARRAY[x, …])` and of several of them joined by OR; null for all else. */
function equalTo(fact: Node, column: string): readonly Value[] | null {
  if ('BoolExpr' in fact && fact.BoolExpr.boolop === 'OR_EXPR') {
    const parts = (fact.BoolExpr.args ?? []).map((arg) => equalTo(arg, column));
    return parts.some((part) => part === null) ? null : parts.flatMap((part) => part ?? []);
  }
  const one = comparison(fact, column);
  if (one !== null) return one.operator === '=' ? [one.value] : null;
  if (!('A_Expr' in fact) || fact.A_Expr.kind !== 'AEXPR_OP_ANY') return null;
  if (columnName(fact.A_Expr.lexpr) !== column) return null;
  const elements = arrayElements(fact.A_Expr.rexpr).map(valueOf);
  return elements.length === 0 || elements.includes(null) ? null : elements.flatMap((value) => value ?? []);
}

function arrayElements(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  if ('TypeCast' in node) return arrayElements(node.TypeCast.arg);
  return 'A_ArrayExpr' in node ? (node.A_ArrayExpr.elements ?? []) : [];
}

function differs(one: Value, other: Value): boolean {
  return typeof one === typeof other && one !== other;
}
