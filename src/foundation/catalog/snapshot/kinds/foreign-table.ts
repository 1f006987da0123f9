import { present, sharedFacts } from '../shared-facts.js';
import { defineKind } from '../snapshot-kind.js';
import { inheritanceFacts, optionsSql, relationColumns, type RelationRow } from './relation-facts.js';

interface ForeignTableRow extends RelationRow {
  readonly server: string;
  readonly wrapper_options: Readonly<Record<string, string>> | null;
}

/** Structure: `server` (as quote_ident writes it), `options` of the wrapper, and parents as of a table. */
export default defineKind<ForeignTableRow>({
  kind: 'foreign table',
  sql: `SELECT ${relationColumns}, pg_catalog.quote_ident(s.srvname) AS server,
    ${optionsSql('f.ftoptions')} AS wrapper_options
  FROM rels r JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = r.oid
    JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
  WHERE r.wanted`,
  facts: (row) => {
    const { structure, access } = sharedFacts(row);
    const own = present({ server: row.server, options: row.wrapper_options });
    return { structure: { ...structure, ...inheritanceFacts(row), ...own }, access };
  },
});
