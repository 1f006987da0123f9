import { expect, test } from 'vitest';
import { makeFolder, rehearsalOn, runLockkeeper } from './run-lockkeeper.js';

const partitioned = `CREATE TABLE events (id int, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX events_id ON events (id);
`;
const change = `CREATE INDEX CONCURRENTLY IF NOT EXISTS events_2024_at ON events_2024 (at);
REINDEX TABLE events;
`;

test('a rehearsal says what was predicted, and shows locks too short to be seen', { timeout: 60_000 }, async () => {
  await using folder = await makeFolder({ 'migrations/0001_a.sql': partitioned, 'migrations/0002_b.sql': change });
  const args = ['rehearse', '--pending', '1', '--twice', '--format', 'json'];
  const { stdout, stderr, exitCode } = await runLockkeeper(folder.path, args);
  expect(exitCode, stderr).toBe(0);
  const [migration] = rehearsalOn(stdout).migrations;
  const [index, reindex] = migration?.statements ?? [];
  expect(index?.prediction).toMatchObject({ from: 'schema', differences: [] });
  expect(index?.locks).toContainEqual(
    expect.objectContaining({ relation: 'public.events_2024', mode: 'ShareUpdateExclusiveLock' }),
  );
  // Whether it refuses a transaction block, only the catalog knows; the script still runs as psql would run it.
  expect(reindex).toMatchObject({ transactionBlock: 'refused', error: null });
  expect(migration?.rerun).toEqual({ kind: 'unchanged' });
});

test('what is not idempotent is found by running it twice', { timeout: 60_000 }, async () => {
  await using folder = await makeFolder({ 'migrations/0001_a.sql': 'CREATE TABLE notes (id int);\n' });
  const { stdout } = await runLockkeeper(folder.path, ['rehearse', '--twice', '--format', 'json']);
  const { migrations, findings } = rehearsalOn(stdout);
  expect(migrations[0]?.rerun).toMatchObject({ kind: 'failed', error: { code: '42P07' } });
  expect(findings.map(({ id }) => id)).toContain('not-idempotent');
});
