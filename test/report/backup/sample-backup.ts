import type { BackupEntry, BackupManifest, BackupReport } from '../../../src/model/backup.js';

const head = { kind: 'backup', version: 1, tool: { name: 'lockkeeper', version: '0.1.0' } } as const;

const sampleEntry: BackupEntry = {
  createdAt: '2026-01-02T03:04:05.000Z',
  verifiedAt: null,
  restoredAt: null,
  label: 'ticket=OPS-1',
  prefix: 'pre-migration-0042',
  bytes: 2_097_152,
  schemaOnly: false,
  database: 'shop',
  server: 'db.example:5432',
  path: '/backups/pre-migration-0042-20260102T030405Z',
  changeDigest: 'abc',
};

const manifest: BackupManifest = {
  kind: 'backup-manifest',
  version: 1,
  tool: head.tool,
  createdAt: sampleEntry.createdAt,
  prefix: sampleEntry.prefix,
  labels: { ticket: 'OPS-1' },
  changeDigest: 'abc',
  server: { version: '15.18', major: 15, host: 'db.example', port: 5432 },
  database: { name: 'shop', encoding: 'UTF8', bytes: 9_000_000 },
  snapshot: { id: '00000003-0000001B-1', at: '2026-01-02T03:03:00.000Z', lsn: '0/15D6828', standby: false },
  restorePoint: { name: null, lsn: null, why: 'the user may not execute pg_create_restore_point' },
  dump: { format: 'custom', schemaOnly: false, jobs: 1, tool: 'pg_dump 15', durationMs: 1234 },
  fingerprint: { major: 15, facets: { structure: 'a', order: 'b', access: 'c', physical: 'd', position: 'e' } },
  roles: ['shopkeeper'],
  extensions: ['plpgsql'],
  tables: [
    { counted: 'checksum', relation: 'public.users', columns: ['id'], rows: 12, checksum: '-42' },
    { counted: 'estimate', relation: 'public.events', rows: null },
  ],
  files: [{ path: 'data.dump', bytes: 2_097_152, sha256: 'f'.repeat(64) }],
};

const listed = { ...sampleEntry, present: true, ageMs: 7_200_000 };

export const sampleBackups: readonly BackupReport[] = [
  { ...head, action: 'create', backup: sampleEntry, manifest, warnings: ['The disk is tight.'] },
  {
    ...head,
    action: 'verify',
    backup: sampleEntry,
    verdict: 'failed',
    checks: [
      { id: 'files', outcome: 'passed', detail: '1 file', durationMs: 1 },
      { id: 'rows', outcome: 'failed', detail: 'rows of 1 tables differ', durationMs: 2 },
    ],
    differences: [{ change: 'changed', kind: 'table', identity: 'public.users', facets: ['physical'] }],
    facets: ['structure', 'order', 'access'],
    rowDifferences: ['public.users has 11 rows instead of 12'],
    notCompared: ['public.events'],
  },
  { ...head, action: 'list', backups: [listed, { ...listed, verifiedAt: '2026-01-02T04:00:00.000Z', present: false }] },
  {
    ...head,
    action: 'restore',
    backup: sampleEntry,
    server: { version: '15.18', major: 15 },
    database: 'shop',
    clean: true,
    disconnected: 2,
    restored: true,
    differences: [{ change: 'added', kind: 'table', identity: 'public.younger', facets: [] }],
    durationMs: 900,
  },
  { ...head, action: 'prune', backups: [listed], kept: 3, pruned: false },
];
