import { setTimeout as sleep } from 'node:timers/promises';
import type { LatencyPoint, TrafficTrace } from '../../../model/trace.js';
import type { Session } from '../../postgres/session.js';
import { Lane } from './lane.js';
import { latencyOf, summarizeRequests } from './request-log.js';
import type { TrafficRelation } from './resolve-statement.js';
import { SessionPool } from './session-pool.js';

export interface TrafficOptions {
  /** Opens a superuser session on the primary. */
  readonly connect: () => Promise<Session>;
  readonly connectStandby?: (() => Promise<Session>) | null;
  readonly relations: readonly TrafficRelation[];
  /** Per relation and operation. */
  readonly requestsPerSecond: number;
}

export interface SkippedTraffic {
  readonly relation: string;
  readonly operation: TrafficTrace['operation'];
  readonly reason: string;
}

/**
 * Synthetic requests that start when they are intended to, whatever became of those before them. All times are
 * performance.now() in milliseconds; a request's latency counts from its intended start.
 */
export interface Traffic extends AsyncDisposable {
  /**
   * Per relation and operation, the requests whose intended start lies in [from, to), and those meant shortly before that
   * failed in it; lanes without one are left out.
   * A request still open counts with the time it took so far: call `settle` first, after the transaction's end.
   */
  between(from: number, to: number): readonly TrafficTrace[];
  /** The same requests one by one, in order; `atMs` counts from `from`, at least 0. */
  latencies(from: number, to: number): readonly LatencyPoint[];
  /** Waits until nothing intended before now is open, at most `maxMs`. */
  settle(maxMs: number): Promise<void>;
  /** Reads on the standby that a recovery conflict cancelled, by intended start. */
  cancelledOnStandby(from: number, to: number): number;
  /** Views, foreign tables and the like, which take no such requests. */
  readonly skipped: readonly SkippedTraffic[];
}

/** Sessions per server. A stage allows 60 connections, and the change under rehearsal needs some too. */
const mostSessions = 24;
const widestLane = 3;

/**
 * Silent in statement statistics, never cancelled by the stage's own limits. Triggers and foreign keys stay off in
 * the writers: a no-op UPDATE must not feed audit tables (ENABLE ALWAYS triggers fire nevertheless).
 */
const prepareSession = `
  SET application_name = 'lockkeeper traffic';
  SET pg_stat_statements.track = 'none';
  SET session_replication_role = replica;
  SET statement_timeout = 0;
  SET lock_timeout = 0`;

/** Opens the sessions and starts the schedule. Throws `connection-failed` if a server takes none. */
export async function startTraffic(options: TrafficOptions): Promise<Traffic> {
  const pools: SessionPool[] = [];
  const lanes: Lane[] = [];
  const add = async (connect: () => Promise<Session>, operations: readonly TrafficTrace['operation'][]) => {
    const count = options.relations.length * operations.length;
    if (count === 0) return;
    const width = Math.max(1, Math.min(widestLane, Math.floor(mostSessions / count)));
    const pool = await SessionPool.start(() => open(connect), Math.min(mostSessions, width * count));
    pools.push(pool);
    const intervalMs = 1000 / options.requestsPerSecond;
    for (const relation of options.relations) {
      for (const operation of operations) {
        // Lanes start out of step, so that their requests do not come in bursts.
        const firstAt = performance.now() + intervalMs * ((lanes.length * 0.618) % 1);
        lanes.push(new Lane({ relation, operation, pool, width, intervalMs, firstAt }));
      }
    }
  };
  try {
    await add(options.connect, ['read', 'write']);
    if (options.connectStandby != null) await add(options.connectStandby, ['standby read']);
    for (const lane of lanes) await lane.prepare();
  } catch (error) {
    await Promise.all(pools.map((pool) => pool[Symbol.asyncDispose]()));
    throw error;
  }
  return traffic(lanes, pools, runSchedule(lanes));
}

async function open(connect: () => Promise<Session>): Promise<Session> {
  const session = await connect();
  await session.query(prepareSession);
  return session;
}

/** One timer for all lanes, set for the earliest request. Returns what stops it. */
function runSchedule(lanes: readonly Lane[]): () => void {
  let timer: NodeJS.Timeout | undefined;
  const tick = () => {
    const now = performance.now();
    for (const lane of lanes) lane.intendDue(now);
    const next = Math.min(...lanes.map((lane) => lane.nextAt), now + 100);
    timer = setTimeout(tick, Math.max(1, next - performance.now()));
  };
  tick();
  return () => clearTimeout(timer);
}

function traffic(lanes: readonly Lane[], pools: readonly SessionPool[], stop: () => void): Traffic {
  return {
    between: (from, to) =>
      lanes.flatMap((lane) => {
        const { cancelled: _, ...summary } = summarizeRequests(lane.log.between(from, to), performance.now());
        return summary.requests === 0 ? [] : [{ relation: lane.relation, operation: lane.operation, ...summary }];
      }),
    latencies: (from, to) => latencyPoints(lanes, from, to),
    settle: async (maxMs) => {
      const asked = performance.now();
      const isOpen = () => lanes.some((lane) => lane.log.hasOpenBefore(asked));
      while (isOpen() && performance.now() - asked < maxMs) await sleep(5);
    },
    cancelledOnStandby: (from, to) =>
      lanes.reduce((sum, lane) => sum + summarizeRequests(lane.log.between(from, to), to).cancelled, 0),
    get skipped() {
      return lanes.flatMap(({ relation, operation, unsuitable }) =>
        unsuitable === null ? [] : [{ relation, operation, reason: unsuitable }],
      );
    },
    [Symbol.asyncDispose]: async () => {
      stop();
      for (const lane of lanes) lane.stop();
      await Promise.all(pools.map((pool) => pool[Symbol.asyncDispose]()));
    },
  };
}

function latencyPoints(lanes: readonly Lane[], from: number, to: number): readonly LatencyPoint[] {
  const now = performance.now();
  return lanes
    .flatMap((lane) =>
      lane.log.between(from, to).map((request) => ({
        atMs: Math.max(0, request.intendedAt - from),
        latencyMs: latencyOf(request, now),
        operation: lane.operation,
      })),
    )
    .sort((a, b) => a.atMs - b.atMs);
}
