import { execFile } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../src/foundation/postgres/session.js';
import { mayMount } from './may-mount.js';
import { makeFolder, runLockkeeper } from './run-lockkeeper.js';

const run = promisify(execFile);

const migration = `-- +goose NO TRANSACTION
-- +goose Up
INSERT INTO log VALUES ('once');
CREATE INDEX CONCURRENTLY big_pad ON big (pad) TABLESPACE tiny;
INSERT INTO log VALUES ('twice');
-- +goose Down
DROP INDEX big_pad;
`;

describe.runIf(mayMount)('a target whose disk is full (needs root that may mount a tmpfs)', () => {
  it('is left in a known state, and brought to the end when there is room', async () => {
    await using cluster = await startCluster({ major: 17, serverBin: null });
    await using folder = await makeFolder({ 'migrations/00001_big.sql': migration });
    await using disk = await makeFolder();
    await run('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk.path]);
    try {
      const { uid, gid } = await stat(cluster.dataDir);
      await chown(disk.path, uid, gid);
      await using session = await connect(cluster.connection(), { applicationName: 'test' });
      await session.query(`CREATE TABLESPACE tiny LOCATION '${disk.path}'`);
      await session.query(`CREATE TABLE log (line text); CREATE TABLE big (pad text);
        INSERT INTO big SELECT string_agg(md5(i::text || j), '') FROM generate_series(1, 4000) i, generate_series(1, 50) j GROUP BY i`);
      const { host, port, user, database } = cluster.connection();
      const url = `host=${host} port=${port} user=${user} dbname=${database}`;
      const apply = () => runLockkeeper(folder.path, ['apply', '--no-gates', '--database', url]);
      const failed = await apply();
      expect(failed.stdout, failed.stderr).toMatch(/1 of 3 steps took effect/);
      expect(failed.stdout).toContain('53100');
      const indexes = `SELECT indexrelid::regclass::text AS name, indisvalid AS valid FROM pg_index WHERE indrelid = 'big'::regclass`;
      expect((await session.query(indexes)).rows).toEqual([]);
      await run('mount', ['-o', 'remount,size=64m', disk.path]);
      const applied = await apply();
      expect(applied, applied.stdout + applied.stderr).toMatchObject({ exitCode: 0 });
      expect((await session.query(indexes)).rows).toEqual([{ name: 'big_pad', valid: true }]);
      const lines = (await session.query('SELECT line FROM log ORDER BY 1')).rows;
      expect(lines).toEqual([{ line: 'once' }, { line: 'twice' }]);
    } finally {
      await cluster.stop();
      await run('umount', [disk.path]);
    }
  }, 60_000);
});
