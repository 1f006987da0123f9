import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RehearseCommandOptions, rehearseCommand } from '../../../src/before/rehearse/rehearse-command.js';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../src/foundation/stage/stage.js';

/** A migration tool in one line: sends each argument to DATABASE_URL, and goes on after an error. */
const client = `
const { Client } = require('pg');
const client = new Client({ connectionString: process.env.DATABASE_URL });
client.connect().then(async () => {
  for (const sql of process.argv.slice(1)) await client.query(sql).catch((error) => console.error(error.message));
  await client.end();
});`.replace(/\s+/g, ' ');

const sending = (...statements: readonly string[]): string =>
  ['node', '-e', client, '--', ...statements].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');

const inShell = (script: string): string => `node -e '${script.replaceAll("'", "'\\''")}'`;

/** A tool with two connections, `a` and `b`, that are open from the beginning. */
const withTwo = (work: string): string =>
  inShell(`const { Client } = require("pg");
    const [a, b] = [1, 2].map(() => new Client({ connectionString: process.env.DATABASE_URL }));
    (async () => { await a.connect(); await b.connect(); ${work}; await a.end(); await b.end(); })();`);

/** As `ps` says it: S sleeps, Z has ended; nothing when it is gone. */
const stateOf = (pid: number): string => spawnSync('ps', ['-o', 'stat=', '-p', String(pid)]).stdout.toString();

function rehearseOn(stage: Stage, command: string, options: Partial<RehearseCommandOptions> = {}) {
  return rehearseCommand(stage, {
    command,
    cwd: process.cwd(),
    env: process.env,
    role: null,
    trafficPerSecond: null,
    signal: new AbortController().signal,
    onStatement: () => undefined,
    onOutput: () => undefined,
    ...options,
  });
}

describe("a team's own command", () => {
  let stage: Stage;
  beforeAll(async () => {
    await loadParser();
    stage = await openEmbeddedStage({ major: 17, serverBin: null, standby: false });
    await using session = await stage.connect('test');
    await session.query('CREATE TABLE orders (id int, note text); CREATE ROLE deployer LOGIN');
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });

  const run = (command: string, options: Partial<RehearseCommandOptions> = {}) => rehearseOn(stage, command, options);

  it('is watched statement by statement, and locks last to the end of its transaction', async () => {
    const { migrations, notes } = await run(
      sending('BEGIN', 'ALTER TABLE orders ADD COLUMN paid boolean', 'SELECT pg_sleep(0.1)', 'COMMIT'),
    );
    expect(notes).toEqual([]);
    expect(migrations[0]?.state).toEqual({ kind: 'applied' });
    const alter = migrations[0]?.statements.find(({ sql }) => sql.startsWith('ALTER'));
    const lock = alter?.locks.find(({ relation }) => relation === 'public.orders');
    expect(lock?.mode).toBe('AccessExclusiveLock');
    expect(lock?.heldMs).toBeGreaterThan(100);
  });

  it('tells errors that it went on after from a failure of its own', async () => {
    const wentOn = await run(sending('SELECT * FROM nowhere', 'SELECT 1'));
    expect(wentOn.migrations[0]?.state).toEqual({ kind: 'applied' });
    expect(wentOn.migrations[0]?.statements.map(({ error }) => error?.code ?? null)).toEqual(['42P01', null]);
    const failed = await run(`${sending('SELECT 1')}; echo gave up >&2; exit 3`);
    expect(failed.migrations[0]?.state.kind).toBe('partial');
    expect(failed.notes.join()).toMatch(/exited with 3: .*gave up/s);
  });

  it('works with the rights of the role alone', async () => {
    const { migrations } = await run(sending('ALTER TABLE orders ADD COLUMN x int'), { role: 'deployer' });
    expect(migrations[0]?.statements.at(-1)?.error?.code).toBe('42501');
  });

  it('that sends nothing is told so', async () => {
    const { notes } = await run('true');
    expect(notes.join()).toContain('sent no statement');
  });

  it('shares what one of its connections has committed with the others', async () => {
    const { migrations } = await run(
      withTwo(`await a.query("CREATE TABLE early (id int)");
        await b.query("BEGIN"); await b.query("ALTER TABLE early ADD COLUMN b int");
        await a.query("CREATE TABLE late (id int)"); await a.query("INSERT INTO late VALUES (1)");
        await a.query("ALTER TABLE late ALTER COLUMN id TYPE text");
        await b.query("SELECT id FROM late"); await b.query("COMMIT")`),
    );
    const statements = migrations[0]?.statements ?? [];
    const locksOf = (sql: string) => statements.find((statement) => statement.sql === sql)?.locks ?? [];
    expect(locksOf('CREATE TABLE late (id int)')).toContainEqual(
      expect.objectContaining({ relation: 'public.late', created: true }),
    );
    for (const sql of ['ALTER TABLE early ADD COLUMN b int', 'SELECT id FROM late']) {
      expect(locksOf(sql).length, sql).toBeGreaterThan(0);
      expect(locksOf(sql).filter(({ created }) => created !== undefined)).toEqual([]);
    }
    expect(statements.flatMap(({ sql, rewrites }) => (rewrites.length > 0 ? [sql] : []))).toEqual([
      'ALTER TABLE late ALTER COLUMN id TYPE text',
    ]);
  });

  it('ends, with all that it started, when the user asks to stop', async () => {
    const stopping = new AbortController();
    const stubborn = inShell('process.on("SIGTERM", () => {}); console.log(process.pid); setInterval(() => {}, 1000)');
    let pid = 0;
    const stopped = run(`${stubborn} & wait`, {
      signal: stopping.signal,
      onOutput: (text) => {
        pid = Number(text);
        stopping.abort();
      },
    });
    await expect(stopped).rejects.toThrow('aborted');
    await expect.poll(() => stateOf(pid)).not.toMatch(/^[RSD]/);
  });
});

describe('what goes on around a command', () => {
  let stage: Stage;
  beforeAll(async () => {
    await loadParser();
    stage = await openEmbeddedStage({ major: 17, serverBin: null, standby: true });
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });

  it('is no traffic where there is no table yet, and is said', async () => {
    const { migrations, notes } = await rehearseOn(stage, sending('SELECT 1'), { trafficPerSecond: 20 });
    expect(notes).toEqual([expect.stringContaining('no tables before the command ran')]);
    expect(migrations[0]?.latencies).toEqual([]);
  });

  it('is traffic on the tables of the stage, replication, and WAL', async () => {
    await using session = await stage.connect('test');
    await session.query('CREATE TABLE busy AS SELECT i AS id, repeat($$x$$, 100) AS v FROM generate_series(1, 2000) i');
    await session.query('CREATE TABLE idle (id int)');
    const alter = "ALTER TABLE busy ALTER COLUMN v TYPE varchar USING v || 'y'";
    const { migrations, notes } = await rehearseOn(
      stage,
      withTwo(`await a.query("BEGIN"); await a.query(${JSON.stringify(alter)});
        await b.query("SELECT pg_sleep(0.4)"); await a.query("COMMIT")`),
      { trafficPerSecond: 40 },
    );
    expect(notes).toEqual([expect.stringContaining('every table of the stage')]);
    const [migration] = migrations;
    const statement = migration?.statements.find(({ sql }) => sql === alter);
    const stalls = (statement?.traffic ?? []).map(({ relation, operation, longestStallMs }) => ({
      lane: `${operation} of ${relation}`,
      stalled: longestStallMs > 300,
    }));
    // Statements of another connection do not end its share of the time.
    expect(stalls).toEqual(
      expect.arrayContaining([
        { lane: 'read of public.busy', stalled: true },
        { lane: 'write of public.busy', stalled: true },
        { lane: 'read of public.idle', stalled: false },
      ]),
    );
    expect(statement?.traffic.map(({ operation }) => operation)).toContain('standby read');
    expect(statement?.standby?.lagMs).toBeGreaterThan(0);
    expect(statement?.walBytes).toBeGreaterThan(100_000);
    expect(migration?.walRecords.map(({ resourceManager }) => resourceManager)).toContain('Heap');
    expect(migration?.latencies.length).toBeGreaterThan(20);
  });
});
