import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { type Environment, readEnvironment } from '../../../src/foundation/runtime/environment.js';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import { findClientTool } from '../../../src/foundation/stage/find-client-tool.js';
import { loadData } from '../../../src/foundation/stage/load-data.js';
import { applySchema, dumpSchema, loadSchemaFrom } from '../../../src/foundation/stage/schema-from.js';

const environment = readEnvironment(process.env);
const bareMachine: Environment = { ...environment, variables: { PATH: '/nowhere' } };
const restore = await findClientTool('pg_restore', environment);
const dump = await findClientTool('pg_dump', environment);
const folder = mkdtempSync(join(tmpdir(), 'load-data-'));
let cluster: Cluster;
let session: Session;

beforeAll(async () => {
  cluster = await startCluster({ major: 17, serverBin: null });
  session = await connect(cluster.connection(), { applicationName: 'load test' });
});

afterAll(async () => {
  await session?.[Symbol.asyncDispose]();
  await cluster?.stop();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  await session.query(`
    DROP TABLE IF EXISTS children, parents;
    CREATE TABLE parents (id serial PRIMARY KEY, name text NOT NULL);
    CREATE TABLE children (parent int NOT NULL REFERENCES parents)`);
});

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function counts(): Promise<unknown> {
  const sql = 'SELECT (SELECT count(*)::int FROM parents) AS parents, (SELECT count(*)::int FROM children) AS children';
  return (await session.query(sql)).rows[0];
}

/** Children before their parents: only with foreign keys off does this load. */
const data =
  "COPY children FROM stdin;\n1\n2\n\\.\nCOPY public.parents (id, name) FROM stdin;\n1\tone\n2\ttwo\n\\.\nINSERT INTO parents VALUES (3, 'three;');\n";

describe('loadData', () => {
  test.each([
    ['with whatever the machine has', environment],
    ['without psql', bareMachine],
  ])('runs SQL with COPY rows, %s', async (_, where) => {
    const loaded = await loadData(session, write('data.sql', data), { environment: where });
    expect(loaded).toEqual({ format: 'sql', skipped: [] });
    expect(await counts()).toEqual({ parents: 3, children: 2 });
    expect((await session.query('SHOW session_replication_role')).rows[0]).toEqual({
      session_replication_role: 'origin',
    });
  });

  test.each([
    ['with whatever the machine has', environment],
    ['without psql', bareMachine],
  ])('leaves nothing of SQL that fails, and says where, %s', async (_, where) => {
    const file = write('bad.sql', "INSERT INTO parents VALUES (1, 'one');\nINSERT INTO nobody VALUES (1);\n");
    const failure = loadData(session, file, { environment: where });
    await expect(failure).rejects.toMatchObject({
      code: 'stage-build-failed',
      effect: 'rolled-back',
      message: expect.stringMatching(/2: .*relation "nobody" does not exist/),
    });
    expect(await counts()).toEqual({ parents: 0, children: 0 });
    expect((await session.query('SHOW session_replication_role')).rows[0]).toEqual({
      session_replication_role: 'origin',
    });
  });

  test('explains files that are no data', async () => {
    const packed = write('data.sql.gz', Buffer.from([0x1f, 0x8b, 8, 0]));
    await expect(loadData(session, packed, { environment })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('gzip'),
    });
    await expect(loadData(session, join(folder, 'none'), { environment })).rejects.toMatchObject({ code: 'usage' });
    await expect(loadData(session, folder, { environment })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('toc.dat'),
    });
  });

  test('says what to install for an archive on a machine without pg_restore', async () => {
    const elsewhere = loadData(session, write('data.dump', 'PGDMP...'), { environment: bareMachine });
    // Packages keep the tools outside PATH as well; where they are found, it is the archive that is wrong.
    await expect(elsewhere).rejects.toMatchObject(
      restore === null
        ? { code: 'tool-missing', remedy: expect.stringContaining('postgresql-client') }
        : { code: 'stage-build-failed', message: expect.stringContaining('data.dump') },
    );
  });

  test.skipIf(restore === null || dump === null)('restores the tables of an archive that are there', async () => {
    await using source = await startCluster({ major: 15, serverBin: null }).catch(() => cluster);
    await using other = await connect(source.connection(), { applicationName: 'load test' });
    if ((dump?.major ?? 0) < source.major) return;
    await other.query(`
      CREATE TABLE parents (id serial PRIMARY KEY, name text NOT NULL);
      CREATE TABLE children (parent int NOT NULL REFERENCES parents);
      CREATE TABLE "not here" (n int);
      INSERT INTO parents (name) VALUES ('one'), ('two'); INSERT INTO children VALUES (2); INSERT INTO "not here" VALUES (1)`);
    const { host, port, user } = source.connection();
    for (const format of ['custom', 'tar', 'directory']) {
      const file = join(folder, `dump-${format}`);
      execFileSync(dump?.path as string, [
        '-h',
        host,
        '-p',
        String(port),
        '-U',
        user,
        `--format=${format}`,
        '-f',
        file,
        'postgres',
      ]);
      await session.query('TRUNCATE parents, children RESTART IDENTITY');
      const loaded = await loadData(session, file, { environment });
      expect(loaded).toEqual({ format: 'archive', skipped: ['public."not here"'] });
      expect(await counts()).toEqual({ parents: 2, children: 1 });
      expect((await session.query("SELECT nextval('parents_id_seq')::int AS next")).rows[0]).toEqual({ next: 3 });
    }
  });
});

describe('dumpSchema', () => {
  const url = () =>
    `postgresql://postgres@/postgres?host=${encodeURIComponent(cluster.socketDir)}&port=${cluster.port}`;

  test('explains a pg_dump that is missing or older than the server', async () => {
    const expected =
      dump === null || dump.major < 17
        ? {
            code: 'tool-missing',
            message: expect.stringContaining('pg_dump'),
            remedy: expect.stringContaining('postgresql-client'),
          }
        : null;
    const reading = dumpSchema(url(), { environment });
    if (expected === null) expect(await reading).toContain('CREATE TABLE public.parents');
    else await expect(reading).rejects.toMatchObject(expected);
  });

  test('never shows the password', async () => {
    const secret = `postgresql://postgres:s3cr%40t@127.0.0.1:1/postgres`;
    const failure = (await dumpSchema(secret, { environment }).catch((error: unknown) => error)) as Error;
    expect(failure).toMatchObject({ code: dump === null ? 'tool-missing' : 'command-failed' });
    expect(failure.message).not.toMatch(/s3cr/);
  });

  test('what it reads can be made on a stage of another major', async () => {
    if (dump === null) return;
    const source = await startCluster({ major: 15, serverBin: null }).catch(() => null);
    if (source === null) return;
    await using _ = source;
    await using other = await connect(source.connection(), { applicationName: 'load test' });
    await other.query(
      'CREATE SCHEMA shop; CREATE TABLE shop.items (id int PRIMARY KEY); CREATE ROLE clerk; ALTER TABLE shop.items OWNER TO clerk',
    );
    const from = `host=${source.socketDir} port=${source.port} user=postgres dbname=postgres`;
    const schema = await dumpSchema(from, { environment });
    await expect(applySchema(session, schema)).rejects.toMatchObject({
      code: 'stage-build-failed',
      effect: 'rolled-back',
    });
    await loadParser();
    expect(await loadSchemaFrom(session, from, { env: process.env })).toEqual(['clerk']);
    const owner = `SELECT tableowner FROM pg_tables WHERE schemaname = 'shop'`;
    expect((await session.query(owner)).rows).toEqual([{ tableowner: 'clerk' }]);
    expect((await session.query('SHOW search_path')).rows[0]).toMatchObject({ search_path: '"$user", public' });
  });
});
