import { kindByRelkind, type RelationKind } from '../../model/locks.js';
import type { Row, Session } from '../postgres/session.js';

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

const otherDescriptions: Readonly<Record<string, RelationKind>> = {
  'foreign table': 'foreign table',
  view: 'view',
  'materialized view': 'matview',
  'composite type': 'composite type',
  sequence: 'sequence',
  'toast table': 'toast',
};

/** The kind of what pg_identify_object describes: it calls a partitioned table a table, but that has no storage. */
export function kindByDescription(
  description: string,
  { inToast, hasStorage }: { readonly inToast: boolean; readonly hasStorage: boolean },
): RelationKind {
  if (inToast) return 'toast';
  if (description === 'index') return hasStorage ? 'index' : 'partitioned index';
  return otherDescriptions[description] ?? (hasStorage ? 'table' : 'partitioned table');
}

/** OIDs below belong to initdb: catalogs and information_schema. */
export const firstUserOid = 16384;

/** pg_relation_size opens the relation, so it may wait behind an AccessExclusive lock: only under a lock_timeout. */
const relationBytes = `CASE WHEN c.relkind IN ('r','m','i','S','t') THEN pg_catalog.pg_relation_size(c.oid) END`;

function allRelations(bytes: string): string {
  return `SELECT c.oid::text AS oid, c.relkind::text AS relkind, n.nspname = 'pg_toast' AS in_toast,
      CASE WHEN n.nspname LIKE 'pg\\_temp\\_%' THEN 'pg_temp' ELSE pg_catalog.quote_ident(n.nspname) END
        || '.' || pg_catalog.quote_ident(c.relname) AS name,
      c.relfilenode::text AS file_node, (${bytes})::text AS bytes
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid >= ${firstUserOid}`;
}

/** Reads every committed user relation; sizes are left out when a lock is in the way. */
export async function readRelations(watch: Session): Promise<Map<string, KnownRelation>> {
  const { rows } = await watch
    .query(allRelations(relationBytes))
    .catch(() => watch.query(allRelations('NULL::bigint')));
  return new Map(rows.map(toKnownRelation).map((relation) => [relation.oid, relation]));
}

function toKnownRelation(row: Row): KnownRelation {
  return {
    oid: String(row['oid']),
    name: String(row['name']),
    kind: row['in_toast'] === true ? 'toast' : (kindByRelkind[String(row['relkind'])] ?? 'table'),
    fileNode: String(row['file_node']),
    bytes: row['bytes'] === null ? null : Number(row['bytes']),
  };
}
