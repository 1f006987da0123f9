import { fingerprintOf } from '../../../../src/foundation/catalog/snapshot/fingerprint.js';
import { readSnapshot } from '../../../../src/foundation/catalog/snapshot/read-snapshot.js';
import { checksumTables } from '../../../../src/foundation/integrity/checksum-tables.js';
import { readEntries } from '../../../../src/foundation/ledger/entries.js';
import type { Session } from '../../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../../src/foundation/runtime/clock.js';
import type { ApplyPlan } from '../../../../src/model/apply-plan.js';

/** Schema and data of a database in two words; where sequences stand does not count. */
export async function readState(session: Session): Promise<string> {
  const { position: _, ...facets } = fingerprintOf(await readSnapshot(session, { dependencies: false })).facets;
  const tables = (await checksumTables(session)).filter(({ relation }) => !relation.startsWith('lockkeeper.'));
  const rows = tables.map(({ relation, rows: count, checksum }) => `${relation} ${count} ${checksum}`);
  return JSON.stringify({ facets, rows });
}

const leftovers: Readonly<Record<string, string>> = {
  'invalid index': `SELECT indexrelid::regclass::text FROM pg_index WHERE NOT (indisvalid AND indisready AND indislive)`,
  'copy of an index': `SELECT relname FROM pg_class WHERE relname ~ '_cc(new|old)'`,
  'pending detachment': 'SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhdetachpending',
  'temporary object': `SELECT relname FROM pg_class WHERE relpersistence = 't'`,
  'prepared transaction': 'SELECT gid FROM pg_prepared_xacts WHERE database = current_database()',
  lock: `SELECT locktype || ' ' || mode FROM pg_locks WHERE pid <> pg_backend_pid()
    AND (database = (SELECT oid FROM pg_database WHERE datname = current_database()) )
    AND pid NOT IN (SELECT pid FROM pg_stat_activity WHERE backend_type <> 'client backend')`,
  session: `SELECT application_name || ' ' || coalesce(state, '') FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND application_name LIKE 'lockkeeper%'`,
};

const longestWaitMs = 4_000;
/** Of whom the network no longer tells, the server itself gets rid, a little later than the lease allows. */
const longestSilenceMs = 25_000;

/** A session that holds nothing, and of which the server was never told that its client is gone. */
const harmless = /^session: lockkeeper (?:watch|ledger|lease|apply(?: \w+)?) idle$/;

/**
 * What should not be there any more, after some time for sessions to end. Where the network was silent, those that nobody
 * could register any more are left to the server's own timeout.
 */
export async function findLeftovers(session: Session, silent: boolean): Promise<readonly string[]> {
  const endsAt = performance.now() + (silent ? longestSilenceMs : longestWaitMs);
  for (;;) {
    const found = await readLeftovers(session);
    const harm = silent ? found.filter((line) => !harmless.test(line)) : found;
    if (harm.length === 0 || performance.now() > endsAt) return harm;
    await systemClock.sleep(50);
  }
}

/** What there is now of a change that is not complete. */
export async function readLeftovers(session: Session): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [what, sql] of Object.entries(leftovers)) {
    for (const row of (await session.query(sql)).rows) found.push(`${what}: ${String(Object.values(row)[0])}`);
  }
  return found;
}

/** What the ledger and the tool's table do not tell as it was. */
export async function findLedgerFaults(session: Session, plan: ApplyPlan): Promise<readonly string[]> {
  const entries = await readEntries(session);
  const count = (kind: string, stepId: string | null): number =>
    entries.filter((entry) => entry.kind === kind && entry.stepId === stepId).length;
  const faults = plan.steps.flatMap(({ id }) =>
    count('applied', id) === 1 ? [] : [`${id} is written down ${count('applied', id)} times`],
  );
  if (count('migration-applied', null) !== 1) faults.push('the migration is not written down once');
  const last = entries.findLast(({ kind }) => kind === 'run-started' || kind === 'run-ended');
  if (last?.kind !== 'run-ended') faults.push('the last run did not end');
  return faults;
}
