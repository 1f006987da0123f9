import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'copy-server-file',
  title: 'COPY works with a file or a program of the database server',
  why: 'The path is one on the server: another environment, a new primary after a failover and every managed service lack the file, the program or the right.',
  instead: 'COPY … FROM STDIN (psql: \\copy), or INSERT the rows.',
  sources: ['https://www.postgresql.org/docs/current/sql-copy.html'],
  concern: 'data',
  severity: 'info',
  scope: 'statement',
  on: ['CopyStmt'],
  example: {
    setup: 'CREATE TABLE countries (code text);',
    unsafe: "COPY countries FROM '/srv/import/countries.csv';",
    safe: "INSERT INTO countries VALUES ('NO');",
  },
  predict: ({ node }, context) => {
    if (!('CopyStmt' in node) || node.CopyStmt.filename === undefined) return [];
    const { relation, is_program: isProgram, is_from: isFrom } = node.CopyStmt;
    const table = relation === undefined ? 'the query' : (context.relation(relation)?.name ?? relation.relname ?? '');
    const what =
      isProgram === true ? 'A program runs on' : isFrom === true ? 'A file is read on' : 'A file is written on';
    return [{ message: `${what} the database server for ${table}.` }];
  },
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '58P01'),
});
