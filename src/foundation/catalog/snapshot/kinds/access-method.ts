import { procSql, rowColumns } from '../names-sql.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface AccessMethodRow extends SnapshotRow, SharedRow {
  readonly type: 'TABLE' | 'INDEX';
  readonly handler: string;
}

export default defineKind<AccessMethodRow>({
  kind: 'access method',
  sql: `SELECT ${rowColumns('pg_am', 'a.oid')}, CASE a.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END AS type,
    ${procSql('a.amhandler')} AS handler, ${sharedColumns({ catalog: 'pg_am', oid: 'a.oid' })}
    FROM pg_catalog.pg_am a WHERE a.oid >= ${firstUserOid}`,
  facts: (row) =>
    sharedFacts(row, { definition: `CREATE ACCESS METHOD ${row.identity} TYPE ${row.type} HANDLER ${row.handler}` }),
});
