import type { ColumnDef, Constraint } from '@pgsql/types';
import { characterAt, type Part } from '../../../../../foundation/sql/slice-source.js';
import { columnConstraints } from '../../../alter-commands.js';

/** A column's definition along its text. */
export interface ColumnSource {
  /** `ADD COLUMN total numeric(10,2)`: up to the first constraint. */
  readonly plain: string;
  /** The type, with a COLLATE that follows it. */
  readonly type: string;
  /** The text of each constraint, its DEFERRABLE and the like included. */
  readonly constraints: ReadonlyMap<Constraint, string>;
}

/** `part` is where the definition stands in the statement. */
export function columnSource(sql: string, column: ColumnDef, part: Part): ColumnSource {
  const end = part.start + part.text.length;
  const own = columnConstraints(column).filter(({ contype }) => contype?.startsWith('CONSTR_ATTR_') !== true);
  const starts = own.map(({ location }) => characterAt(sql, location ?? 0));
  const plainEnd = starts[0] ?? end;
  const typeStart = characterAt(sql, column.typeName?.location ?? 0);
  return {
    plain: sql.slice(part.start, plainEnd).trim(),
    type: sql.slice(typeStart, plainEnd).trim(),
    constraints: new Map(own.map((one, index) => [one, sql.slice(starts[index], starts[index + 1] ?? end).trim()])),
  };
}

/** The definition with only those constraints that are wanted. */
export function withConstraints(
  { plain, constraints }: ColumnSource,
  wanted: (constraint: Constraint) => boolean,
): string {
  return [plain, ...[...constraints].flatMap(([one, text]) => (wanted(one) ? [text] : []))].join(' ');
}
