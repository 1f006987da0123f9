// Claim: while `verify` reads at its default throttle, the 99th percentile of what an application waits stays within 1.5
// times of what it is without. The load is pgbench's: short transactions at a steady rate, whose latency counts from when
// they were due. Phases with and without take turns, so that what else the machine does falls on both.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startPlainServer } from './plain-server.mjs';
import { median } from './timing.mjs';

const phaseMs = 1000 * Number(process.argv[2] ?? 10);
const turns = Number(process.argv[3] ?? 3);
const perSecond = Number(process.argv[4] ?? 100);
const dist = process.env.LOCKKEEPER_DIST ?? resolve(import.meta.dirname, '../dist');
const limit = 1.5;
const accounts = 500_000;

/** Sends transactions at their times over a few connections, and returns how late each one ended. */
async function load(clients, ms) {
  const latencies = [];
  const start = performance.now();
  let sent = 0;
  const work = async (client) => {
    for (;;) {
      const due = start + (sent++ * 1000) / perSecond;
      if (due > start + ms) return;
      const early = due - performance.now();
      if (early > 0) await delay(early);
      const id = 1 + Math.floor(Math.random() * accounts);
      await client.query(
        `BEGIN; UPDATE accounts SET balance = balance + 1 WHERE id = ${id}; SELECT balance FROM accounts WHERE id = ${id}; ` +
          `INSERT INTO history (account) VALUES (${id}); COMMIT`,
      );
      latencies.push(performance.now() - due);
    }
  };
  await Promise.all(clients.map(work));
  return latencies;
}

function percentile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)];
}

const server = await startPlainServer();
const cwd = mkdtempSync(join(tmpdir(), 'verify-load-'));
try {
  const clients = Array.from({ length: 8 }, () => new pg.Client(server));
  for (const client of clients) client.on('error', () => undefined);
  await Promise.all(clients.map((client) => client.connect()));
  const [first] = clients;
  await first.query('CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL, filler text)');
  await first.query(`INSERT INTO accounts SELECT g, 0, repeat('x', 60) FROM generate_series(1, ${accounts}) g`);
  await first.query(
    'CREATE TABLE history (id bigserial PRIMARY KEY, account int REFERENCES accounts, at timestamptz DEFAULT now())',
  );
  await first.query('CREATE EXTENSION amcheck');
  await first.query('VACUUM ANALYZE');
  const database = `host=${server.host} user=${server.user} dbname=${server.database}`;
  /** Verifies over and over, in a process of its own, until it is told to stop: assertions and checksums in turn. */
  const keepVerifying = async (signal) => {
    for (let round = 0; !signal.aborted; round++) {
      const args = ['verify', '--database', database, ...(round % 2 === 0 ? ['--snapshot', 'now.json'] : [])];
      const running = spawn(process.execPath, [join(dist, 'cli/main.js'), ...args], { cwd, stdio: 'ignore', signal });
      const [exitCode] = await once(running, 'exit').catch((error) => {
        if (error.name !== 'AbortError') throw error;
        return [null];
      });
      if (!signal.aborted && exitCode !== 0) throw new Error(`verify ended with ${exitCode}`);
    }
  };
  await load(clients, phaseMs / 2);
  const without = [];
  const during = [];
  for (let turn = 0; turn < turns; turn++) {
    without.push(percentile(await load(clients, phaseMs), 0.99));
    const stop = new AbortController();
    const reading = keepVerifying(stop.signal);
    during.push(percentile(await load(clients, phaseMs), 0.99));
    stop.abort();
    await reading;
  }
  await Promise.all(clients.map((client) => client.end()));
  const show = (values) => values.map((value) => value.toFixed(1)).join(', ');
  console.log(
    `p99 without: ${show(without)} ms; while it verifies: ${show(during)} ms; ${perSecond} transactions a second`,
  );
  const ratio = median(during) / median(without);
  console.log(`ratio ${ratio.toFixed(2)}, limit ${limit}`);
  console.log(ratio <= limit ? 'claim holds' : 'claim fails');
  process.exitCode = ratio <= limit ? 0 : 1;
} finally {
  await server.stop();
  rmSync(cwd, { recursive: true, force: true });
}
