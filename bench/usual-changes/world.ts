import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { startClusterWithStandby } from '../../src/foundation/postgres/server/standby.js';
import { connect, type Session } from '../../src/foundation/postgres/session.js';
import type { ConnectionTarget } from '../../src/foundation/postgres/connection-target.js';
import type { EmbeddedMajor } from '../../src/foundation/postgres/server/embedded-versions.js';
import { rowsSql, tables } from './changes.js';
import { sampleLockWaits } from './lock-waits.js';
import type { Felt, TrafficOrder } from './traffic.js';

export interface WorldOptions {
  readonly major: EmbeddedMajor;
  readonly rows: number;
  /** How long the reports run that began just before the change. */
  readonly reportSeconds: number;
  /** Between the beginnings of two transactions of one client. */
  readonly everyMs: number;
  /** Program of the clients. */
  readonly traffic: string;
}

/** A primary and a standby that streams from it. */
export interface World extends AsyncDisposable {
  readonly primary: ConnectionTarget;
  readonly replica: ConnectionTarget;
  readonly admin: Session;
  readonly options: WorldOptions;
}

const settings = {
  fsync: 'off',
  hot_standby_feedback: 'on',
  autovacuum_naptime: '1s',
  // Its own passes are long enough to be met, and short enough to be waited for.
  autovacuum_vacuum_cost_delay: '20ms',
  autovacuum_vacuum_cost_limit: '1000',
  autovacuum_vacuum_scale_factor: '0',
};

export async function openWorld(options: WorldOptions): Promise<World> {
  const servers = await startClusterWithStandby({ major: options.major, serverBin: null, settings });
  const primary = servers.primary.connection();
  const admin = await connect(primary, { applicationName: 'admin' });
  return {
    primary,
    replica: servers.standby.connection(),
    admin,
    options,
    [Symbol.asyncDispose]: async () => {
      await admin[Symbol.asyncDispose]();
      await servers[Symbol.asyncDispose]();
    },
  };
}

/** What was seen of clients and reports while something ran. */
export interface Impact<Result> {
  readonly result: Result;
  readonly seconds: number;
  readonly felt: Felt;
  /** Milliseconds that clients waited for locks. */
  readonly waits: { readonly primary: readonly number[]; readonly replica: readonly number[] };
  /** What ended a report before its end; null where both went through. */
  readonly brokenReport: string | null;
}

const writers = 6;
const readers = 4;
/** For the server's own word on who waits, and for clients to come to rest. */
const settleMs = 700;

/** By how many seconds the report on the replica outlasts the other. */
export function longerOnReplica(reportSeconds: number): number {
  return Math.min(reportSeconds / 2, 60);
}

/** Runs something with clients on both servers, a report on each, and an autovacuum. */
export async function underTraffic<Result>(world: World, run: () => Promise<Result>): Promise<Impact<Result>> {
  await prepare(world);
  const { primary, replica, options } = world;
  const { rows, reportSeconds, everyMs, traffic } = options;
  const order: TrafficOrder = { primary, replica, writers, readers, everyMs, rows };
  const clients = fork(traffic);
  clients.send(order);
  await once(clients, 'message');
  await autovacuumAtWork(world.admin);
  await using onPrimary = await connect(primary, { applicationName: 'look' });
  await using onReplica = await connect(replica, { applicationName: 'look' });
  // The one on the replica is still there when the way on the primary is free.
  const reports = [report(primary, reportSeconds), report(replica, reportSeconds + longerOnReplica(reportSeconds))];
  await Promise.all(reports.map(({ begun }) => begun));
  const waits = { primary: sampleLockWaits(onPrimary), replica: sampleLockWaits(onReplica) };
  clients.send('begin');
  const start = performance.now();
  const result = await run();
  const seconds = (performance.now() - start) / 1000;
  await pause(settleMs);
  const felt = await endTraffic(clients);
  const seen = { primary: await waits.primary.stop(), replica: await waits.replica.stop() };
  const broken = (await Promise.all(reports.map(({ stop }) => stop()))).find((word) => word !== null);
  return { result, seconds, felt, waits: seen, brokenReport: broken ?? null };
}

async function prepare({ admin, options, replica }: World): Promise<void> {
  await admin.query(`DROP SCHEMA IF EXISTS lockkeeper CASCADE; DROP TABLE IF EXISTS schema_migrations`);
  await admin.query(tables);
  await admin.query(rowsSql(options.rows));
  const [row] = (await admin.query('SELECT pg_catalog.pg_current_wal_flush_lsn()::text AS lsn')).rows;
  await using session = await connect(replica, { applicationName: 'admin' });
  const caughtUp = `SELECT pg_catalog.pg_last_wal_replay_lsn() >= $1::pg_lsn AS done`;
  while ((await session.query(caughtUp, [row?.['lsn']])).rows[0]?.['done'] !== true) await pause(50);
}

const vacuums = `SELECT FROM pg_catalog.pg_stat_activity WHERE backend_type = 'autovacuum worker' AND query LIKE '%account%'`;
const longestVacuumWaitMs = 6_000;

async function autovacuumAtWork(admin: Session): Promise<void> {
  const start = performance.now();
  while (performance.now() - start < longestVacuumWaitMs && (await admin.query(vacuums)).rows.length === 0) {
    await pause(20);
  }
}

interface Report {
  readonly begun: Promise<void>;
  /** Ends it; what had ended it before, if anything had. */
  readonly stop: () => Promise<string | null>;
}

function report(target: ConnectionTarget, seconds: number): Report {
  let stopped = false;
  const opened = (async () => {
    const session = await connect(target, { applicationName: 'report' });
    await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM account');
    return session;
  })();
  const ended = opened.then((session) =>
    session.query(`SELECT pg_catalog.pg_sleep(${seconds}); COMMIT`).then(
      () => null,
      (cause: unknown) => (stopped ? null : cause instanceof Error ? cause.message : String(cause)),
    ),
  );
  return {
    begun: opened.then(() => undefined),
    stop: async () => {
      const session = await opened;
      await pause(0);
      stopped = true;
      session.cut();
      return ended;
    },
  };
}

async function endTraffic(clients: ChildProcess): Promise<Felt> {
  const felt = new Promise<Felt>((resolve) => {
    clients.once('message', (message: Felt) => {
      resolve(message);
    });
  });
  clients.send('end');
  const told = await felt;
  if (clients.exitCode === null) await once(clients, 'exit');
  return told;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
