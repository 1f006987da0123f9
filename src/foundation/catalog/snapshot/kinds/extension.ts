import { rowColumns } from '../names-sql.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface ExtensionRow extends SnapshotRow, SharedRow {
  readonly schema: string;
  readonly version: string;
  readonly relocatable: boolean;
}

/** What an extension brings is its own business; here stands that it is there. */
export default defineKind<ExtensionRow>({
  kind: 'extension',
  sql: `SELECT ${rowColumns('pg_extension', 'e.oid')},
    pg_catalog.quote_ident(n.nspname) AS schema, e.extversion AS version, e.extrelocatable AS relocatable,
    ${sharedColumns({ catalog: 'pg_extension', oid: 'e.oid', owner: 'e.extowner' })}
    FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace`,
  facts: (row) => sharedFacts(row, { schema: row.schema, version: row.version, relocatable: row.relocatable }),
});
