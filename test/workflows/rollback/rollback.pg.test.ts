import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rollbackSchema } from '../../../src/report/rollback-schema.js';
import { prepareRollbacks, type RollbackRequest } from '../../../src/workflows/rollback.js';
import { systemClock } from '../../../src/workflows/clock.js';
import { makeFolder } from '../../scenarios/run-lockkeeper.js';

function request(cwd: string, changes: Partial<RollbackRequest> = {}): RollbackRequest {
  return {
    action: 'generate',
    cwd,
    env: process.env,
    clock: systemClock,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    selection: { paths: [] },
    stageUrl: null,
    rowsPerTable: 3,
    command: null,
    timeLimitMs: 30_000,
    failFast: false,
    files: { dryRun: false, outputDir: null, fillEmpty: false },
    ...changes,
  };
}

const chain = {
  'migrations/0001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, old text);\n',
  'migrations/0002_note.sql':
    'ALTER TABLE users ADD COLUMN note text;\nCREATE VIEW notes AS SELECT id, note FROM users;\n',
  'migrations/0003_drop_old.sql': 'ALTER TABLE users DROP COLUMN old;\n',
  'migrations/0004_purge.sql':
    '-- lockkeeper: no-rollback because it is a purge; mitigation: restore point\nDELETE FROM users;\n',
};

describe('rollbacks of a chain', () => {
  test('are written where they restore schema and rows; the rest is told, and every change has its story', async () => {
    await using folder = await makeFolder(chain);
    const report = rollbackSchema.parse(await prepareRollbacks(request(folder.path)));
    expect(report.migrations.map(({ id, verdict, file, story }) => [id, verdict, file?.outcome, story.kind])).toEqual([
      ['0001', 'restored', 'written', 'traffic'],
      ['0002', 'restored', 'written', 'traffic'],
      ['0003', 'restored', 'written', 'inverse'],
      ['0004', 'restored', 'withheld', 'none'],
    ]);
    const names = (await readdir(join(folder.path, 'migrations'))).filter((name) => name.includes('rollback'));
    expect(names.toSorted()).toEqual([
      '0001_users.rollback.sql',
      '0002_note.rollback.sql',
      '0003_drop_old.rollback.sql',
    ]);
    const text = await readFile(join(folder.path, 'migrations/0002_note.rollback.sql'), 'utf8');
    expect(text).toMatch(/^-- Rollback for 0002_note\.sql\n-- Generated: \d{4}-\d\d-\d\d by lockkeeper/);
    expect(text).toMatch(/BEGIN;\n[\s\S]*DROP VIEW[\s\S]*DROP COLUMN[\s\S]*note[\s\S]*COMMIT;/);

    // What was written is what a project has now: it is proved as a written one, and kept by the next run.
    const again = await prepareRollbacks(request(folder.path, { selection: { paths: [], pending: 3 } }));
    expect(again.migrations.map(({ file }) => file?.outcome)).toEqual(['kept', 'kept', 'withheld']);
    const proved = await prepareRollbacks(request(folder.path, { action: 'prove', selection: { paths: [] } }));
    const [, second] = proved.migrations;
    expect(second?.proofs.map(({ rollback, verdict }) => [rollback, verdict])).toEqual([
      ['written', 'restored'],
      ['generated', 'restored'],
    ]);
    expect(second?.file).toBeNull();
    expect(await readFile(join(folder.path, 'migrations/0002_note.rollback.sql'), 'utf8')).toBe(text);
  });

  test('a dry run writes nothing, and a folder of its own takes them all', async () => {
    await using folder = await makeFolder({ 'migrations/0001_users.sql': chain['migrations/0001_users.sql'] });
    const dry = await prepareRollbacks(
      request(folder.path, { files: { dryRun: true, outputDir: null, fillEmpty: false } }),
    );
    expect(dry.migrations[0]?.file).toMatchObject({
      outcome: 'would-write',
      path: 'migrations/0001_users.rollback.sql',
    });
    expect(await readdir(join(folder.path, 'migrations'))).toEqual(['0001_users.sql']);
    const files = { dryRun: false, outputDir: 'ways/back', fillEmpty: false };
    const out = await prepareRollbacks(request(folder.path, { files }));
    expect(out.migrations[0]?.file).toMatchObject({ outcome: 'written', path: 'ways/back/0001_users.rollback.sql' });
    expect((await prepareRollbacks(request(folder.path, { files }))).migrations[0]?.file?.outcome).toBe('kept');
  });

  test('empty down parts are filled on request, all changesets of one file among them', async () => {
    const changelog = `--liquibase formatted sql\n--changeset me:1\nCREATE TABLE a (id int);\n\n--changeset me:2\nCREATE TABLE b (id int);\n`;
    await using folder = await makeFolder({ 'migrations/changes.sql': changelog });
    const files = { dryRun: false, outputDir: null, fillEmpty: true };
    const report = await prepareRollbacks(request(folder.path, { files }));
    expect(report.migrations.map(({ file }) => file?.outcome)).toEqual(['filled', 'filled']);
    const text = await readFile(join(folder.path, 'migrations/changes.sql'), 'utf8');
    expect(text).toMatch(
      /me:1\nCREATE TABLE a \(id int\);\n--rollback DROP TABLE[^\n]* public\.a;\n\n--changeset me:2/,
    );
    const proved = await prepareRollbacks(request(folder.path, { action: 'prove' }));
    expect(proved.migrations.flatMap(({ proofs }) => proofs.map(({ verdict }) => verdict))).toEqual(
      Array.from({ length: 4 }, () => 'restored'),
    );
  });
});
