import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWritableState, type WritableState } from '../../../src/foundation/history/open-writable-state.js';
import { readApplied } from '../../../src/foundation/history/read-applied.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { readProject } from '../../../src/foundation/project/read-project.js';
import type { ParameterizedSql } from '../../../src/foundation/project/state-writing.js';
import type { Project } from '../../../src/model/migration.js';
import { isTriedOn } from '../../support/tried-majors.js';
import { statesOfTools } from './state-of-tools.js';

const fixtures = fileURLToPath(new URL('../../fixtures/formats', import.meta.url));
const options = { placeholders: { changelogPath: 'db' }, variables: {} };
const formats = [...new Set(statesOfTools.map(({ format }) => format))];

const emptyDatabase = `DO $$ DECLARE made name; BEGIN
  FOR made IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', made);
  END LOOP; END $$; CREATE SCHEMA public`;

const projectOf = (format: string): Promise<Project> =>
  readProject(`${fixtures}/${format}/in`, { format: 'auto', placeholders: options.placeholders });

async function send(session: Session, statements: readonly ParameterizedSql[]): Promise<void> {
  await session.query('BEGIN');
  for (const { text, values } of statements) await session.query(text, values);
  await session.query('COMMIT');
}

describe.each([15, 16, 17, 18] as const)('PostgreSQL %i', (major) => {
  const tried = formats.filter((_format, index) => isTriedOn(major, index));
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
  });
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  const open = (): Promise<Session> => connect(cluster.connection(), { applicationName: 'writing test' });

  async function openEmpty(): Promise<Session> {
    const session = await open();
    await session.query(emptyDatabase);
    return session;
  }

  async function record(session: Session, project: Project): Promise<WritableState> {
    const state = await openWritableState(session, project, options);
    await send(session, state.create);
    for (const migration of project.migrations.filter((each) => state.refuse(each) === null)) {
      await send(session, state.recordApplied({ migration, durationMs: 1.5 }));
    }
    return state;
  }

  test.each(tried)('%s: what is written is read as applied, unedited; what is taken back is not', async (format) => {
    await using session = await openEmpty();
    const project = await projectOf(format);
    const state = await record(session, project);
    const written = project.migrations.filter((migration) => state.refuse(migration) === null);
    const history = await readApplied(session, project, options);
    const again = new Set(history.again);
    expect(history.applied).toEqual(written.map(({ id }) => id).filter((id) => !again.has(id)));
    expect(history).toMatchObject({ edited: [], failed: [], unknown: [], table: expect.any(String) as string });
    const last = written.findLast(({ repeatable }) => !repeatable);
    const later = await openWritableState(session, project, options);
    expect(later.create).toEqual([]);
    await send(session, last === undefined ? [] : later.recordReverted(last));
    const { applied } = await readApplied(session, project, options);
    expect(applied).toEqual(history.applied.filter((id) => id !== last?.id));
  });

  test.each(tried)('%s: its lock is taken once, and let go', async (format) => {
    await using session = await openEmpty();
    await using other = await open();
    const project = await projectOf(format);
    await record(session, project);
    const lock = (await openWritableState(session, project, options)).lock('one');
    if (lock === null) {
      expect(['dbmate', 'diesel', 'drizzle']).toContain(format);
      return;
    }
    await send(session, lock.prepare);
    const prepared = (await openWritableState(other, project, options)).lock('two');
    expect(prepared?.prepare).toEqual([]);
    for (const [place, { take, release }] of lock.parts.entries()) {
      const theirs = prepared?.parts[place];
      const tryTheirs = async () =>
        (await other.query(theirs?.take.text ?? '', theirs?.take.values)).rows[0]?.['taken'];
      expect((await session.query(take.text, take.values)).rows).toEqual([{ taken: true }]);
      expect(await tryTheirs()).not.toBe(true);
      expect((await session.query(release.text, release.values)).rows).toEqual([{ released: true }]);
      expect(await tryTheirs()).toBe(true);
      await other.query(theirs?.release.text ?? '', theirs?.release.values);
    }
  });
});

describe('what no major decides', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ major: 18, serverBin: null });
  });
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  const open = (): Promise<Session> => connect(cluster.connection(), { applicationName: 'writing test' });

  test('whoever waits inside the server for a lock, and an index built concurrently by its holder, deadlock', async () => {
    await using holder = await open();
    await using waiter = await open();
    await holder.query("SET deadlock_timeout = '100ms'; CREATE TABLE IF NOT EXISTS built (id int)");
    await waiter.query("SET deadlock_timeout = '100ms'");
    const { parts } = (await openWritableState(holder, await projectOf('prisma'), options)).lock('one') ?? {
      parts: [],
    };
    const [part] = parts;
    await holder.query(part?.take.text ?? '');
    const waits = waiter.query('SELECT pg_advisory_lock(72707369)').then(
      () => 'held',
      (error: { readonly code: string }) => error.code,
    );
    const waiting = 'SELECT 1 FROM pg_locks WHERE pid = $1 AND NOT granted';
    while ((await holder.query(waiting, [waiter.pid])).rows.length === 0);
    const builds = holder.query('CREATE INDEX CONCURRENTLY ON built (id)').then(
      () => 'built',
      (error: { readonly code: string }) => error.code,
    );
    const first = await Promise.race([waits, builds]);
    expect(first).toBe('40P01');
    await holder.query(part?.release.text ?? '');
    await Promise.all([waits, builds]);
  });

  test('a schema that is missing is made where the tool makes it; Flyway notes that it did', async () => {
    await using session = await open();
    await session.query('DROP SCHEMA IF EXISTS app CASCADE');
    const variables = { FLYWAY_DEFAULT_SCHEMA: 'app' };
    const state = await openWritableState(session, await projectOf('flyway'), { ...options, variables });
    expect(state.table).toEqual({ schema: 'app', name: 'flyway_schema_history' });
    await send(session, state.create);
    const { rows } = await session.query('SELECT installed_rank, type, script FROM app.flyway_schema_history');
    expect(rows).toEqual([{ installed_rank: 0, type: 'SCHEMA', script: '"app"' }]);
  });

  test('without a search path there is no place for the table', async () => {
    await using session = await open();
    await session.query("SET search_path = ''");
    await expect(openWritableState(session, await projectOf('dbmate'), options)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('first schema of the search path') as string,
    });
  });
});
