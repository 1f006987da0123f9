import { firstUserOid, kindByDescription } from '../../../foundation/observers/relation-catalog.js';
import type { Row, Session } from '../../../foundation/postgres/session.js';
import { ledgerSchema } from '../../../model/ledger.js';
import type { RelationKind } from '../../../model/locks.js';

export interface NamedRelation {
  /** `schema.name`, each part as quote_ident writes it. */
  readonly name: string;
  readonly kind: RelationKind;
}

/** Columns that `toNamedRelation` reads, of `pg_identify_object(1259, oid, 0) i`; null where there is no such relation. */
export function namingColumns(oid: string): string {
  return `i.type, i.schema, i.identity, pg_catalog.pg_relation_filenode(${oid}) IS NOT NULL AS stored`;
}

export const identifyCall = (oid: string): string => `pg_catalog.pg_identify_object(1259, ${oid}, 0) i`;

/** Null where the relation is not there, not for everyone, or nobody's concern: the ledger's own, and toast tables. */
export function toNamedRelation({ type, schema, identity, stored }: Row): NamedRelation | null {
  if (typeof identity !== 'string' || schema === ledgerSchema) return null;
  if (/^pg_toast(_temp_\d+)?$/.test(String(schema))) return null;
  const kind = kindByDescription(String(type), { inToast: false, hasStorage: stored === true });
  // From outside, temporary relations carry the number of their session.
  return { name: identity.replace(/^pg_temp_\d+\./, 'pg_temp.'), kind };
}

/** Names are worth no wait: somebody may have locked the catalogs. */
const patience = `SET LOCAL lock_timeout = '100ms'; SET LOCAL statement_timeout = '500ms'`;

/**
 * Relations as a session sees them that is not the one which works: what that one has made is not there yet, what it has
 * dropped still is, and what it has renamed has its old name. One round trip. Opens no relation but the catalogs.
 */
export async function readCommittedRelations(
  watch: Session,
  oids: readonly number[],
): Promise<ReadonlyMap<number, NamedRelation>> {
  const wanted = oids.filter((oid) => Number.isSafeInteger(oid) && oid >= firstUserOid);
  if (wanted.length === 0) return new Map();
  // One message, for then it is one transaction, and its limits end with it.
  const { rows } = await watch.query(`${patience}; SELECT w.oid::pg_catalog.int8 AS oid, ${namingColumns('w.oid')}
    FROM pg_catalog.unnest('{${wanted.join(',')}}'::pg_catalog.oid[]) w(oid), ${identifyCall('w.oid')}`);
  return new Map(
    rows.flatMap((row) => {
      const named = toNamedRelation(row);
      return named === null ? [] : [[Number(row['oid']), named] as const];
    }),
  );
}
