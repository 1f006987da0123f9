import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, warn } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';
import { firstOf } from '../../in-words.js';
import { readRows, readShortly } from './reading/read-shortly.js';
import { findTouchedTables } from './reading/touched-tables.js';

/* An index of a partitioned table is invalid until every partition has its own: that is a state on the way. */
const invalidSql = `SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(x.relname) AS name,
    x.relkind = 'I' AS partitioned, EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p
      WHERE p.index_relid = x.oid OR p.index_relid = 0 AND p.relid = i.indrelid) AS building
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = x.relnamespace
  WHERE i.indrelid = ANY ($1::pg_catalog.oid[]) AND NOT (i.indisvalid AND i.indisready AND i.indislive) ORDER BY 1`;

type Invalid = {
  readonly name: string;
  readonly partitioned: boolean;
  readonly building: boolean;
  /** The change does something to it. */
  readonly touched: boolean;
};
type Observation = { readonly invalid: readonly Invalid[] };

const remedy =
  'DROP INDEX CONCURRENTLY the invalid index and build it anew, or REINDEX INDEX CONCURRENTLY. Names that end in _ccnew or _ccold are remains of a REINDEX: drop those.';

function decide({ invalid }: Observation, { tier }: GatePolicy): GateDecision {
  const named = (list: readonly Invalid[]): string => firstOf(list.map(({ name }) => name));
  const building = invalid.filter((one) => one.building);
  if (building.length > 0)
    return block(`Indexes are being built right now: ${named(building)}.`, 'Wait until the build has ended.');
  const left = invalid.filter(({ partitioned, touched }) => !partitioned && !touched);
  if (left.length > 0) {
    const words = `Invalid indexes serve no query and are kept up by every write: ${named(left)}.`;
    return tier <= 1 ? block(words, remedy) : warn(words, remedy);
  }
  if (invalid.length > 0) return warn(`Not valid, and not all of it the change's business: ${named(invalid)}.`, remedy);
  return pass('All indexes of the touched tables are valid.');
}

export default defineGate<Observation>({
  id: 'invalid-indexes',
  title: 'The touched tables have no invalid index',
  why: 'A failed concurrent build leaves an index that costs every write, blocks its name for the next try, and does not enforce what it promises.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
  blindSpot: 'Without pg_monitor an index that somebody else is building looks like a left-over.',
  inspect: async ({ session, change }) => {
    const tables = await readShortly(session, 'the touched tables', () => findTouchedTables(session, change.touched));
    const values = [tables.flatMap(({ oid, toastOid }) => (toastOid === null ? [oid] : [oid, toastOid]))];
    const rows = await readRows(session, 'invalid indexes', { sql: invalidSql, values });
    const touched = new Set(change.touched.map(({ relation }) => relation));
    return {
      invalid: rows.map((row) => ({
        name: String(row['name']),
        partitioned: row['partitioned'] === true,
        building: row['building'] === true,
        touched: touched.has(String(row['name'])),
      })),
    };
  },
  decide,
});
