import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

/** A type of its own, not the row type of a table. Its attributes are columns. */
export default defineKind<SnapshotRow & SharedRow>({
  kind: 'composite type',
  sql: `SELECT 'pg_type' AS classid, r.reltype::pg_catalog.text AS objid, 0 AS objsubid, r.identity,
    ${sharedColumns({ catalog: 'pg_type', oid: 't.oid', owner: 't.typowner', acl: { sql: 't.typacl', letter: 'T' } })}
  FROM rels r JOIN pg_catalog.pg_type t ON t.oid = r.reltype WHERE r.wanted AND r.relkind = 'c'`,
  facts: (row) => sharedFacts(row),
});
