import { numberOrNull } from '../../../../foundation/activity/row-values.js';
import type { Row } from '../../../../foundation/postgres/session.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, warn } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';
import { type ByTier, limitOf } from '../../gate-settings.js';
import { readRows, readShortly } from './reading/read-shortly.js';
import { findTouchedTables } from './reading/touched-tables.js';

const limitsSql = `SELECT pg_catalog.current_setting('autovacuum_freeze_max_age')::pg_catalog.int8 AS xid_limit,
    pg_catalog.current_setting('autovacuum_multixact_freeze_max_age')::pg_catalog.int8 AS multixact_limit`;

const databasesSql = `SELECT d.datname AS name, pg_catalog.age(d.datfrozenxid)::pg_catalog.int8 AS xid_age,
    pg_catalog.mxid_age(d.datminmxid)::pg_catalog.int8 AS multixact_age
  FROM pg_catalog.pg_database d ORDER BY d.datname`;

const tablesSql = `SELECT t.relation AS name, pg_catalog.age(c.relfrozenxid)::pg_catalog.int8 AS xid_age,
    pg_catalog.mxid_age(c.relminmxid)::pg_catalog.int8 AS multixact_age,
    (SELECT o.option_value::pg_catalog.int8 FROM pg_catalog.pg_options_to_table(c.reloptions) o
      WHERE o.option_name = 'autovacuum_freeze_max_age') AS own_limit
  FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[]), pg_catalog.unnest($2::pg_catalog.text[])) AS t(oid, relation)
    JOIN pg_catalog.pg_class c ON c.oid = t.oid WHERE c.relkind <> 'p' ORDER BY t.relation`;

/** Settings: shares of the age at which autovacuum starts a vacuum that does not give way. */
const warnShare: ByTier = [0.8, 0.8, 0.9, 0.95];
const blockShare: ByTier = [0.95, 0.95, 0.98, 1];
/** Setting `maxDatabaseAge`: an age of any database of the server, of about 2,000,000,000 possible ones. */
const maxDatabaseAge: ByTier = [1_000_000_000, 1_000_000_000, 1_200_000_000, 1_500_000_000];

type Aged = { readonly name: string; readonly xidAge: number; readonly multixactAge: number };
/** A table may have a limit of its own, below the server's. */
type AgedTable = Aged & { readonly ownXidLimit: number | null };
type Observation = {
  readonly xidLimit: number;
  readonly multixactLimit: number;
  /** The ids run out for all databases together. */
  readonly databases: readonly Aged[];
  readonly tables: readonly AgedTable[];
};

const remedy =
  'VACUUM (FREEZE) the named table before the change, and let it end. If it does not help, something old holds it back: long transactions, prepared transactions, replication slots.';

function decide({ xidLimit, multixactLimit, databases, tables }: Observation, policy: GatePolicy): GateDecision {
  const oldest = (list: readonly Aged[]): Aged | undefined =>
    list.toSorted(
      (one, other) => Math.max(other.xidAge, other.multixactAge) - Math.max(one.xidAge, one.multixactAge),
    )[0];
  const database = oldest(databases);
  const age = database === undefined ? 0 : Math.max(database.xidAge, database.multixactAge);
  if (database !== undefined && age > limitOf(policy, 'maxDatabaseAge', maxDatabaseAge)) {
    return block(
      `Database ${database.name} is ${age} transaction ids old; the server stops at about 2,000,000,000.`,
      remedy,
    );
  }
  const shareOf = ({ xidAge, multixactAge, ownXidLimit }: AgedTable): number =>
    Math.max(xidAge / Math.min(xidLimit, ownXidLimit ?? xidLimit), multixactAge / multixactLimit);
  const [worst] = tables.toSorted((one, other) => shareOf(other) - shareOf(one));
  const share = worst === undefined ? 0 : shareOf(worst);
  const words = `${worst?.name} has reached ${Math.round(share * 100)} % of the age at which autovacuum vacuums it to prevent wraparound`;
  if (share >= limitOf(policy, 'blockShare', blockShare)) {
    return block(`${words}: that vacuum does not give way to the change.`, remedy);
  }
  if (share >= limitOf(policy, 'warnShare', warnShare)) return warn(`${words}.`, remedy);
  return pass(`The oldest database is ${age} transaction ids old; no touched table is near a forced vacuum.`);
}

function toAged(row: Row): Aged {
  return { name: String(row['name']), xidAge: Number(row['xid_age']), multixactAge: Number(row['multixact_age']) };
}

export default defineGate<Observation>({
  id: 'transaction-id-age',
  title: 'Transaction ids are far from running out',
  why: 'Near autovacuum_freeze_max_age a vacuum starts that holds its lock until it ends, whoever waits; near the end of the ids the server refuses writes.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND'],
  blindSpot: null,
  settings: [
    {
      name: 'warnShare',
      meaning: 'Share of the age at which a vacuum starts that does not give way: warned from here on',
      byTier: warnShare,
    },
    { name: 'blockShare', meaning: 'The same share, from which the change waits', byTier: blockShare },
    { name: 'maxDatabaseAge', meaning: 'Age of any database of the server, in transactions', byTier: maxDatabaseAge },
  ],
  inspect: async ({ session, change }) => {
    const tables = await readShortly(session, 'the touched tables', () => findTouchedTables(session, change.touched));
    const parts = tables.flatMap(({ oid, toastOid, relation }) => [
      { oid, relation },
      ...(toastOid === null ? [] : [{ oid: toastOid, relation: `the TOAST table of ${relation}` }]),
    ]);
    const values = [parts.map(({ oid }) => oid), parts.map(({ relation }) => relation)];
    const [limits] = await readRows(session, 'settings of autovacuum', { sql: limitsSql });
    return {
      xidLimit: Number(limits?.['xid_limit']),
      multixactLimit: Number(limits?.['multixact_limit']),
      databases: (await readRows(session, 'ages of databases', { sql: databasesSql })).map(toAged),
      tables: (await readRows(session, 'ages of tables', { sql: tablesSql, values })).map((row) => ({
        ...toAged(row),
        ownXidLimit: numberOrNull(row, 'own_limit'),
      })),
    };
  },
  decide,
});
