import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSnapshot } from '../../../src/foundation/catalog/snapshot/read-snapshot.js';
import { fingerprintOf } from '../../../src/foundation/catalog/snapshot/fingerprint.js';
import { makeKeepSchema } from '../../../src/back/rollback/keep/keep-schema.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { abort } from '../../../src/workflows/abort.js';
import { baseline, repair } from '../../../src/workflows/declare.js';
import { history } from '../../../src/workflows/history.js';
import { prepareRollbacks } from '../../../src/workflows/rollback.js';
import { runRollback } from '../../../src/workflows/rollback-run.js';
import { status } from '../../../src/workflows/status.js';
import { uninstall } from '../../../src/workflows/uninstall.js';
import {
  abortSchema,
  declareSchema,
  historySchema,
  statusSchema,
  uninstallSchema,
} from '../../../src/report/target/schemas.js';
import { renderTargetTerminal } from '../../../src/report/target/terminal.js';
import { applyAll, changeFor, dbmate, type Folder, folderOf, requestFor, urlOf } from './target-bench.js';

const files = {
  'migrations/1_notes.sql': dbmate('CREATE TABLE notes (id int PRIMARY KEY, body text);', 'DROP TABLE notes;'),
  'migrations/2_body.sql': dbmate('ALTER TABLE notes ADD n int;', 'ALTER TABLE notes DROP n;'),
};
/** Without a tool: the ledger is the only account. */
const plain = {
  'migrations/1_notes.sql': 'CREATE TABLE notes (id int PRIMARY KEY, body text);\n',
  'migrations/2_body.sql': 'CREATE INDEX CONCURRENTLY notes_body ON notes (body);\nALTER TABLE notes ADD n int;\n',
};
const yes = async () => true;
const look = { width: 90, color: false };

describe('verbs around apply', () => {
  let cluster: Cluster;
  let session: Session;
  let folder: Folder;
  let url: string;
  let count = 0;

  beforeAll(async () => {
    cluster = await startCluster({ major: 17, serverBin: null });
    folder = await folderOf(files);
  });
  beforeEach(async () => {
    await session?.[Symbol.asyncDispose]();
    await using admin = await connect(cluster.connection(), { applicationName: 'test' });
    const database = `case_${(count += 1)}`;
    await admin.query(`CREATE DATABASE ${database}`);
    const target = { ...cluster.connection(), database };
    session = await connect(target, { applicationName: 'test' });
    url = urlOf(target);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });
  const statusNow = async () => {
    const report = await status({ ...requestFor(folder.path, url), expiresWithinDays: 7 });
    statusSchema.parse(report);
    return report;
  };
  const applied = async () => (await session.query('SELECT version FROM schema_migrations ORDER BY 1')).rows;
  const historyNow = async () =>
    historySchema.parse(await history({ ...requestFor(folder.path, url), last: null, migration: null }));

  it('status and history before, between and after', async () => {
    expect(await statusNow()).toMatchObject({ ledger: false, account: { pending: ['1', '2'] }, troubles: [] });
    await applyAll(folder.path, url, { until: '1' });
    expect(await statusNow()).toMatchObject({
      ledger: true,
      holder: null,
      account: { applied: ['1'], pending: ['2'] },
      troubles: [],
    });
    const told = await historyNow();
    expect(told.runs).toMatchObject([
      { kind: 'apply', verdict: 'applied', completed: ['1'], runner: { databaseUser: 'postgres' } },
    ]);
    expect(renderTargetTerminal(told, look)).toContain('apply · applied · 1 of 1 step');
  });

  it('a migration that is there by hand is declared, and only when somebody agrees', async () => {
    await session.query('CREATE TABLE notes (id int PRIMARY KEY, body text)');
    const request = { ...requestFor(folder.path, url), ids: [], until: '1', reason: 'by hand' };
    expect(await baseline({ ...request, agree: async () => false })).toMatchObject({ written: false });
    expect((await statusNow()).ledger).toBe(false);
    const report = await baseline({ ...request, agree: yes });
    expect(declareSchema.parse(report)).toMatchObject({ written: true, declarations: [{ migrationId: '1' }] });
    expect(await applied()).toEqual([{ version: '1' }]);
    expect(await baseline({ ...request, agree: yes })).toMatchObject({ declarations: [], written: false });
    expect(await applyAll(folder.path, url)).toMatchObject({ report: { verdict: 'applied', migrations: ['2'] } });
    await expect(baseline({ ...request, until: 'x', agree: yes })).rejects.toMatchObject({ code: 'usage' });
  });

  it('a disagreement is told, and repaired either way', async () => {
    await applyAll(folder.path, url);
    await session.query("DELETE FROM schema_migrations WHERE version = '2'");
    const told = await statusNow();
    expect(told.disagreements).toEqual([{ migrationId: '2', ledger: 'applied', tool: 'absent' }]);
    expect(renderTargetTerminal(told, look)).toContain('repair');
    await expect(applyAll(folder.path, url)).rejects.toMatchObject({ code: 'apply-refused' });
    const request = { ...requestFor(folder.path, url), id: '2', reason: null, agree: yes };
    expect(await repair({ ...request, says: 'applied' })).toMatchObject({ written: true });
    expect((await statusNow()).troubles).toEqual([]);
    expect(await applied()).toHaveLength(2);
    await repair({ ...request, says: 'reverted' });
    expect(await applied()).toHaveLength(1);
    expect((await statusNow()).troubles).toEqual([]);
    const runs = (await historyNow()).runs;
    expect(runs.map(({ kind }) => kind)).toEqual(['repair', 'repair', 'apply']);
  });

  it('a run that is at work is ended by name, its step settled, and apply goes on from there', async () => {
    await applyAll(folder.path, url, { until: '1' });
    await using holder = await connect(session.target, { applicationName: 'report' });
    await holder.query('BEGIN; INSERT INTO notes VALUES (1)');
    const running = applyAll(folder.path, url).catch((error: unknown) => error);
    await until(async () => (await statusNow()).running !== null);
    const request = { ...requestFor(folder.path, url), assume: null };
    expect(await abort({ ...request, agree: async () => false })).toMatchObject({ aborted: false, alive: true });
    const report = await abort({ ...request, agree: yes });
    expect(abortSchema.parse(report)).toMatchObject({ aborted: true, alive: true });
    expect(report.ended).toBeGreaterThan(0);
    await holder.query('ROLLBACK');
    await running;
    expect((await statusNow()).troubles).toEqual([]);
    expect((await historyNow()).runs[0]).toMatchObject({ verdict: 'aborted' });
    await expect(abort({ ...request, agree: yes })).rejects.toMatchObject({ code: 'apply-refused' });
    expect((await applyAll(folder.path, url)).report.verdict).toBe('applied');
  }, 60_000);

  it('a migration that failed between two steps goes on where it stopped, unless its text changed', async () => {
    await using own = await folderOf(plain);
    await applyAll(own.path, url, { until: '1' });
    await session.query('ALTER TABLE notes ADD n int');
    expect((await applyAll(own.path, url)).report.verdict).toBe('failed');
    const told = await status({ ...requestFor(own.path, url), expiresWithinDays: 7 });
    expect(told).toMatchObject({ partlyApplied: [{ migrationId: '2', steps: ['2/1'] }] });
    expect(told.troubles).toHaveLength(1);
    await session.query('ALTER TABLE notes DROP n');
    const again = await applyAll(own.path, url);
    expect(again.report).toMatchObject({ verdict: 'applied', steps: [{ id: '2/2' }] });
  }, 30_000);

  it('the newest is taken back by its rollback, and compared with the proof', async () => {
    await using own = await folderOf(files);
    await applyAll(own.path, url);
    const { until: _until, only: _only, ...change } = changeFor(own.path, url);
    const request = { ...change, script: null, forceOrder: false };
    await expect(runRollback({ ...request, id: '1' })).rejects.toMatchObject({ code: 'usage' });
    const dry = await runRollback({ ...request, id: '2', dryRun: true });
    expect(dry.script).toContain('DELETE FROM');
    const unproved = await runRollback({ ...request, id: '2' });
    expect(unproved).toMatchObject({ success: 'unproved', report: { verdict: 'applied', direction: 'down' } });
    expect(await applied()).toEqual([{ version: '1' }]);
    expect((await statusNow()).troubles).toEqual([]);
    await prove(own.path);
    await applyAll(own.path, url);
    expect(await runRollback({ ...request, id: '2' })).toMatchObject({ success: 'matches' });
    await applyAll(own.path, url);
    await session.query('ALTER TABLE notes ADD other int');
    expect(await runRollback({ ...request, id: '2' })).toMatchObject({ success: 'differs' });
    await expect(runRollback({ ...request, id: '2' })).rejects.toThrow('not applied');
  }, 90_000);

  const prove = (cwd: string) => {
    const {
      until: _until,
      only: _only,
      database: _database,
      dryRun: _dryRun,
      gates: _gates,
      ...rest
    } = changeFor(cwd, url);
    return prepareRollbacks({
      ...rest,
      selection: { paths: [], from: '2' },
      action: 'prove',
      files: { dryRun: true, outputDir: null, fillEmpty: false },
      stageUrl: null,
      rowsPerTable: null,
      command: null,
      timeLimitMs: 30_000,
      failFast: false,
    });
  };

  it('uninstall leaves nothing, and not while rows are kept', async () => {
    await session.query('CREATE TABLE schema_migrations (version varchar PRIMARY KEY)');
    const traces = async () => (await session.query(tracesSql)).rows;
    const before = fingerprintOf(await readSnapshot(session));
    const foreign = await traces();
    await applyAll(folder.path, url, { until: '1' });
    await session.query(`DROP TABLE notes; DELETE FROM schema_migrations; ${makeKeepSchema.join('; ')};
      CREATE TABLE lockkeeper_keep.old AS SELECT 1 AS id`);
    const request = { ...requestFor(folder.path, url), agree: yes };
    await expect(uninstall({ ...request, dropKept: false })).rejects.toThrow('kept');
    expect(await traces()).not.toEqual(foreign);
    const report = await uninstall({ ...request, dropKept: true });
    expect(uninstallSchema.parse(report)).toMatchObject({ removed: true, schemas: ['lockkeeper', 'lockkeeper_keep'] });
    expect(await traces()).toEqual(foreign);
    expect(fingerprintOf(await readSnapshot(session))).toEqual(before);
    expect(await uninstall({ ...request, dropKept: true })).toMatchObject({ schemas: [] });
  }, 30_000);
});

/** Everything younger than initdb in the catalogs where an object could hide, and settings of the database. */
const tracesSql = `
  SELECT 'class' AS what, relname::text AS name FROM pg_class WHERE oid >= 16384 AND relname !~ '^pg_toast'
  UNION ALL SELECT 'schema', nspname FROM pg_namespace WHERE oid >= 16384
  UNION ALL SELECT 'function', proname FROM pg_proc WHERE oid >= 16384
  UNION ALL SELECT 'type', typname FROM pg_type WHERE oid >= 16384 AND typname !~ '^pg_toast'
  UNION ALL SELECT 'trigger', tgname FROM pg_trigger
  UNION ALL SELECT 'depend', classid::regclass::text || ' ' || deptype::text FROM pg_depend WHERE objid >= 16384
  UNION ALL SELECT 'shdepend', classid::regclass::text FROM pg_shdepend WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  UNION ALL SELECT 'description', description FROM pg_description WHERE objoid >= 16384
  UNION ALL SELECT 'default', 'acl' FROM pg_default_acl
  UNION ALL SELECT 'setting', setconfig::text FROM pg_db_role_setting
  UNION ALL SELECT 'lock', locktype FROM pg_locks WHERE locktype = 'advisory'
  ORDER BY 1, 2`;

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it never came to that');
}
