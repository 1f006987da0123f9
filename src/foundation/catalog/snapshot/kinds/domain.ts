import { collationSql, lasting, rowColumns } from '../names-sql.js';
import { firstUserOid, isWantedType } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface DomainRow extends SnapshotRow, SharedRow {
  readonly type: string;
  readonly collation: string | null;
  readonly not_null: boolean;
  readonly default: string | null;
}

/** `collation` only where it is not the base type's. Checks are constraints; NOT NULL is a fact, whatever its name. */
export default defineKind<DomainRow>({
  kind: 'domain',
  sql: `SELECT ${rowColumns('pg_type', 't.oid')}, pg_catalog.format_type(t.typbasetype, t.typtypmod) AS type,
    CASE WHEN t.typcollation <> base.typcollation THEN ${collationSql('t.typcollation')} END AS collation,
    t.typnotnull AS not_null, pg_catalog.pg_get_expr(t.typdefaultbin, 0) AS default,
    ${sharedColumns({ catalog: 'pg_type', oid: 't.oid', owner: 't.typowner', acl: { sql: 't.typacl', letter: 'T' } })}
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_type base ON base.oid = t.typbasetype
    WHERE t.oid >= ${firstUserOid} AND ${isWantedType('t.oid')} AND t.typtype = 'd' AND ${lasting('t.typnamespace')}`,
  facts: (row) =>
    sharedFacts(row, {
      type: row.type,
      collation: row.collation,
      notNull: row.not_null ? true : undefined,
      default: row.default,
    }),
});
