// Claims: the checksum pass of `verify` costs the server at most twice the CPU time of `select count(*),
// sum(hashtextextended(t::text, 0))` over the same rows; one changed byte is found with its range; no transaction is longer than 60 s.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { startPlainServer } from './plain-server.mjs';
import { cpuOfServer } from './server-cpu.mjs';
import { median } from './timing.mjs';

const rows = Number(process.argv[2] ?? 1_000_000);
const rounds = Number(process.argv[3] ?? 3);
const dist = process.env.LOCKKEEPER_DIST ?? resolve(import.meta.dirname, '../dist');
const { verify } = await import(pathToFileURL(join(dist, 'index.js')));
const limit = 2;

const server = await startPlainServer();
const cwd = mkdtempSync(join(tmpdir(), 'verify-cost-'));
const baseline = [];
const passes = [];
try {
  const client = new pg.Client(server);
  client.on('error', () => undefined);
  await client.connect();
  await client.query('CREATE TABLE narrow (id bigint PRIMARY KEY, kind int NOT NULL, note text)');
  await client.query(`INSERT INTO narrow SELECT g, g % 1000, 'row ' || g FROM generate_series(1, ${rows}) g`);
  await client.query('VACUUM ANALYZE narrow');
  // Who verifies keeps to one process, so that the rest is left to others: what is compared does, too.
  await client.query('SET max_parallel_workers_per_gather = 0');
  const url = `host=${server.host} user=${server.user} dbname=${server.database}`;
  const target = { url, verify: { immutable: ['public.narrow'] } };
  writeFileSync(join(cwd, 'lockkeeper.yaml'), JSON.stringify({ targets: { here: target } }));
  const request = { cwd, env: {}, target: 'here', throttle: 1 };
  const time = async (work) => {
    const since = performance.now();
    const cpuBefore = cpuOfServer(server.pid);
    const value = await work();
    const ms = performance.now() - since;
    // What a process used counts once the server has buried it.
    await delay(300);
    return { ms, cpuMs: cpuOfServer(server.pid) - cpuBefore, value };
  };
  let longest = 0;
  for (let round = 0; round < rounds; round++) {
    baseline.push(await time(() => client.query('select count(*), sum(hashtextextended(t::text, 0)) from narrow t')));
    passes.push(await time(() => verify({ ...request, action: { kind: 'snapshot', path: 'before.json' } })));
    longest = Math.max(longest, passes.at(-1).value.report.reading.longestTransactionMs);
  }
  await client.query(
    `UPDATE narrow SET note = overlay(note placing 'R' from 1 for 1) WHERE id = ${Math.floor(rows / 3)}`,
  );
  const { report } = await verify({ ...request, action: { kind: 'compare', left: 'before.json', right: null } });
  const findings = report.comparison?.findings ?? [];
  await client.end();
  const show = (name, runs) =>
    console.log(
      `${name}: CPU ${runs.map(({ cpuMs }) => cpuMs).join(', ')} ms, clock ${runs.map(({ ms }) => Math.round(ms)).join(', ')} ms`,
    );
  console.log(`${rows} narrow rows, one process, no throttle`);
  show('select count(*), sum(hashtextextended(…))', baseline);
  show('verify --snapshot', passes);
  const middle = (runs, of) => median(runs.map(of));
  const ratioOf = (of) => middle(passes, of) / middle(baseline, of);
  const ratio = ratioOf(({ cpuMs }) => cpuMs);
  const [found] = findings;
  const isFound =
    findings.length === 1 && Number(found.range.from) <= rows / 3 && Number(found.range.to ?? rows + 1) > rows / 3 - 1;
  console.log(`ratio of CPU ${ratio.toFixed(2)}, limit ${limit} (of the clock ${ratioOf(({ ms }) => ms).toFixed(2)})`);
  console.log(`longest transaction ${Math.round(longest)} ms, limit 60000 ms`);
  console.log(
    `one changed byte: ${isFound ? `found in ${found.range.column} ${found.range.from}…${found.range.to}` : 'not found'}`,
  );
  const holds = ratio <= limit && longest <= 60_000 && isFound;
  console.log(holds ? 'claims hold' : 'claims fail');
  process.exitCode = holds ? 0 : 1;
} finally {
  await server.stop();
  rmSync(cwd, { recursive: true, force: true });
}
