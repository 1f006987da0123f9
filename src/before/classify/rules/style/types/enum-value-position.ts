import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier, quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'enum-value-position',
  title: 'A new enum value without a place comes last',
  why: 'ORDER BY and comparisons follow the order of the values, which cannot be changed later.',
  instead: 'Say BEFORE or AFTER which value it belongs, also when last is right.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertype.html'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['AlterEnumStmt'],
  example: {
    setup: "CREATE TYPE level AS ENUM ('low', 'high'); CREATE TABLE risks (level level);",
    unsafe: "ALTER TYPE level ADD VALUE 'medium';\nSELECT 1 / ('medium'::level < 'high')::int;",
    safe: "ALTER TYPE level ADD VALUE 'medium' BEFORE 'high';\nSELECT 1 / ('medium'::level < 'high')::int;",
  },
  predict: ({ node }) => {
    if (!('AlterEnumStmt' in node)) return [];
    const { typeName, oldVal, newVal = '', newValNeighbor } = node.AlterEnumStmt;
    if (oldVal !== undefined || newValNeighbor !== undefined) return [];
    const name = (typeName ?? []).flatMap(nameParts).map(quoteIdentifier).join('.');
    return [{ message: `${quoteLiteral(newVal)} comes after all other values of ${name}.` }];
  },
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '22012'),
});
