import { keepSchema } from '../../../foundation/catalog/snapshot/scope.js';
import type { Session } from '../../../foundation/postgres/session.js';
import { quoteLiteral } from '../../../foundation/sql/quote-identifier.js';
import type { IncomingKey, KeptEntry } from '../../../model/keep-report.js';
import { personalColumns } from './personal-columns.js';

/** A table of kept data with what tells it from one of the same name that comes later. */
export interface KeptPlace {
  readonly entry: KeptEntry;
  /** Null where the table is gone. */
  readonly oid: string | null;
  /** As the list writes it; null where the list does not have it. */
  readonly place: string | null;
}

const utc = (column: string) =>
  `CASE WHEN pg_catalog.isfinite(${column}) THEN pg_catalog.to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') END`;

const hasList = `SELECT pg_catalog.to_regclass('${keepSchema}.kept') IS NOT NULL AS there`;

const listed = `
  SELECT (pg_catalog.parse_ident(k.place))[2] AS id, k.place, k.change, k.relation, k.rows::text AS rows, k.bytes::text AS bytes,
    ${utc('k.kept_at')} AS kept_at, ${utc('k.expires_at')} AS expires_at, ${utc('k.restored_at')} AS restored_at,
    k.expires_at <= pg_catalog.now() AS expired
  FROM ${keepSchema}.kept k`;

/*
 * Sizes by the catalog's own pages: the functions that measure files open the relation, and would wait behind whoever has
 * locked it. A key that 18 does not enforce holds nothing back; older servers do not have such keys, nor the column.
 */
const tables = `
  SELECT c.oid::text AS oid, c.relname::text AS id, c.reltuples::float8 AS rows,
    ((c.relpages::int8 + coalesce(t.relpages, 0) + coalesce((SELECT pg_catalog.sum(x.relpages) FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indrelid IN (c.oid, c.reltoastrelid)), 0))
      * pg_catalog.current_setting('block_size')::int8)::text AS bytes,
    ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS columns,
    ARRAY(SELECT p.pubname::text FROM pg_catalog.pg_publication p
      WHERE c.relpersistence = 'p' AND (p.puballtables
        OR EXISTS (SELECT FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid AND r.prrelid = c.oid)
        OR EXISTS (SELECT FROM pg_catalog.pg_publication_namespace s WHERE s.pnpubid = p.oid AND s.pnnspid = c.relnamespace))
      ORDER BY 1) AS publications,
    coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object('relation',
        pg_catalog.quote_ident(fn.nspname) || '.' || pg_catalog.quote_ident(f.relname), 'constraint', k.conname) ORDER BY k.oid)
      FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class f ON f.oid = k.conrelid
        JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
      WHERE k.contype = 'f' AND k.confrelid = c.oid AND k.conrelid <> c.oid AND k.conparentid = 0
        AND pg_catalog.to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false'), '[]') AS referenced_by
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
  WHERE n.nspname = ${quoteLiteral(keepSchema)} AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'kept'`;

interface ListedRow {
  readonly id: string;
  readonly place: string;
  readonly change: string;
  readonly relation: string;
  readonly rows: string;
  readonly bytes: string;
  readonly kept_at: string | null;
  readonly expires_at: string | null;
  readonly restored_at: string | null;
  readonly expired: boolean;
}

interface TableRow {
  readonly oid: string;
  readonly id: string;
  /** Below 0 where the server never counted. */
  readonly rows: number;
  readonly bytes: string;
  readonly columns: readonly string[];
  readonly publications: readonly string[];
  readonly referenced_by: readonly IncomingKey[];
}

/** All that is kept in a database, the first to expire first. No relation but the list of kept data is opened. */
export async function listKept(session: Session): Promise<readonly KeptPlace[]> {
  const there = (await session.query(hasList)).rows[0]?.['there'] === true;
  const rows = there ? ((await session.query(listed)).rows as unknown as readonly ListedRow[]) : [];
  const found = (await session.query(tables)).rows as unknown as readonly TableRow[];
  const byId = new Map(found.map((table) => [table.id, table]));
  const names = new Set(rows.map(({ id }) => id));
  const places = [
    ...rows.map((row) => toPlace(row, byId.get(row.id) ?? null)),
    ...found.filter(({ id }) => !names.has(id)).map((table) => toPlace(null, table)),
  ];
  const order = ({ entry: { expiresAt, id } }: KeptPlace) => `${expiresAt ?? '~'} ${id}`;
  return places.toSorted((left, right) => (order(left) < order(right) ? -1 : 1));
}

function toPlace(row: ListedRow | null, table: TableRow | null): KeptPlace {
  const pages = table === null ? null : Number(table.bytes);
  const entry: KeptEntry = {
    id: row?.id ?? table?.id ?? '',
    state: row === null ? 'unlisted' : table === null ? 'missing' : 'kept',
    change: row?.change ?? null,
    relation: row?.relation ?? null,
    rows: row === null ? countOf(table) : Number(row.rows),
    bytes: row === null ? pages : Math.max(Number(row.bytes), pages ?? 0),
    keptAt: row?.kept_at ?? null,
    expiresAt: row?.expires_at ?? null,
    restoredAt: row?.restored_at ?? null,
    expired: row?.expired === true,
    personalData: personalColumns(table?.columns ?? []),
    publications: table?.publications ?? [],
    referencedBy: table?.referenced_by ?? [],
  };
  return { entry, oid: table?.oid ?? null, place: row?.place ?? null };
}

function countOf(table: TableRow | null): number | null {
  return table === null || table.rows < 0 ? null : table.rows;
}
