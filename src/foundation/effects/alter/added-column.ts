import type { ColumnDef, Constraint, Node } from '@pgsql/types';
import type { Certainty } from '../../../model/effects.js';
import { typeNameParts } from '../tree-names.js';
import type { EffectContext } from '../effect-context.js';
import { readExpression } from './read-check.js';
import { domainDefault, isBuiltinName, isConstrained, resolveType } from './resolve-type.js';
import { volatility } from './volatility.js';

/** What a new column asks of the rows that are there. */
export interface AddedColumn {
  /** Null when old rows can stay as they are. */
  readonly rewrite: Certainty | null;
  /** The expression whose value the old rows get; null when it is null. */
  readonly fill: Node | null;
  /** Whether a constraint makes the table's own rows be read. */
  readonly checksRows: boolean;
  /** Whether an index is made, of which children have no part unless they are partitions. */
  readonly buildsIndex: boolean;
  readonly foreignKeys: readonly Constraint[];
  readonly isEnforced: (constraint: Constraint) => boolean;
}

const serialTypes = /^(small|big)?serial[248]?$/;

/** Judges a column of ADD COLUMN by its definition and, where it is known, its type. */
export function judgeColumn(column: ColumnDef, context: EffectContext): AddedColumn {
  const constraints = (column.constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
  const isEnforced = (one: Constraint): boolean => isColumnConstraintEnforced(one, constraints);
  const has = (contype: Constraint['contype']): boolean => constraints.some((one) => one.contype === contype);
  const virtual = constraints.some((one) => one.contype === 'CONSTR_GENERATED' && one.generated_kind === 'v');
  const fill = virtual ? null : fillOf(column, constraints, context);
  const rewrite = virtual ? null : rewriteOf(column, { constraints, fill }, context);
  const noNulls = has('CONSTR_NOTNULL') || has('CONSTR_PRIMARY');
  return {
    rewrite,
    fill,
    checksRows:
      constraints.some((one) => one.contype === 'CONSTR_CHECK' && isEnforced(one)) ||
      (noNulls && fill === null && rewrite === null),
    buildsIndex: has('CONSTR_PRIMARY') || has('CONSTR_UNIQUE'),
    foreignKeys: constraints.filter((one) => one.contype === 'CONSTR_FOREIGN'),
    isEnforced,
  };
}

/** What follows a constraint and speaks of it: the parser leaves these words beside it. */
const attributes: readonly Constraint['contype'][] = [
  'CONSTR_ATTR_DEFERRABLE',
  'CONSTR_ATTR_NOT_DEFERRABLE',
  'CONSTR_ATTR_DEFERRED',
  'CONSTR_ATTR_IMMEDIATE',
  'CONSTR_ATTR_ENFORCED',
  'CONSTR_ATTR_NOT_ENFORCED',
];

/** Whether a constraint among those of a column is without NOT ENFORCED. */
export function isColumnConstraintEnforced(constraint: Constraint, ofColumn: readonly Constraint[]): boolean {
  const later = ofColumn.slice(ofColumn.indexOf(constraint) + 1);
  const end = later.findIndex(({ contype }) => !attributes.includes(contype));
  const own = end === -1 ? later : later.slice(0, end);
  return constraint.is_enforced !== false && own.every(({ contype }) => contype !== 'CONSTR_ATTR_NOT_ENFORCED');
}

function fillOf(column: ColumnDef, constraints: readonly Constraint[], context: EffectContext): Node | null {
  const own = constraints.find((one) => one.contype === 'CONSTR_DEFAULT')?.raw_expr ?? column.raw_default;
  if (own !== undefined) return isNull(own) ? null : own;
  const type = resolveType(column.typeName, context);
  const inherited = type === null || context.graph === null ? null : domainDefault(type, context.graph);
  return inherited === null ? null : readExpression(inherited);
}

function rewriteOf(
  column: ColumnDef,
  { constraints, fill }: { readonly constraints: readonly Constraint[]; readonly fill: Node | null },
  context: EffectContext,
): Certainty | null {
  const computed = constraints.some((one) => one.contype === 'CONSTR_GENERATED' || one.contype === 'CONSTR_IDENTITY');
  if (computed || serialTypes.test(typeNameParts(column.typeName).join('.'))) return 'certain';
  const ofType = typeNeedsRewrite(column, context);
  const ofDefault = fill === null ? null : volatility(fill, context);
  return ofType === 'certain' || ofDefault === 'certain' ? 'certain' : (ofType ?? ofDefault);
}

/** A domain with constraints has its values checked one by one. */
function typeNeedsRewrite(column: ColumnDef, context: EffectContext): Certainty | null {
  if (context.graph === null) {
    const isArray = (column.typeName?.arrayBounds ?? []).length > 0;
    return isArray || isBuiltinName(column.typeName) ? null : 'possible';
  }
  const type = resolveType(column.typeName, context);
  return type !== null && isConstrained(type, context.graph) ? 'certain' : null;
}

function isNull(expression: Node): boolean {
  if ('TypeCast' in expression && expression.TypeCast.arg !== undefined) return isNull(expression.TypeCast.arg);
  return 'A_Const' in expression && expression.A_Const.isnull === true;
}
