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

  const run = (command: string, options: Partial<RehearseCommandOptions> = {}) =>
    rehearseCommand(stage, {
      command,
      cwd: process.cwd(),
      env: process.env,
      role: null,
      signal: new AbortController().signal,
      onStatement: () => undefined,
      onOutput: () => undefined,
      ...options,
    });

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
});
