import type { JsonValue } from '../../../../model/json.js';
import { rowColumns } from '../names-sql.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface PublishedTable {
  readonly table: string;
  /** Null for all. */
  readonly columns: readonly string[] | null;
  readonly where: string | null;
}

interface PublicationRow extends SnapshotRow, SharedRow {
  readonly all_tables: boolean;
  readonly publish: readonly string[];
  readonly via_root: boolean;
  readonly generated_columns: 's' | 'n';
  readonly tables: readonly PublishedTable[] | null;
  readonly schemas: readonly string[] | null;
}

const tablesSql = `(SELECT pg_catalog.json_agg(published ORDER BY published.table COLLATE "C") FROM (
      SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS table,
        (SELECT pg_catalog.json_agg(pg_catalog.quote_ident(a.attname) ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
          WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) AS columns,
        pg_catalog.pg_get_expr(r.prqual, r.prrelid) AS where
      FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE r.prpubid = p.oid) published)`;

const schemasSql = `(SELECT pg_catalog.json_agg(pg_catalog.quote_ident(n.nspname) ORDER BY n.nspname COLLATE "C")
      FROM pg_catalog.pg_publication_namespace s JOIN pg_catalog.pg_namespace n ON n.oid = s.pnnspid
      WHERE s.pnpubid = p.oid)`;

/**
 * `publish` lists the kinds of change; `tables` have `columns` (null for all) and `where` (null for all rows);
 * `generatedColumns` is there when they are published (since 18).
 */
export default defineKind<PublicationRow>({
  kind: 'publication',
  sql: (major) => `SELECT ${rowColumns('pg_publication', 'p.oid')}, p.puballtables AS all_tables,
    pg_catalog.to_json(pg_catalog.array_remove(ARRAY[CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
      CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END], NULL)) AS publish,
    p.pubviaroot AS via_root, ${major >= 18 ? 'p.pubgencols' : "'n'"} AS generated_columns,
    ${tablesSql} AS tables, ${schemasSql} AS schemas,
    ${sharedColumns({ catalog: 'pg_publication', oid: 'p.oid', owner: 'p.pubowner' })}
    FROM pg_catalog.pg_publication p`,
  facts: (row) =>
    sharedFacts(row, {
      allTables: row.all_tables ? true : undefined,
      publish: row.publish,
      viaRoot: row.via_root ? true : undefined,
      generatedColumns: row.generated_columns === 's' ? 'stored' : undefined,
      tables: row.tables as unknown as JsonValue,
      schemas: row.schemas,
    }),
});
