import { rowColumns, templateSql } from '../names-sql.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface DictionaryRow extends SnapshotRow, SharedRow {
  readonly template: string;
  readonly options: string | null;
}

/** `options` as CREATE TEXT SEARCH DICTIONARY takes them after the template. */
export default defineKind<DictionaryRow>({
  kind: 'text search dictionary',
  sql: `SELECT ${rowColumns('pg_ts_dict', 'd.oid')}, ${templateSql('d.dicttemplate')} AS template,
    d.dictinitoption AS options, ${sharedColumns({ catalog: 'pg_ts_dict', oid: 'd.oid', owner: 'd.dictowner' })}
    FROM pg_catalog.pg_ts_dict d WHERE d.oid >= ${firstUserOid}`,
  facts: (row) => sharedFacts(row, { template: row.template, options: row.options }),
});
