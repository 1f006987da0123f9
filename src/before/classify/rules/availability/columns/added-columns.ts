import type { AlterTableCmd, ColumnDef, Constraint } from '@pgsql/types';
import { typeNameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { columnConstraints, columnOf } from '../../../alter-commands.js';
import type { AlteredTable } from '../altered-table.js';
import { type AlterSource, withClauses } from '../safe-sql/alter-source.js';
import { type ColumnSource, columnSource, withConstraints } from '../safe-sql/column-source.js';
import { keyThroughIndex } from '../safe-sql/key-through-index.js';
import { inSteps, notNullSteps } from '../safe-sql/steps.js';

/** A column of ADD COLUMN, and the sub-command's place in its statement. */
export interface AddedColumn {
  readonly index: number;
  readonly name: string;
  readonly column: ColumnDef;
  readonly constraints: readonly Constraint[];
}

export function addedColumns(commands: readonly AlterTableCmd[]): readonly AddedColumn[] {
  return commands.flatMap((command, index) => {
    const column = command.subtype === 'AT_AddColumn' ? columnOf(command) : null;
    return column === null
      ? []
      : [{ index, name: column.colname ?? '', column, constraints: columnConstraints(column) }];
  });
}

export function constraintOfKind(
  { constraints }: AddedColumn,
  contype: NonNullable<Constraint['contype']>,
): Constraint | null {
  return constraints.find((one) => one.contype === contype) ?? null;
}

/** The integer type behind a serial; null for all else. */
export function serialType({ column }: AddedColumn): 'smallint' | 'integer' | 'bigint' | null {
  const [name = '', second] = typeNameParts(column.typeName);
  if (second !== undefined) return null;
  if (/^(bigserial|serial8)$/.test(name)) return 'bigint';
  if (/^(smallserial|serial2)$/.test(name)) return 'smallint';
  return /^(serial|serial4)$/.test(name) ? 'integer' : null;
}

/** How a column is added without a new file for the table. */
export interface PlainAddition {
  /** Null: as it stands there, without the constraints below. */
  readonly type: string | null;
  /** Constraints that stay with the column from the start. */
  readonly keeps: (constraint: Constraint) => boolean;
  /** Behind the column, before it is NOT NULL or a key. */
  readonly fill: readonly string[];
  readonly notNull: boolean;
  readonly last: readonly string[];
}

const laterKinds: ReadonlySet<Constraint['contype']> = new Set(['CONSTR_NOTNULL', 'CONSTR_PRIMARY', 'CONSTR_UNIQUE']);

/** What has to wait until old rows have their values. */
export function waitsForValues({ contype }: Constraint): boolean {
  return laterKinds.has(contype);
}

/** The statement with the bare column, then its values, its NOT NULL and its key. */
export function addThenFill(
  source: AlterSource,
  { altered, added, major }: { readonly altered: AlteredTable; readonly added: AddedColumn; readonly major: number },
  plan: PlainAddition,
): string {
  const words = sourceOf(source, added);
  const bare =
    plan.type === null ? words : { ...words, plain: `ADD COLUMN ${quoteIdentifier(added.name)} ${plan.type}` };
  const { relation } = altered;
  const notNull = plan.notNull || added.constraints.some(({ contype }) => contype === 'CONSTR_NOTNULL');
  const keys = [...words.constraints].filter(
    ([{ contype }]) => contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE',
  );
  const isKey = keys.some(([{ contype }]) => contype === 'CONSTR_PRIMARY');
  return inSteps(
    withClauses(source, new Map([[added.index, withConstraints(bare, plan.keeps)]])),
    ...plan.fill,
    ...(notNull || isKey ? ['-- Then:', ...notNullSteps({ relation, column: added.name }, major)] : []),
    ...keys.flatMap(([constraint, text]) => keyThroughIndex({ relation, constraint, columns: [added.name], text })),
    ...plan.last,
  );
}

export function sourceOf(source: AlterSource, { column, index }: AddedColumn): ColumnSource {
  return columnSource(source.sql, column, { text: source.clauses[index] ?? '', start: source.starts[index] ?? 0 });
}

/** The expression behind DEFAULT or in GENERATED ALWAYS AS (…), as it stands there. */
export function expressionIn(words: ColumnSource, constraint: Constraint): string {
  const text = words.constraints.get(constraint) ?? '';
  if (constraint.contype === 'CONSTR_DEFAULT') return text.replace(/^(?:constraint\s+\S+\s+)?default\s+/i, '');
  return text.slice(text.indexOf('('), text.lastIndexOf(')') + 1);
}
