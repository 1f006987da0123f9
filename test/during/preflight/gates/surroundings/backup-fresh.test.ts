import { describe, expect, test } from 'vitest';
import backupFresh from '../../../../../src/during/preflight/gates/surroundings/backup-fresh.js';
import { backupTools } from '../../../../../src/during/preflight/gates/surroundings/backup-tools/index.js';
import type { BackupSource } from '../../../../../src/during/preflight/gates/surroundings/read-backups.js';
import { daysAgo, decided, policyFor } from './decide-policy.js';

const stop = Date.parse('2026-06-14T02:05:10Z') / 1_000;

/** As `pgbackrest info --output=json` documents it. */
const pgbackrest = (backup: object = {}, status: object = { code: 0, message: 'ok' }) =>
  JSON.stringify([
    {
      archive: [
        {
          database: { id: 1, 'repo-key': 1 },
          id: '17-1',
          max: '0000000100000000000000F7',
          min: '000000010000000000000003',
        },
      ],
      backup: [
        {
          archive: { start: '0000000100000000000000F0', stop: '0000000100000000000000F1' },
          backrest: { format: 5, version: '2.54.2' },
          error: false,
          info: { delta: 412_000, repository: { delta: 90_000, size: 3_100_000 }, size: 31_000_000 },
          label: '20260614-020003F',
          prior: null,
          reference: null,
          timestamp: { start: stop - 307, stop },
          type: 'full',
          ...backup,
        },
      ],
      cipher: 'none',
      db: [{ id: 1, 'repo-key': 1, 'system-id': 7_412_345_678_901_234, version: '17' }],
      name: 'main',
      status,
    },
  ]);

/** As `wal-g backup-list --json --detail` prints it. */
const walG = JSON.stringify([
  {
    backup_name: 'base_0000000100000000000000F0',
    time: '2026-06-14T02:06:00Z',
    wal_file_name: '0000000100000000000000F0',
    start_time: '2026-06-14T02:00:03.410Z',
    finish_time: '2026-06-14T02:05:10Z',
    hostname: 'db1',
    pg_version: 170_002,
    is_permanent: false,
    uncompressed_size: 31_000_000,
    compressed_size: 3_100_000,
  },
]);

/** As `barman --format json list-backups main` prints it; one that failed has no end. */
const barman = JSON.stringify({
  main: [
    { backup_id: '20260615T020003', status: 'FAILED' },
    {
      backup_id: '20260614T020003',
      end_time: 'Sun Jun 14 04:05:10 2026',
      end_time_timestamp: String(stop),
      retention_status: '-',
      size: '29.6 MiB',
      size_bytes: 31_000_000,
      status: 'DONE',
      tablespaces: [],
      wal_size_bytes: 16_777_216,
    },
  ],
});

const facts = {
  createdAt: '2026-06-14T02:05:10.000Z',
  verifiedAt: null,
  restoredAt: null,
  bytes: 31_000_000,
  fault: null,
};

describe('what backup tools print', () => {
  test('is read as facts', () => {
    expect(backupTools.pgbackrest.read(pgbackrest())).toEqual([{ ...facts, label: '20260614-020003F' }]);
    expect(backupTools['wal-g'].read(walG)).toEqual([{ ...facts, label: 'base_0000000100000000000000F0' }]);
    expect(backupTools.barman.read(barman)).toEqual([{ ...facts, label: '20260614T020003' }]);
    const own = [
      { createdAt: '2026-06-14 02:05:10', verifiedAt: '2026-06-14T05:00:00+02:00', label: 'x', bytes: 5 },
      { label: 'y' },
    ];
    expect(backupTools.json.read(JSON.stringify(own))).toEqual([
      { ...facts, label: 'x', bytes: 5, verifiedAt: '2026-06-14T03:00:00.000Z' },
    ]);
  });

  test('faults are told, and none is no fault', () => {
    expect(backupTools.pgbackrest.read(pgbackrest({ error: true }))[0]?.fault).toMatch(/checksums/);
    const broken = pgbackrest({}, { code: 2, message: 'no valid backups' });
    expect(backupTools.pgbackrest.read(broken)[0]?.fault).toMatch(/no valid backups/);
    expect(backupTools['wal-g'].read('null')).toEqual([]);
    expect(backupTools.pgbackrest.read('[]')).toEqual([]);
  });

  test.each(['pgbackrest', 'wal-g', 'barman', 'json'] as const)('%s: anything else is refused', (tool) => {
    expect(() => backupTools[tool].read('ERROR: [037]')).toThrow(/no JSON/);
    expect(() => backupTools[tool].read('"text"')).toThrow(/printed no|no list/);
  });
});

describe('backup-fresh', () => {
  const backup = (fields: object = {}) => ({
    createdAt: daysAgo(0.5),
    label: 'a',
    verifiedAt: daysAgo(0.4),
    restoredAt: daysAgo(0.4),
    bytes: 1,
    fault: null,
    ...fields,
  });
  const seen = (...backups: readonly object[]) => ({
    sources: [{ name: 'lockkeeper backup', backups, problem: null }] as never,
  });
  test.each([
    [
      'all of it',
      [backup()],
      {},
      /^pass: The newest backup \(a\) is 12 h old and verified, and one was restored 10 h ago/,
    ],
    ['none', [], {}, /^block: No backup/],
    ['too old', [backup({ createdAt: daysAgo(1.1) })], {}, /^block: .* may be 24 hours/],
    ['old enough for tier 2', [backup({ createdAt: daysAgo(1.1) })], { tier: 2 }, /^pass/],
    ['not verified', [backup({ verifiedAt: null })], {}, /^unknown: .* nothing says that it was verified/],
    ['not verified in tier 3', [backup({ verifiedAt: null })], { tier: 3 }, /^warn/],
    ['never restored', [backup({ restoredAt: null })], {}, /^unknown: .* ever restored/],
    ['never restored, nor asked for', [backup({ restoredAt: null })], { controls: [] }, /^warn/],
    [
      'an older one restored',
      [backup({ restoredAt: null }), backup({ label: 'b', createdAt: daysAgo(8), restoredAt: daysAgo(7) })],
      {},
      /^pass: .* restored 7 days ago/,
    ],
    ['restored long ago', [backup({ restoredAt: daysAgo(40) })], {}, /^block: .* may be 30 days/],
    [
      'the newest broken',
      [backup({ fault: 'page checksums did not hold' })],
      {},
      /^block: No sound backup .* checksums/,
    ],
    ['one of tomorrow', [backup({ createdAt: daysAgo(-1) })], {}, /^block: No sound backup .* not yet/],
  ])('%s', (...[, backups, fields, expected]) => {
    expect(decided(backupFresh, seen(...backups), fields)).toMatch(expected);
  });

  test('a source that does not answer makes it unknown, unless another has one', () => {
    const silent = { name: 'barman', backups: [], problem: 'its command ended with 1' };
    expect(decided(backupFresh, { sources: [silent] })).toMatch(/^unknown: .* barman: its command ended with 1/);
    expect(decided(backupFresh, { sources: [silent, { name: 'json', backups: [backup()], problem: null }] })).toMatch(
      /^pass/,
    );
  });

  test('two sources complete each other by the label', () => {
    const tool = { name: 'pgbackrest', backups: [backup({ verifiedAt: null, restoredAt: null })], problem: null };
    const list = { name: 'json', backups: [backup({ createdAt: daysAgo(0.4) })], problem: null };
    expect(decided(backupFresh, { sources: [tool, list] })).toMatch(/^pass: The newest backup \(a\) is 12 h old/);
  });

  test('commands are run, and of our own list only the backups of this database count', async () => {
    const entry = { ...backup(), schemaOnly: false, database: 'shop', server: 'db1:5432' };
    const entries = [
      entry,
      { ...entry, label: 'other', server: 'test:5432' },
      { ...entry, label: 'ddl', schemaOnly: true },
    ];
    const asked: string[] = [];
    const context = {
      evidenceDir: '/project/.lockkeeper',
      readFile: async (path: string) => (path === '/project/.lockkeeper/backups.json' ? JSON.stringify(entries) : null),
      session: { target: { host: 'db1', port: 5432, database: 'shop' } },
      replicas: [],
      runCommand: async (command: string) => {
        asked.push(command);
        return { exitCode: command.startsWith('pgbackrest') ? 0 : 3, stdout: pgbackrest(), stderr: 'password=s3cret' };
      },
    };
    const settings = { sources: ['pgbackrest', 'barman', { format: 'barman', command: 'ssh b barman' }, 'tar'] };
    const seenNow = (await backupFresh.inspect(context as never, policyFor({ settings }))) as unknown as {
      readonly sources: readonly BackupSource[];
    };
    expect(asked).toEqual(['pgbackrest info --output=json', 'ssh b barman']);
    expect(seenNow.sources.map(({ name, backups, problem }) => [name, backups.length, problem])).toEqual([
      ['lockkeeper backup', 1, null],
      ['pgbackrest', 1, null],
      ['barman', 0, 'its command has to be named'],
      ['barman', 0, 'its command ended with 3'],
      ['tar', 0, expect.stringMatching(/no such format/)],
    ]);
    expect(JSON.stringify(seenNow)).not.toContain('s3cret');
  });
});
