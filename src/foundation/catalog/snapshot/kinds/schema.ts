import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

/** `public` counts although initdb made it: migrations drop it, grant on it and comment it. */
export default defineKind<SnapshotRow & SharedRow>({
  kind: 'schema',
  sql: `SELECT 'pg_namespace' AS classid, n.oid::pg_catalog.text AS objid, 0 AS objsubid, n.name AS identity,
    ${sharedColumns({ catalog: 'pg_namespace', oid: 'n.oid', owner: 'n.nspowner', acl: { sql: 'n.nspacl', letter: 'n' } })}
  FROM spaces n WHERE NOT EXISTS (SELECT FROM members m
    WHERE m.objid = n.oid AND m.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass)`,
  facts: (row) => sharedFacts(row),
});
