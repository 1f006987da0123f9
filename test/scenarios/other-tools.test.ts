import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Folder, makeFolder, rehearsalOn, runLockkeeper } from './run-lockkeeper.js';

const tools = ['graphile-worker@0.17.3', 'dbmate@2.36.0'];

/** Published tools, unchanged, against a stage: by their files, and by their own command through the tap. */
describe('tools of others', () => {
  let folder: Folder;
  beforeAll(async () => {
    folder = await makeFolder();
    const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    await promisify(execFile)('npm', ['install', '--prefix', folder.path, ...quietly, ...tools]);
  }, 120_000);
  afterAll(async () => {
    await folder?.[Symbol.asyncDispose]();
  });
  const commandOf = (tool: string): string => join(folder.path, 'node_modules', '.bin', tool);

  it("graphile-worker's SQL files apply, with its placeholder filled in", async () => {
    await using project = await makeFolder({
      'lockkeeper.yaml': 'project:\n  dir: sql\n  placeholders:\n    GRAPHILE_WORKER_SCHEMA: graphile_worker\n',
      'sql/000000_schema.sql': 'CREATE SCHEMA graphile_worker;\n',
    });
    const sql = join(folder.path, 'node_modules', 'graphile-worker', 'sql');
    const names = (await readdir(sql)).filter((name) => name.endsWith('.sql'));
    for (const name of names) {
      // psql, and we with it, leave variables in quoted text alone; the tool fills those too.
      const text = (await readFile(join(sql, name), 'utf8')).replace(/(\$\w*\$).*?\1/gs, (body) =>
        body.replaceAll(':GRAPHILE_WORKER_SCHEMA', 'graphile_worker'),
      );
      await writeFile(join(project.path, 'sql', name), text);
    }
    const { exitCode, stdout, stderr } = await runLockkeeper(project.path, ['rehearse', '--format', 'json']);
    expect(exitCode, stderr).toBe(0);
    const { migrations, verdict } = rehearsalOn(stdout);
    expect(migrations).toHaveLength(names.length + 1);
    expect(migrations.filter(({ state }) => state.kind !== 'applied')).toEqual([]);
    expect(verdict).toBe('passed');
  });

  it("graphile-worker's own command is observed", async () => {
    await using project = await makeFolder();
    const command = `"${commandOf('graphile-worker')}" --schema-only`;
    const args = ['rehearse', '--exec', command, '--format', 'json'];
    const { exitCode, stdout, stderr } = await runLockkeeper(project.path, args);
    expect(exitCode, stderr).toBe(0);
    const { migrations, verdict } = rehearsalOn(stdout);
    expect(verdict).toBe('passed');
    const statements = migrations.flatMap((migration) => migration.statements);
    expect(statements.length).toBeGreaterThan(100);
    const locks = statements.flatMap((statement) => statement.locks);
    expect(locks).toContainEqual(
      expect.objectContaining({ relation: 'graphile_worker._private_jobs', mode: 'AccessExclusiveLock' }),
    );
    expect(stderr).toContain('Schema updated');
  });

  it("dbmate's own command is observed", async () => {
    await using project = await makeFolder({
      'db/migrations/20240101000000_notes.sql':
        '-- migrate:up\nCREATE TABLE notes (id int PRIMARY KEY, body text);\n\n-- migrate:down\nDROP TABLE notes;\n',
      'db/migrations/20240102000000_body.sql':
        '-- migrate:up\nALTER TABLE notes ALTER COLUMN body SET NOT NULL;\n\n-- migrate:down\nSELECT 1;\n',
    });
    const args = ['rehearse', '--exec', `"${commandOf('dbmate')}" --no-dump-schema up`, '--format', 'json'];
    const { exitCode, stdout, stderr } = await runLockkeeper(project.path, args);
    expect(exitCode, stderr).toBe(0);
    const { migrations, verdict } = rehearsalOn(stdout);
    expect(verdict).toBe('passed');
    const alter = migrations[0]?.statements.find(({ sql }) => sql.startsWith('ALTER TABLE notes'));
    expect(alter?.transactionBlock).toBe('allowed');
    expect(alter?.locks).toContainEqual(
      expect.objectContaining({ relation: 'public.notes', mode: 'AccessExclusiveLock' }),
    );
  });

  it('a command that fails is a finding, with its own last words', async () => {
    await using project = await makeFolder({
      'db/migrations/20240101000000_bad.sql': '-- migrate:up\nCREATE TABEL notes ();\n\n-- migrate:down\n',
    });
    const args = ['rehearse', '--exec', `"${commandOf('dbmate')}" --no-dump-schema up`, '--format', 'json'];
    const { exitCode, stdout, stderr } = await runLockkeeper(project.path, args);
    expect(exitCode, stderr).toBe(1);
    const rehearsal = rehearsalOn(stdout);
    expect(rehearsal.verdict).toBe('failed');
    expect(rehearsal.notes.join()).toMatch(/exited with \d+:.*syntax error/s);
    expect(rehearsal.migrations[0]?.statements.find(({ error }) => error !== null)?.error?.code).toBe('42601');
  });
});
