import { setTimeout as sleep } from 'node:timers/promises';
import { type StandbyWatch, startStandbyWatch } from '../../foundation/observers/standby/standby-watch.js';
import { startTraffic, type Traffic } from '../../foundation/observers/traffic/traffic.js';
import type { StatementObserver } from '../../foundation/observers/statement-observer.js';
import { flushedWal, walRecordsBetween } from '../../foundation/observers/wal-records.js';
import { assemble, type ResourceStack } from '../../foundation/runtime/resource-stack.js';
import type { Stage } from '../../foundation/stage/stage.js';
import type { ScriptRun, StatementRun } from '../../foundation/steps/script-run.js';
import type { Migration } from '../../model/migration.js';
import type { StandbyTrace } from '../../model/trace.js';
import type { Surroundings } from './migration-trace.js';
import { touchedRelations } from './touched-relations.js';

/** What goes on around a migration while it runs: traffic, replication, and the WAL of all. */
export interface Surround extends AsyncDisposable {
  /** The observer, with the standby asked after each statement. */
  watching(observer: StatementObserver): StatementObserver;
  finish(run: ScriptRun): Promise<Surroundings>;
}

/** Traffic runs this long before the change, so that its latencies have something to be compared with. */
const warmUpMs = 150;
/** Requests that were stalled get this long to end after the locks are gone. */
const settleMs = 10_000;

export async function surround(stage: Stage, migration: Migration, trafficPerSecond: number | null): Promise<Surround> {
  return assemble(async (parts) => {
    const traffic = trafficPerSecond === null ? null : await openTraffic(stage, migration, trafficPerSecond);
    if (traffic !== null) parts.use(traffic);
    const standby = await watchStandby(stage, parts, traffic);
    if (traffic !== null) await sleep(warmUpMs);
    const from = stage.maintenance === null ? null : await flushedWal(stage.maintenance);
    const lags = new Map<number, Promise<StandbyTrace>>();
    return {
      watching: (observer) => ({
        ...observer,
        after: async (statement, outcome) => {
          // Not awaited here: waiting for the standby would prolong the locks that are being measured.
          if (standby !== null) lags.set(outcome.startedAt, standby.measure(outcome.startedAt, outcome.endedAt));
          return observer.after(statement, outcome);
        },
      }),
      finish: async (run) => ({
        ...(await whatTrafficFelt(traffic, run)),
        standby: await Promise.all(run.statements.map(async ({ startedAt }) => (await lags.get(startedAt)) ?? null)),
        walRecords: from === null ? [] : await recordsSince(stage, from),
        invalidIndexes: run.outcome.kind === 'applied' ? [] : await invalidIndexes(stage),
      }),
      [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
    };
  });
}

/** Null when the migration touches no table that exists. */
async function openTraffic(stage: Stage, migration: Migration, requestsPerSecond: number): Promise<Traffic | null> {
  const relations = await touchedRelations(stage.tower.watch, migration);
  if (relations.length === 0) return null;
  const { connectStandby } = stage;
  return startTraffic({ connect: () => stage.connect('traffic'), connectStandby, relations, requestsPerSecond });
}

async function whatTrafficFelt(
  traffic: Traffic | null,
  run: ScriptRun,
): Promise<Pick<Surroundings, 'traffic' | 'latencies'>> {
  if (traffic === null) return { traffic: [], latencies: [] };
  await traffic.settle(settleMs);
  const end = Math.max(run.endedAt, ...run.statements.map(endOf));
  return {
    traffic: run.statements.map((_, index) => {
      const { from, to } = windowOf(run, index);
      return traffic.between(from, to);
    }),
    latencies: traffic.latencies(run.startedAt, end),
  };
}

async function watchStandby(stage: Stage, parts: ResourceStack, traffic: Traffic | null): Promise<StandbyWatch | null> {
  if (stage.connectStandby === null) return null;
  const primary = parts.use(await stage.connect('standby watch'));
  const standby = parts.use(await stage.connectStandby());
  const cancelledOnStandby = (from: number, to: number): number => traffic?.cancelledOnStandby(from, to) ?? 0;
  return parts.use(await startStandbyWatch({ primary, standby, cancelledOnStandby }));
}

/** A statement's share of the time: until the next one starts, the last one until its locks are gone. */
function windowOf(run: ScriptRun, index: number): { readonly from: number; readonly to: number } {
  const statement = run.statements[index];
  const next = run.statements[index + 1];
  const from = statement?.startedAt ?? run.startedAt;
  return {
    from,
    to: next?.startedAt ?? (statement === undefined ? run.endedAt : Math.max(run.endedAt, endOf(statement))),
  };
}

function endOf(statement: StatementRun): number {
  return statement.releasedAt ?? statement.endedAt;
}

async function recordsSince(stage: Stage, from: string): Promise<Surroundings['walRecords']> {
  if (stage.maintenance === null) return [];
  return walRecordsBetween(stage.maintenance, { from, to: await flushedWal(stage.maintenance) });
}

const invalid = `SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND c.relkind = 'i' ORDER BY 1`;

async function invalidIndexes(stage: Stage): Promise<readonly string[]> {
  const { rows } = await stage.tower.watch.query(invalid);
  return rows.map((row) => String(row['name']));
}
