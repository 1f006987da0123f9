import type { TypeName } from '@pgsql/types';
import { baseType, resolveType } from '../../../../../foundation/effects/alter/resolve-type.js';
import { typmodOf, widens } from '../../../../../foundation/effects/alter/type-modifier.js';
import type { SchemaColumn } from '../../../../../model/schema.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { columnOf } from '../../../alter-commands.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { alterations } from '../../../subjects/alterations.js';

export default defineRule({
  id: 'narrowing-type-change',
  title: 'A narrower type fails on, or rounds, values that do not fit',
  why: 'A value that is too long or too large ends the change after the whole table was read; digits and seconds that do not fit are rounded away in silence.',
  instead: 'Count the values that do not fit first; keep the old column until the new one is proved.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE'],
  concern: 'data',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AlterColumnType'],
  needsSchema: true,
  example: {
    setup:
      "CREATE TABLE products (id bigint PRIMARY KEY, code varchar(20)); INSERT INTO products VALUES (1, 'AB-1234');",
    unsafe: 'ALTER TABLE products ALTER COLUMN code TYPE varchar(5);',
    safe: 'ALTER TABLE products ALTER COLUMN code TYPE varchar(40);',
  },
  predict: (statement, context) =>
    alterations(statement, context, ['AT_AlterColumnType']).flatMap(({ relation, command, column }) => {
      const definition = columnOf(command);
      if (column === null || definition === null || !narrows(column, definition.typeName, context)) return [];
      const name = quoteIdentifier(column.name);
      return [
        {
          message: `Values of ${name} in ${relation.name} (${column.typeText}) may not fit the new type.`,
          relation: relation.name,
          certainty: 'possible' as const,
        },
      ];
    }),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '22001' || error?.code === '22003'),
});

/** Ranges of the numeric types, from the narrowest; exact ones and those that round are two families. */
const numbers = ['int2', 'int4', 'int8', 'numeric'];
const floats = ['float4', 'float8'];
const texts = ['bpchar', 'varchar', 'text'];

function narrows(column: SchemaColumn, name: TypeName | undefined, context: RuleContext): boolean {
  const to = resolveType(name, context);
  const known = context.graph?.type(column.type) ?? null;
  if (to === null || known === null || context.graph === null) return false;
  const from = baseType(known, context.graph).type.name;
  const target = baseType(to, context.graph).type.name;
  const typmod = typmodOf(name, target);
  if (from === target) return !widens(target, column.typmod, typmod);
  if (texts.includes(from) && texts.includes(target)) return limitsText(column.typmod, typmod);
  if (numbers.includes(from) && numbers.includes(target)) {
    return numbers.indexOf(target) < numbers.indexOf(from) || (target === 'numeric' && !holdsWhole(from, typmod));
  }
  if (target === 'float4' && from === 'int4') return true;
  if (floats.includes(target)) return from === 'float8' || from === 'numeric' || from === 'int8';
  if (floats.includes(from)) return numbers.includes(target);
  return from.startsWith('timestamp') && (target === 'date' || target.startsWith('time'))
    ? !target.startsWith('timestamp')
    : false;
}

/** Digits of the largest whole number of a type. */
const digits: Readonly<Record<string, number>> = { int2: 5, int4: 10, int8: 19 };

/** Whether numeric with this modifier holds every value of a whole type; the modifier packs precision and scale. */
function holdsWhole(from: string, typmod: number): boolean {
  if (typmod === -1) return true;
  const precision = ((typmod - 4) >> 16) & 0xffff;
  const scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024;
  return scale >= 0 && precision - scale >= (digits[from] ?? Number.POSITIVE_INFINITY);
}

function limitsText(from: number, to: number): boolean {
  return to !== -1 && (from === -1 || to < from);
}
