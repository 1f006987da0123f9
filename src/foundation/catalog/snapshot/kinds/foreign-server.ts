import type { JsonValue } from '../../../../model/json.js';
import { rowColumns } from '../names-sql.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';
import { wrapperOptionsSql } from '../wrapper-options.js';

interface ForeignServerRow extends SnapshotRow, SharedRow {
  readonly wrapper: string;
  readonly type: string | null;
  readonly version: string | null;
  readonly options: Readonly<Record<string, JsonValue>> | null;
}

export default defineKind<ForeignServerRow>({
  kind: 'foreign server',
  sql: `SELECT ${rowColumns('pg_foreign_server', 's.oid')}, pg_catalog.quote_ident(w.fdwname) AS wrapper,
    s.srvtype AS type, s.srvversion AS version, ${wrapperOptionsSql('s.srvoptions')} AS options,
    ${sharedColumns({ catalog: 'pg_foreign_server', oid: 's.oid', owner: 's.srvowner', acl: { sql: 's.srvacl', letter: 'S' } })}
    FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
    WHERE s.oid >= ${firstUserOid}`,
  facts: (row) =>
    sharedFacts(row, { wrapper: row.wrapper, type: row.type, version: row.version, options: row.options }),
});
