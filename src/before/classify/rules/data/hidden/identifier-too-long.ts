import { defineRule } from '../../../rule.js';
import { writtenIdentifiers } from '../../../subjects/identifiers.js';

const longest = 63;

export default defineRule({
  id: 'identifier-too-long',
  title: 'A name longer than 63 bytes is cut off',
  why: 'The server shortens it with a notice that nobody reads; two long names can become the same one, and tools look for the name that was written.',
  instead: 'Choose a name of at most 63 bytes.',
  sources: ['https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS'],
  concern: 'data',
  severity: 'warning',
  scope: 'statement',
  on: 'any',
  example: {
    setup: '',
    unsafe: 'CREATE TABLE notifications_of_customers_with_unfinished_or_cancelled_subscriptions (id bigint);',
    safe: 'CREATE TABLE notifications_of_unfinished_subscriptions (id bigint);',
  },
  predict: ({ statement, inside }) => {
    if (inside !== null || !mayHoldLongName(statement.sql)) return [];
    const long = writtenIdentifiers(statement.sql).filter(({ name }) => Buffer.byteLength(name) > longest);
    return [...new Set(long.map(({ name }) => name))].map((name) => ({
      message: `${name} becomes ${Buffer.from(name).subarray(0, longest).toString()}.`,
    }));
  },
  observe: ({ trace }) => trace.statements.some(({ notices }) => notices.some(({ code }) => code === '42622')),
});

/** Sorts out nearly all statements before their words are looked at one by one. */
function mayHoldLongName(sql: string): boolean {
  return sql.length > longest / 4 && /(?<![\w$])[\w$]{64}|"[^"]{64}|[\u0080-\uffff]/.test(sql);
}
