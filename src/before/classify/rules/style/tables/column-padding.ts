import type { CreateStmt } from '@pgsql/types';
import { newRelation } from '../../../../../foundation/effects/effect-context.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';
import { typeOf } from '../../../subjects/new-columns.js';

/** Bytes per row from which on it is worth a word. */
const worthSaying = 8;

export default defineRule({
  id: 'column-padding',
  title: 'The order of the columns wastes bytes in every row',
  why: 'Each value begins at a multiple of its alignment; a small column before a wide one leaves a hole in every row.',
  instead: 'Fixed-width columns first, the widest ones leading: 8 bytes, 4, 2, 1, then text and the like.',
  sources: ['https://www.postgresql.org/docs/current/storage-page-layout.html#STORAGE-TUPLE-LAYOUT'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['CreateStmt'],
  example: {
    setup: '',
    unsafe: `CREATE TABLE marks (a boolean, at bigint, b boolean, till bigint, c boolean, n int);
INSERT INTO marks VALUES (true, 1, true, 1, true, 1); SELECT 1 / (pg_column_size(marks.*) <= 48)::int FROM marks;`,
    safe: `CREATE TABLE marks (at bigint, till bigint, n int, a boolean, b boolean, c boolean);
INSERT INTO marks VALUES (1, 1, 1, true, true, true); SELECT 1 / (pg_column_size(marks.*) <= 48)::int FROM marks;`,
  },
  predict: ({ node }, context) => {
    if (!('CreateStmt' in node) || node.CreateStmt.relation === undefined) return [];
    const columns = fixedColumns(node.CreateStmt);
    const sorted = [...columns].sort((one, other) => other.align - one.align);
    const wasted = padding(columns) - padding(sorted);
    if (wasted < worthSaying) return [];
    const table = newRelation(node.CreateStmt.relation, context, 'table').name;
    const order = sorted.map(({ name }) => quoteIdentifier(name)).join(', ');
    return [
      {
        message: `Each row of ${table} wastes ${wasted} bytes; in this order it would not: ${order}.`,
        relation: table,
      },
    ];
  },
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '22012'),
});

interface FixedColumn {
  readonly name: string;
  readonly bytes: number;
  readonly align: number;
}

const widths: Readonly<Record<string, readonly [bytes: number, align: number]>> = {
  bool: [1, 1],
  int2: [2, 2],
  smallserial: [2, 2],
  int4: [4, 4],
  serial: [4, 4],
  float4: [4, 4],
  date: [4, 4],
  oid: [4, 4],
  int8: [8, 8],
  bigserial: [8, 8],
  float8: [8, 8],
  money: [8, 8],
  timestamp: [8, 8],
  timestamptz: [8, 8],
  time: [8, 8],
  timetz: [12, 8],
  interval: [16, 8],
  uuid: [16, 1],
};

/** Up to the first column of a width that depends on its values: what follows it depends on them too. */
function fixedColumns({ tableElts }: CreateStmt): readonly FixedColumn[] {
  const found: FixedColumn[] = [];
  for (const item of tableElts ?? []) {
    if (!('ColumnDef' in item)) continue;
    const width = item.ColumnDef.typeName?.arrayBounds === undefined ? widths[typeOf(item.ColumnDef)] : undefined;
    if (width === undefined) break;
    found.push({ name: item.ColumnDef.colname ?? '', bytes: width[0], align: width[1] });
  }
  return found;
}

/** Bytes between the values, with the rounding of the whole row to 8. */
function padding(columns: readonly FixedColumn[]): number {
  let offset = 0;
  let lost = 0;
  for (const { bytes, align } of columns) {
    const start = Math.ceil(offset / align) * align;
    lost += start - offset;
    offset = start + bytes;
  }
  return lost + (Math.ceil(offset / 8) * 8 - offset);
}
