import { rowColumns } from '../names-sql.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

/** That it is there, and whose it is. What it holds is data. */
export default defineKind<SnapshotRow & SharedRow>({
  kind: 'large object',
  sql: `SELECT ${rowColumns('pg_largeobject', 'l.oid')},
    ${sharedColumns({ catalog: 'pg_largeobject', oid: 'l.oid', owner: 'l.lomowner', acl: { sql: 'l.lomacl', letter: 'L' } })}
    FROM pg_catalog.pg_largeobject_metadata l`,
  facts: (row) => sharedFacts(row),
});
