import type { AlterTableCmd, AlterTableStmt, ColumnDef, Constraint, Node } from '@pgsql/types';
import { isBuiltinName } from '../../../../../foundation/effects/alter/resolve-type.js';
import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { characterAt, endOfName, splitAtCommas } from '../../../../../foundation/sql/slice-source.js';
import { checkExpression } from './check-expression.js';
import { type DataTest, type Demand, type TableName, tableName } from './data-condition.js';
import { exclusionTest, temporalKeyTest } from './overlap-conditions.js';
import { boundTest } from './partition-bounds.js';
import { typeChange } from './type-conditions.js';

/** Without a table: of the table that is altered. */
type Wish = Omit<Demand, 'table'> & Partial<Pick<Demand, 'table'>>;

/** What each part of an ALTER TABLE asks of the rows that are there. */
export function alterConditions(statement: AlterTableStmt, sql: string): readonly Wish[] {
  const commands = (statement.cmds ?? []).flatMap((item) => ('AlterTableCmd' in item ? [item.AlterTableCmd] : []));
  const start = endOfName(sql, characterAt(sql, statement.relation?.location ?? 0));
  const clauses = splitAtCommas(sql, start, sql.length).map(({ text }) => text);
  const parent = statement.relation === undefined ? null : tableName(statement.relation);
  return commands.flatMap((command, at) =>
    command.subtype === 'AT_AttachPartition' && parent !== null
      ? ofAttached(command, parent, sql)
      : ofCommand(command, clauses[at] ?? ''),
  );
}

function ofCommand(command: AlterTableCmd, clause: string): readonly Wish[] {
  const { subtype, name = '', def } = command;
  switch (subtype) {
    case 'AT_SetNotNull':
      return [{ what: `NOT NULL of ${name}`, test: isNull(name) }];
    case 'AT_AddColumn':
      return def !== undefined && 'ColumnDef' in def ? ofNewColumn(def.ColumnDef) : [];
    case 'AT_AlterColumnType':
      return def !== undefined && 'ColumnDef' in def
        ? [{ what: `the new type of ${name}`, test: typeChange(name, clause) }]
        : [];
    case 'AT_AddConstraint':
      return def !== undefined && 'Constraint' in def ? ofConstraint(def.Constraint, clause) : [];
    case 'AT_ValidateConstraint':
      return [{ what: `the constraint ${name}`, test: { kind: 'validation', constraint: name } }];
    default:
      return [];
  }
}

function ofAttached({ def }: AlterTableCmd, parent: TableName, sql: string): readonly Wish[] {
  // An index that is attached to another has no rows of its own.
  if (def === undefined || !('PartitionCmd' in def) || def.PartitionCmd.name === undefined) return [];
  const { name, bound } = def.PartitionCmd;
  const test = boundTest(parent, bound, sql);
  const own: Wish = { what: 'the bound of the partition', table: tableName(name), test };
  if (test.kind !== 'bound' || test.bound.kind === 'hash') return [own];
  const left: DataTest = { kind: 'left to others', parent, bound: test.bound };
  return [own, { what: `the new partition ${name.relname ?? ''}`, table: parent, test: left }];
}

function isNull(column: string): DataTest {
  return { kind: 'rows', violated: `c.${quoteIdentifier(column)} IS NULL` };
}

const filling: ReadonlySet<string> = new Set(['CONSTR_DEFAULT', 'CONSTR_GENERATED', 'CONSTR_IDENTITY']);

/** A new column without a value fails with NOT NULL for any row. A domain may have a default of its own. */
function ofNewColumn({ colname = '', constraints, typeName }: ColumnDef): readonly Wish[] {
  const kinds = (constraints ?? []).flatMap((one) => ('Constraint' in one ? [one.Constraint.contype ?? ''] : []));
  const isSerial = /serial/.test(typeName?.names?.flatMap(nameParts).at(-1) ?? '');
  const mustHaveValue = kinds.includes('CONSTR_NOTNULL') || kinds.includes('CONSTR_PRIMARY');
  if (!mustHaveValue || isSerial || !isBuiltinName(typeName) || kinds.some((kind) => filling.has(kind))) return [];
  return [
    { what: `the new column ${colname}, NOT NULL and without a default`, test: { kind: 'rows', violated: 'true' } },
  ];
}

function ofConstraint(constraint: Constraint, clause: string): readonly Wish[] {
  const { conname, skip_validation, is_enforced, contype } = constraint;
  const isEnforced = contype === 'CONSTR_CHECK' || contype === 'CONSTR_FOREIGN' ? is_enforced !== false : true;
  if (!isEnforced && / not\s+enforced/i.test(clause)) return [];
  const wishes = testsOf(constraint, clause).map((test) => ({ what: nameOf(constraint), test }));
  return skip_validation === true ? wishes.map((wish) => ({ ...wish, deferredAs: conname ?? '' })) : wishes;
}

const words: Readonly<Record<string, string>> = {
  CONSTR_CHECK: 'CHECK',
  CONSTR_FOREIGN: 'foreign key',
  CONSTR_UNIQUE: 'unique constraint',
  CONSTR_PRIMARY: 'primary key',
  CONSTR_EXCLUSION: 'exclusion constraint',
  CONSTR_NOTNULL: 'NOT NULL constraint',
};

function nameOf({ contype, conname }: Constraint): string {
  return `the ${words[contype ?? ''] ?? 'constraint'}${conname === undefined ? '' : ` ${conname}`}`;
}

function testsOf(constraint: Constraint, clause: string): readonly DataTest[] {
  switch (constraint.contype) {
    case 'CONSTR_CHECK':
      return [checkTest(clause)];
    case 'CONSTR_FOREIGN':
      return [foreignKeyTest(constraint)];
    case 'CONSTR_NOTNULL':
      return columnsOf(constraint.keys).map(isNull);
    case 'CONSTR_EXCLUSION':
      return [exclusionTest(constraint, clause)];
    case 'CONSTR_UNIQUE':
    case 'CONSTR_PRIMARY':
      return keyTests(constraint);
    default:
      return [];
  }
}

/** A key that takes over an index is unique already. */
function keyTests({ keys, contype, indexname, nulls_not_distinct, without_overlaps }: Constraint): readonly DataTest[] {
  if (indexname !== undefined) return [];
  const columns = columnsOf(keys);
  if (without_overlaps === true) {
    return [...(contype === 'CONSTR_PRIMARY' ? columns.map(isNull) : []), temporalKeyTest(columns)];
  }
  const unique: DataTest = {
    kind: 'duplicates',
    keys: columns.map((column) => `c.${quoteIdentifier(column)}`),
    predicate: null,
    nullsDiffer: nulls_not_distinct !== true,
  };
  return contype === 'CONSTR_PRIMARY' ? [...columns.map(isNull), unique] : [unique];
}

/** A CHECK forbids what is false: NULL is allowed. */
function checkTest(clause: string): DataTest {
  const expression = checkExpression(clause);
  return expression === null ? { kind: 'uncounted' } : { kind: 'rows', violated: `NOT (${expression})` };
}

function foreignKeyTest({ fk_attrs, pk_attrs, pktable, fk_matchtype, fk_with_period }: Constraint): DataTest {
  if (pktable === undefined) return { kind: 'uncounted' };
  return {
    kind: 'orphans',
    own: columnsOf(fk_attrs),
    referenced: tableName(pktable),
    columns: columnsOf(pk_attrs),
    full: fk_matchtype === 'f',
    period: fk_with_period === true,
  };
}

function columnsOf(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap(nameParts);
}
