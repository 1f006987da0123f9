import { setTimeout as sleep } from 'node:timers/promises';
import { type StandbyWatch, startStandbyWatch } from '../../foundation/observers/standby/standby-watch.js';
import { startTraffic, type Traffic, type TrafficOptions } from '../../foundation/observers/traffic/traffic.js';
import type { StatementObserver } from '../../foundation/observers/statement-observer.js';
import type { WalReader } from '../../foundation/observers/wal-records.js';
import { assemble, type ResourceStack } from '../../foundation/runtime/resource-stack.js';
import type { Stage } from '../../foundation/stage/stage.js';
import type { ScriptOutcome } from '../../foundation/steps/script-run.js';
import type { StandbyTrace } from '../../model/trace.js';
import type { Surroundings } from './migration-trace.js';

/** When the statements of a run happened, by performance.now(), in the order of their starts. */
export interface TimedRun {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly statements: readonly TimedStatement[];
  readonly outcome: Pick<ScriptOutcome, 'kind'>;
}

export interface TimedStatement {
  readonly startedAt: number;
  readonly endedAt: number;
  /** When its locks were gone; null while they are held. */
  readonly releasedAt: number | null;
  /** Where several sessions work at a time. */
  readonly sessionNumber?: number;
}

/** What goes on around a migration while it runs: traffic, replication, and the WAL of all. */
export interface Surround extends AsyncDisposable {
  /** In words, the relations that traffic could not work on, and why. */
  trafficNotes(): readonly string[];
  /** The observer, with the standby asked after each statement. */
  watching(observer: StatementObserver): StatementObserver;
  finish(run: TimedRun): Promise<Surroundings>;
}

/** Traffic runs this long before the change, so that its latencies have something to be compared with. */
const warmUpMs = 150;
/** Requests that were stalled get this long to end after the locks are gone. */
const settleMs = 10_000;

export type TrafficPlan = Pick<TrafficOptions, 'relations' | 'requestsPerSecond'>;

export interface SurroundOptions {
  /** Null, or without relations: no traffic. */
  readonly traffic: TrafficPlan | null;
  /** Null where the WAL cannot be read. */
  readonly wal: WalReader | null;
}

export async function surround(stage: Stage, { traffic: plan, wal }: SurroundOptions): Promise<Surround> {
  return assemble(async (parts) => {
    const traffic = plan === null ? null : await openTraffic(stage, plan);
    if (traffic !== null) parts.use(traffic);
    const standby = await watchStandby(stage, parts, traffic);
    if (traffic !== null) {
      await sleep(warmUpMs);
      await wal?.skip();
    }
    const lags = new Map<number, Promise<StandbyTrace>>();
    return {
      trafficNotes: () => skippedInWords(traffic?.skipped ?? []),
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
        walRecords: (await wal?.next()) ?? [],
        invalidIndexes: run.outcome.kind === 'applied' ? [] : await invalidIndexes(stage),
      }),
      [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
    };
  });
}

async function openTraffic(stage: Stage, plan: TrafficPlan): Promise<Traffic | null> {
  if (plan.relations.length === 0) return null;
  return startTraffic({ ...plan, connect: () => stage.connect('traffic'), connectStandby: stage.connectStandby });
}

function skippedInWords(skipped: Traffic['skipped']): readonly string[] {
  const relations = new Set(skipped.map(({ relation }) => relation));
  return [...relations].map((relation) => {
    const lanes = skipped.filter((lane) => lane.relation === relation);
    return `No synthetic ${lanes.map(({ operation }) => `${operation}s`).join(', ')} of ${relation}: it ${lanes[0]?.reason}.`;
  });
}

async function whatTrafficFelt(
  traffic: Traffic | null,
  run: TimedRun,
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

/** A statement's share of the time: until the next one of its session starts, the last one until its locks are gone. */
function windowOf(run: TimedRun, index: number): { readonly from: number; readonly to: number } {
  const statement = run.statements[index];
  if (statement === undefined) return { from: run.startedAt, to: run.endedAt };
  const { startedAt, sessionNumber } = statement;
  const next = run.statements.slice(index + 1).find((other) => other.sessionNumber === sessionNumber);
  // One session of several may have left long before the run ended.
  const last = sessionNumber === undefined ? Math.max(run.endedAt, endOf(statement)) : endOf(statement);
  return { from: startedAt, to: next?.startedAt ?? last };
}

function endOf(statement: TimedStatement): number {
  return statement.releasedAt ?? statement.endedAt;
}

const invalid = `SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND c.relkind = 'i' ORDER BY 1`;

async function invalidIndexes(stage: Stage): Promise<readonly string[]> {
  const { rows } = await stage.tower.watch.query(invalid);
  return rows.map((row) => String(row['name']));
}
