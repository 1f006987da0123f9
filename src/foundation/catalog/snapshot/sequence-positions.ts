import type { JsonValue } from '../../../model/json.js';
import type { Session } from '../../postgres/session.js';

const sequencesPerQuery = 1_000;

/** Identities of the sequences that the session may read; it needs `rels` of the scope. */
export const readableSequencesSql = `SELECT pg_catalog.json_agg(r.identity) AS identities
  FROM rels r JOIN pg_catalog.pg_class c ON c.oid = r.oid
  WHERE r.wanted AND CASE WHEN r.relkind = 'S' THEN pg_catalog.has_sequence_privilege(r.oid, 'SELECT')
    AND pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE') END`;

export type SequencePositions = ReadonlyMap<string, Readonly<Record<string, JsonValue>>>;

/**
 * Where sequences stand, by identity: `lastValue` (as text, it passes 2^53) and `isCalled`. A plain read under ACCESS SHARE,
 * which no nextval() waits for; pg_sequence_last_value() would take a stronger lock to the end of the transaction, and not
 * tell setval(…, false) from a fresh sequence.
 */
export async function readPositions(session: Session, identities: readonly string[]): Promise<SequencePositions> {
  const positions = new Map<string, Readonly<Record<string, JsonValue>>>();
  for (let start = 0; start < identities.length; start += sequencesPerQuery) {
    const chunk = identities.slice(start, start + sequencesPerQuery);
    const pairs = chunk.map(
      (identity) => `(SELECT pg_catalog.json_build_object('lastValue', s.last_value::pg_catalog.text,
        'isCalled', s.is_called) FROM ${identity} s)`,
    );
    const { rows } = await session.query(`SELECT pg_catalog.to_json(ARRAY[${pairs.join(', ')}]) AS positions`);
    const values = rows[0]?.['positions'] as readonly Readonly<Record<string, JsonValue>>[];
    for (const [at, identity] of chunk.entries()) positions.set(identity, values[at] ?? {});
  }
  return positions;
}
