import { objectKey, type ObjectKind } from '../../../../model/schema-snapshot.js';
import { present, sharedColumns, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';
import { flag, optionsSql, relationIdentity } from './relation-facts.js';

interface IndexRow extends SnapshotRow, SharedRow {
  readonly table: string;
  readonly table_kind: ObjectKind;
  readonly definition: string;
  readonly predicate: string | null;
  readonly valid: boolean;
  readonly clustered: boolean;
  readonly replica_identity: boolean;
  readonly options: Readonly<Record<string, string>> | null;
  readonly tablespace: string | null;
  readonly statistics: Readonly<Record<string, number>> | null;
  readonly constraint: string | null;
  readonly partition_of: string | null;
}

/**
 * Structure: `definition` (as pg_get_indexdef, up to where WITH, TABLESPACE and WHERE would follow; of a partitioned
 * table with ONLY), `predicate`, `invalid`, `madeBy` (key of the constraint whose index it is), `partitionOf` (identity
 * of the partitioned index that it is attached to). Physical: `options`, `tablespace`, `clustered`, `replicaIdentity`,
 * `statistics` (target by the number of the index's column).
 */
export default defineKind<IndexRow>({
  kind: 'index',
  sql: `SELECT ${relationIdentity}, t.identity AS "table", t.kind AS table_kind,
    pg_catalog.pg_get_indexdef(r.oid) AS definition, pg_catalog.pg_get_expr(x.indpred, x.indrelid) AS predicate,
    x.indisvalid AS valid, x.indisclustered AS clustered, x.indisreplident AS replica_identity,
    ${optionsSql('r.reloptions')} AS options,
    (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = r.reltablespace) AS tablespace,
    (SELECT pg_catalog.json_object_agg(a.attnum, a.attstattarget ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = r.oid AND a.attstattarget >= 0) AS statistics,
    pg_catalog.quote_ident(k.conname) || ' on ' || t.identity AS "constraint",
    p.identity AS partition_of,
    ${sharedColumns({ catalog: 'pg_class', oid: 'r.oid' })}
  FROM rels r JOIN pg_catalog.pg_index x ON x.indexrelid = r.oid JOIN rels t ON t.oid = x.indrelid
    LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = r.oid AND k.conrelid = t.oid AND k.contype IN ('p', 'u', 'x')
    LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = r.oid LEFT JOIN rels p ON p.oid = i.inhparent
  WHERE r.wanted`,
  facts: (row) => ({
    structure: present({
      comment: row.comment,
      definition: bareDefinition(row),
      predicate: row.predicate,
      invalid: flag(!row.valid),
      madeBy: row.constraint === null ? undefined : objectKey('constraint', row.constraint),
      partitionOf: row.partition_of,
    }),
    access: present({ securityLabels: row.labels }),
    physical: present({
      options: row.options,
      tablespace: row.tablespace,
      clustered: flag(row.clustered),
      replicaIdentity: flag(row.replica_identity),
      statistics: row.statistics,
    }),
  }),
  parent: (row) => ({ kind: row.table_kind, identity: row.table }),
});

/** pg_get_indexdef ends with WITH, where there are options, and WHERE. */
function bareDefinition({ definition, predicate, options }: IndexRow): string {
  const where = predicate === null ? '' : ` WHERE ${predicate}`;
  const whole = definition.slice(0, definition.length - where.length);
  return options === null ? whole : whole.slice(0, whole.lastIndexOf(' WITH ('));
}
