import type { Row, Session } from '../../../foundation/postgres/session.js';
import type { StepProbe } from '../../../model/apply-plan.js';
import type { JsonValue } from '../../../model/json.js';

/**
 * What there was of a step's indexes before its first attempt: what is there afterwards and was there before is somebody
 * else's. OIDs; they are never used again for another index while one run lasts.
 */
export interface EarlierIndexes {
  readonly oids: readonly number[];
}

export interface FoundIndex {
  readonly oid: number;
  /** `schema.name`, quoted. */
  readonly name: string;
  readonly valid: boolean;
  /** Somebody holds the lock on its table that a concurrent build or drop holds: it may be in the making. */
  readonly busy: boolean;
}

const columns = `c.oid::pg_catalog.int8 AS oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name,
    i.indisvalid AND i.indisready AND i.indislive AS valid,
    EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.relation = i.indrelid AND l.granted
      AND l.mode = 'ShareUpdateExclusiveLock' AND l.pid <> pg_catalog.pg_backend_pid()
      AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())) AS busy
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

const namedSql = `SELECT ${columns} WHERE c.relkind = 'i' AND i.indrelid = pg_catalog.to_regclass($1) AND c.relname = $2`;
/** The names that the server gives to copies while it rebuilds; a broken rebuild leaves them, invalid. */
const copiesSql = `SELECT ${columns} WHERE c.relkind = 'i' AND NOT i.indisvalid AND c.relname ~ '_cc(new|old)\\d*$' ORDER BY c.oid`;

/** An index by its table and its own name, whatever the search path says; null when there is none. */
export async function findNamedIndex(
  session: Session,
  { table, name }: { readonly table: string; readonly name: string },
): Promise<FoundIndex | null> {
  const [row] = (await session.query(namedSql, [table, name])).rows;
  return row === undefined ? null : toFoundIndex(row);
}

/** Invalid copies of indexes that a broken rebuild left, or one makes just now. */
export async function findCopies(session: Session): Promise<readonly FoundIndex[]> {
  return (await session.query(copiesSql)).rows.map(toFoundIndex);
}

function toFoundIndex(row: Row): FoundIndex {
  const { oid, name, valid, busy } = row;
  return { oid: Number(oid), name: String(name), valid: valid === true, busy: busy === true };
}

/** Null for steps that make no index outside of a transaction. */
export async function readEarlierIndexes(session: Session, probe: StepProbe): Promise<EarlierIndexes | null> {
  if (probe.kind === 'indexes rebuilt') return { oids: (await findCopies(session)).map(({ oid }) => oid) };
  if (probe.kind !== 'index built') return null;
  const found = await findNamedIndex(session, probe);
  return { oids: found === null ? [] : [found.oid] };
}

/** As an intent in the ledger keeps it. */
export function toEarlierIndexes(body: JsonValue | undefined): EarlierIndexes {
  const kept = typeof body === 'object' && body !== null && 'earlier' in body ? body.earlier : null;
  return (kept as unknown as EarlierIndexes | null) ?? { oids: [] };
}
