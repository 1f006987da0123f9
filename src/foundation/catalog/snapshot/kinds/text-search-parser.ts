import { definitionList } from '../definition-text.js';
import { parserSql, procSql, rowColumns } from '../names-sql.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface ParserRow extends SnapshotRow, SharedRow {
  readonly name: string;
  readonly start: string;
  readonly token: string;
  readonly end: string;
  readonly types: string;
  readonly headline: string | null;
}

export default defineKind<ParserRow>({
  kind: 'text search parser',
  sql: `SELECT ${rowColumns('pg_ts_parser', 'p.oid')}, ${parserSql('p.oid')} AS name, ${procSql('p.prsstart')} AS start,
    ${procSql('p.prstoken')} AS token, ${procSql('p.prsend')} AS "end", ${procSql('p.prslextype')} AS types,
    ${procSql('p.prsheadline')} AS headline, ${sharedColumns({ catalog: 'pg_ts_parser', oid: 'p.oid' })}
    FROM pg_catalog.pg_ts_parser p WHERE p.oid >= ${firstUserOid}`,
  facts: (row) => sharedFacts(row, { definition: definitionOf(row) }),
});

function definitionOf({ name, start, token, end, types, headline }: ParserRow): string {
  const list = definitionList([
    ['START', start],
    ['GETTOKEN', token],
    ['END', end],
    ['LEXTYPES', types],
    ['HEADLINE', headline],
  ]);
  return `CREATE TEXT SEARCH PARSER ${name} ${list}`;
}
