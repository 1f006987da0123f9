import { defineRule } from '../../../rule.js';
import { columnConstraints } from '../../../alter-commands.js';
import {
  type DefinedColumn,
  definedColumns,
  hitsOnColumns,
  keyColumns,
  typeOf,
} from '../../../subjects/new-columns.js';

export default defineRule({
  id: 'integer-key',
  title: 'A key of type integer runs out',
  why: 'After 2,147,483,647 numbers (32,767 for smallint), given out or skipped, every INSERT fails; the way to bigint then rewrites the table.',
  instead: 'bigint.',
  sources: ['https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT'],
  concern: 'style',
  severity: 'warning',
  scope: 'statement',
  on: ['CreateStmt', 'AlterTableStmt'],
  example: {
    setup: '',
    unsafe:
      'CREATE TABLE events (id int PRIMARY KEY); INSERT INTO events SELECT 2147483647 + n FROM generate_series(0::bigint, 1) n;',
    safe: 'CREATE TABLE events (id bigint PRIMARY KEY); INSERT INTO events SELECT 2147483647 + n FROM generate_series(0::bigint, 1) n;',
  },
  predict: (statement, context) =>
    hitsOnColumns(
      definedColumns(statement, context),
      (column) => isShort(column) && isKey(column),
      ({ definition }) =>
        `is ${isSmall(typeOf(definition)) ? 'a smallint' : 'an integer'} key and runs out of numbers.`,
    ),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '22003'),
});

const serials: ReadonlySet<string> = new Set(['serial', 'serial4', 'smallserial', 'serial2']);

function isShort({ definition }: DefinedColumn): boolean {
  const type = typeOf(definition);
  return type === 'int4' || type === 'int2' || serials.has(type);
}

function isSmall(type: string): boolean {
  return type === 'int2' || type === 'smallserial' || type === 'serial2';
}

/** Part of a primary key, numbered by the server, or pointing to a key. */
function isKey({ name, definition, tableConstraints }: DefinedColumn): boolean {
  if (serials.has(typeOf(definition))) return true;
  const own = columnConstraints(definition).some(({ contype }) =>
    ['CONSTR_PRIMARY', 'CONSTR_IDENTITY', 'CONSTR_FOREIGN'].includes(contype ?? ''),
  );
  const ofTable = tableConstraints.some(({ contype, keys, fk_attrs: referencing }) =>
    contype === 'CONSTR_PRIMARY'
      ? keyColumns(keys).includes(name)
      : contype === 'CONSTR_FOREIGN' && keyColumns(referencing).includes(name),
  );
  return own || ofTable;
}
