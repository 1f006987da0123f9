import { connect, type Session } from '../../src/foundation/postgres/session.js';
import type { ConnectionTarget } from '../../src/foundation/postgres/connection-target.js';

/** What a program of clients is told first. */
export interface TrafficOrder {
  readonly primary: ConnectionTarget;
  readonly replica: ConnectionTarget;
  readonly writers: number;
  readonly readers: number;
  /** One transaction of a client begins this long after the one before should have begun. */
  readonly everyMs: number;
  readonly rows: number;
}

/** What its clients felt between `begin` and `end`. */
export interface Felt {
  readonly primary: readonly number[];
  readonly replica: readonly number[];
  /** How often, by SQLSTATE. */
  readonly errors: Readonly<Record<string, number>>;
}

interface Client {
  readonly session: Session;
  readonly side: 'primary' | 'replica';
  readonly send: () => Promise<void>;
  /** When what it waits for should have begun; null while it rests. */
  waitingSince: number | null;
}

let recording = false;
let over = false;
let times: { primary: number[]; replica: number[] } = { primary: [], replica: [] };
let errors: Record<string, number> = {};

/** Clients write rows of their own: they never wait for each other. */
function writes(session: Session, at: number, { rows, writers }: TrafficOrder): () => Promise<void> {
  return async () => {
    const id = at + 1 + writers * Math.floor((Math.random() * rows) / writers);
    await session.query(
      `BEGIN; SELECT balance FROM account WHERE id = ${id}; UPDATE account SET balance = balance + 1, seen = now() WHERE id = ${id}; COMMIT`,
    );
  };
}

function reads(session: Session, { rows }: TrafficOrder): () => Promise<void> {
  return async () => {
    await session.query(`SELECT balance, seen FROM account WHERE id = ${1 + Math.floor(Math.random() * rows)}`);
  };
}

/** At a fixed rate: what was to begin while one waited has waited too, each from when it should have begun. */
async function runClient(client: Client, everyMs: number): Promise<void> {
  const { send, side, session } = client;
  let due = performance.now() + Math.random() * everyMs;
  while (!over) {
    client.waitingSince = null;
    await sleep(Math.max(0, due - performance.now()));
    client.waitingSince = due;
    await send().catch(async (cause: unknown) => {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'lost';
      if (recording) errors[code] = (errors[code] ?? 0) + 1;
      if (session.transactionStatus !== 'idle') await session.query('ROLLBACK').catch(() => undefined);
    });
    const now = performance.now();
    for (; due <= now; due += everyMs) if (recording) times[side].push(now - due);
  }
}

/** Whoever waits still has waited so long already. */
function countWaiting(clients: readonly Client[], everyMs: number): void {
  const now = performance.now();
  for (const { side, waitingSince } of clients) {
    for (let due = waitingSince ?? now; due < now; due += everyMs) times[side].push(now - due);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

async function start(order: TrafficOrder): Promise<void> {
  const clients: Client[] = [];
  for (let at = 0; at < order.writers; at++) {
    const session = await connect(order.primary, { applicationName: 'shop' });
    clients.push({ session, side: 'primary', send: writes(session, at, order), waitingSince: null });
  }
  for (let at = 0; at < order.readers; at++) {
    const session = await connect(order.replica, { applicationName: 'shop' });
    clients.push({ session, side: 'replica', send: reads(session, order), waitingSince: null });
  }
  const ended = Promise.all(clients.map((client) => runClient(client, order.everyMs)));
  process.on('message', (word: string) => {
    if (word === 'begin') {
      times = { primary: [], replica: [] };
      errors = {};
      recording = true;
    }
    if (word === 'end') {
      countWaiting(clients, order.everyMs);
      process.send?.({ ...times, errors } satisfies Felt, () => (over = true));
    }
  });
  process.send?.('ready');
  await ended;
  await Promise.all(clients.map(({ session }) => session[Symbol.asyncDispose]()));
}

process.once('message', (order: TrafficOrder) => {
  start(order).then(
    () => process.exit(0),
    (cause: unknown) => {
      console.error(cause);
      process.exit(1);
    },
  );
});
