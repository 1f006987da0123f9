import type { GateDecision } from '../../../../model/preflight.js';
import { defineGate, pass, warn } from '../../gate.js';
import { firstOf } from '../../in-words.js';
import { readRows, readShortly } from './reading/read-shortly.js';
import { findTouchedTables } from './reading/touched-tables.js';

/* `conenforced` exists since 18. */
const unvalidatedSql = `SELECT t.relation, pg_catalog.quote_ident(k.conname) AS name,
    pg_catalog.to_jsonb(k) ->> 'conenforced' IS NOT DISTINCT FROM 'false' AS not_enforced
  FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[]), pg_catalog.unnest($2::pg_catalog.text[])) AS t(oid, relation)
    JOIN pg_catalog.pg_constraint k ON t.oid IN (k.conrelid, k.confrelid)
  WHERE k.contype IN ('c', 'f', 'n') AND NOT k.convalidated AND k.conparentid = 0 ORDER BY 1, 2`;

type Unvalidated = { readonly relation: string; readonly name: string; readonly notEnforced: boolean };
type Observation = { readonly constraints: readonly Unvalidated[] };

const remedy =
  'ALTER TABLE … VALIDATE CONSTRAINT …, after repairing the rows that it forbids. Rows that break it fail with the next UPDATE, a rewrite of the table included.';

function decide({ constraints }: Observation): GateDecision {
  if (constraints.length === 0) return pass('All constraints of the touched tables hold for all rows.');
  const words = constraints.map(
    ({ relation, name, notEnforced }) => `${name} of ${relation}${notEnforced ? ' (not enforced)' : ''}`,
  );
  return warn(`Nobody knows whether all rows satisfy ${firstOf([...new Set(words)])}.`, remedy);
}

export default defineGate<Observation>({
  id: 'unvalidated-constraints',
  title: 'Constraints of the touched tables were validated',
  why: 'Rows from before a NOT VALID constraint may break it; a backfill then fails on them, though the rehearsal went well.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-VALIDATE-CONSTRAINT'],
  blindSpot: null,
  inspect: async ({ session, change }) => {
    const tables = await readShortly(session, 'the touched tables', () => findTouchedTables(session, change.touched));
    const values = [tables.map(({ oid }) => oid), tables.map(({ relation }) => relation)];
    const rows = await readRows(session, 'constraints', { sql: unvalidatedSql, values });
    return {
      constraints: rows.map((row) => ({
        relation: String(row['relation']),
        name: String(row['name']),
        notEnforced: row['not_enforced'] === true,
      })),
    };
  },
  decide,
});
