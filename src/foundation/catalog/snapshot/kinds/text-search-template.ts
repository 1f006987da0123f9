import { definitionList } from '../definition-text.js';
import { procSql, rowColumns, templateSql } from '../names-sql.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface TemplateRow extends SnapshotRow, SharedRow {
  readonly name: string;
  readonly init: string | null;
  readonly lexize: string;
}

export default defineKind<TemplateRow>({
  kind: 'text search template',
  sql: `SELECT ${rowColumns('pg_ts_template', 't.oid')}, ${templateSql('t.oid')} AS name, ${procSql('t.tmplinit')} AS init,
    ${procSql('t.tmpllexize')} AS lexize, ${sharedColumns({ catalog: 'pg_ts_template', oid: 't.oid' })}
    FROM pg_catalog.pg_ts_template t WHERE t.oid >= ${firstUserOid}`,
  facts: (row) => sharedFacts(row, { definition: definitionOf(row) }),
});

function definitionOf({ name, init, lexize }: TemplateRow): string {
  const list = definitionList([
    ['INIT', init],
    ['LEXIZE', lexize],
  ]);
  return `CREATE TEXT SEARCH TEMPLATE ${name} ${list}`;
}
