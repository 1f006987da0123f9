import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';
import { newNames } from '../../../subjects/new-names.js';

export default defineRule({
  id: 'reserved-word-name',
  title: 'A name that is a word of SQL means something else without quotes',
  why: 'Bare, it is a syntax error at best; "user" for one silently is the name of the current role.',
  instead: 'A name that is no key word: app_user, customer_order.',
  sources: ['https://www.postgresql.org/docs/current/sql-keywords-appendix.html'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: 'any',
  example: {
    setup: '',
    unsafe: 'CREATE TABLE "user" (id bigint PRIMARY KEY); SELECT id FROM user;',
    safe: 'CREATE TABLE app_user (id bigint PRIMARY KEY); SELECT id FROM app_user;',
  },
  predict: ({ node }) =>
    newNames(node)
      .filter((name) => /^[a-z_][a-z0-9_]*$/.test(name) && quoteIdentifier(name) !== name && !harmless.has(name))
      .map((name) => ({ message: `${quoteIdentifier(name)} is a word of SQL and has to be quoted.` })),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '42703'),
});

/** Key words that may stand bare as the name of a table or a column. */
const harmless: ReadonlySet<string> = new Set(
  (
    'between bigint bit boolean char character coalesce dec decimal exists extract float greatest grouping inout int ' +
    'integer interval json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar ' +
    'json_serialize json_table json_value least merge_action national nchar none normalize nullif numeric out overlay ' +
    'position precision real row setof smallint substring time timestamp treat trim values varchar xmlattributes ' +
    'xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable'
  ).split(' '),
);
