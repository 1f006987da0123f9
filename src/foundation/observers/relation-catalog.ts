import type { RelationKind } from '../../model/locks.js';
import type { Session } from '../postgres/session.js';

/** What is known of a relation between two statements. */
export interface KnownRelation {
  readonly oid: string;
  /** `schema.name`, quoted where needed. */
  readonly name: string;
  readonly kind: RelationKind;
  /** 0 for relations without storage. */
  readonly fileNode: string;
  /** Main fork only; null when it could not be read without waiting for a lock. */
  readonly bytes: number | null;
}

/** A relation as the catalog queries of this room return it: text and numbers only, so every protocol carries it. */
export interface RelationRow {
  readonly oid: string;
  readonly name: string;
  readonly relkind: string;
  readonly in_toast: boolean;
  readonly file_node: string;
  readonly bytes: number | null;
}

const kindByLetter: Readonly<Record<string, RelationKind>> = {
  r: 'table',
  p: 'partitioned table',
  f: 'foreign table',
  v: 'view',
  m: 'matview',
  c: 'composite type',
  i: 'index',
  I: 'partitioned index',
  S: 'sequence',
  t: 'toast',
};

export function toKnownRelation(row: RelationRow): KnownRelation {
  const kind = row.in_toast ? 'toast' : (kindByLetter[row.relkind] ?? 'table');
  return { oid: row.oid, name: row.name, kind, fileNode: row.file_node, bytes: row.bytes };
}

/** OIDs below belong to initdb: catalogs and information_schema. */
export const firstUserOid = 16384;

/** The columns of a RelationRow from `pg_class c` joined with `pg_namespace n`. */
export function relationColumns(bytes: string): string {
  return `'oid', c.oid::text,
    'name', pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),
    'relkind', c.relkind::text,
    'in_toast', n.nspname = 'pg_toast',
    'file_node', c.relfilenode::text,
    'bytes', ${bytes}`;
}

/** pg_relation_size opens the relation, so it may wait behind an AccessExclusive lock: only under a lock_timeout. */
export const relationBytes = `CASE WHEN c.relkind IN ('r','m','i','S','t') THEN pg_catalog.pg_relation_size(c.oid) END`;

function allRelations(bytes: string): string {
  return `SELECT pg_catalog.json_build_object(${relationColumns(bytes)}) AS relation
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid >= ${firstUserOid}`;
}

/** Reads every committed user relation; sizes are left out when a lock is in the way. */
export async function readRelations(watch: Session): Promise<Map<string, KnownRelation>> {
  const { rows } = await watch
    .query(allRelations(relationBytes))
    .catch(() => watch.query(allRelations('NULL::bigint')));
  const relations = rows.map((row) => toKnownRelation(row['relation'] as RelationRow));
  return new Map(relations.map((relation) => [relation.oid, relation]));
}
