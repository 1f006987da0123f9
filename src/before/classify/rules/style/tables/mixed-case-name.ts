import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';
import { newNames } from '../../../subjects/new-names.js';

export default defineRule({
  id: 'mixed-case-name',
  title: 'A name with capitals has to be quoted for ever',
  why: 'The server folds bare names to lower case: whoever forgets the quotes is told that the table or column does not exist.',
  instead: 'lower_case_with_underscores.',
  sources: ['https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: 'any',
  example: {
    setup: '',
    unsafe: 'CREATE TABLE "orderLines" (id bigint PRIMARY KEY); SELECT id FROM orderLines;',
    safe: 'CREATE TABLE orderLines (id bigint PRIMARY KEY); SELECT id FROM orderLines;',
  },
  predict: ({ node }) =>
    newNames(node)
      .filter((name) => /\p{Lu}/u.test(name))
      .map((name) => ({ message: `${quoteIdentifier(name)} can only be written in quotes.` })),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '42P01'),
});
