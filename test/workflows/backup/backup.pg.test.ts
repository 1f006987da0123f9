import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBackup, listBackups, restoreBackup, verifyBackup } from '../../../src/workflows/backup.js';
import { nastySchema } from '../../foundation/stage/nasty-schema.js';
import { type BackupServer, startBackupServer, urlOf } from './backup-server.js';

/** Beside the types and keys of the nasty schema: rights, what a restore computes anew, and what has no table. */
const rich = `${nastySchema}
  INSERT INTO tenants (name, plan) SELECT 'tenant ' || i, 'pro' FROM generate_series(1, 100) i;
  INSERT INTO areas VALUES ('N', 1), ('S', 2), ('S', 3);
  CREATE TABLE "Odd ""name"" = x" (id int PRIMARY KEY, gone int, body text COLLATE "C" DEFAULT 'it''s');
  ALTER TABLE "Odd ""name"" = x" DROP COLUMN gone;
  INSERT INTO "Odd ""name"" = x" SELECT i, repeat('ü', i) FROM generate_series(1, 500) i;
  ALTER TABLE "Odd ""name"" = x" ENABLE ROW LEVEL SECURITY;
  CREATE POLICY mine ON "Odd ""name"" = x" TO shopkeeper USING (id > 3);
  GRANT SELECT ON tenants TO shopkeeper;
  ALTER DEFAULT PRIVILEGES FOR ROLE shopkeeper GRANT SELECT ON TABLES TO PUBLIC;
  CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM tenants;
  INSERT INTO tenants (name, plan) VALUES ('late', 'free');
  CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC; SELECT n * 2; END;
  CREATE VIEW doubled AS SELECT twice(id) AS n FROM tenants;
  ALTER VIEW doubled OWNER TO shopkeeper;
  SELECT lo_from_bytea(4711, 'large');`;

let server: BackupServer;

beforeAll(async () => {
  server = await startBackupServer(15);
  await server.admin.query('CREATE ROLE shopkeeper');
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const named = (name: string) => ({ database: urlOf(server.cluster, name), target: null });

describe('a backup', () => {
  test.each([
    ['one file', 1],
    ['a folder, by two workers', 2],
  ])(
    'is made as %s, proved by a restore, listed, and restored for good',
    async (_, jobs) => {
      const source = `rich_${jobs}`;
      await server.makeDatabase(source, rich);
      const created = await createBackup({
        ...server.request,
        database: named(source),
        prefix: 'pre-migration-0042',
        labels: { ticket: 'OPS-1', team: 'shop' },
        changeDigest: 'abc',
        jobs,
      });
      const { backup, manifest } = created;
      expect(backup).toMatchObject({
        label: 'ticket=OPS-1, team=shop',
        prefix: 'pre-migration-0042',
        database: source,
        changeDigest: 'abc',
        verifiedAt: null,
        restoredAt: null,
      });
      expect(manifest.restorePoint).toMatchObject({ name: expect.stringContaining('pre-migration-0042'), why: null });
      expect(manifest.snapshot).toMatchObject({ standby: false, lsn: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/) });
      expect(manifest.dump.format).toBe(jobs === 1 ? 'custom' : 'directory');
      expect(manifest.tables.find(({ relation }) => relation === 'public.tenants')).toMatchObject({ rows: 101 });
      expect((await stat(backup.path)).mode & 0o777).toBe(0o700);
      for (const { path } of manifest.files) expect((await stat(join(backup.path, path))).mode & 0o777).toBe(0o600);

      const verified = await verifyBackup({ ...server.request, backup: null });
      expect(verified.checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
      expect(verified).toMatchObject({ verdict: 'passed', rowDifferences: [], notCompared: [], differences: [] });
      expect(verified.backup.verifiedAt).not.toBeNull();

      await server.makeDatabase(`copy_${jobs}`);
      const restored = await restoreBackup({
        ...server.request,
        backup: backup.path,
        database: named(`copy_${jobs}`),
        agree: async (plan) => plan.objects === 0 && plan.others === 0,
      });
      expect(restored).toMatchObject({ restored: true, differences: [], disconnected: 0 });
      const { backups } = await listBackups(server.request);
      expect(backups.at(-1)).toMatchObject({
        path: backup.path,
        present: true,
        verifiedAt: verified.backup.verifiedAt,
      });
      expect(backups.at(-1)?.restoredAt).not.toBe(null);
    },
    60_000,
  );

  test('is of one instant, however much is written meanwhile', async () => {
    await server.makeDatabase('busy', 'CREATE TABLE log (id serial, at timestamptz DEFAULT clock_timestamp())');
    await using writer = await server.open('busy');
    let stopped = false;
    const writing = (async () => {
      while (!stopped)
        await writer.query('INSERT INTO log DEFAULT VALUES; UPDATE log SET at = clock_timestamp() WHERE id % 7 = 0');
    })();
    const { backup, manifest } = await createBackup({ ...server.request, database: named('busy') });
    stopped = true;
    await writing;
    const { rows } = await writer.query('SELECT count(*)::int AS n FROM log');
    expect(Number(rows[0]?.['n'])).toBeGreaterThan(manifest.tables[0]?.rows ?? Infinity);
    const verified = await verifyBackup({ ...server.request, backup: backup.path });
    expect(verified.checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  });
});
