import { expect, test } from 'vitest';
import { renderBackupTerminal } from '../../../src/report/backup/terminal.js';
import { sampleBackups } from './sample-backup.js';

const look = { width: 100, color: false };

/** What a reader has to find, by action. */
const words: Readonly<Record<string, readonly string[]>> = {
  create: [
    'shop at db.example:5432, PostgreSQL 15.18, by pg_dump 15',
    'no restore point: the user may not',
    '1 table counted and summed, 1 by estimate',
    '! The disk is tight.',
    'Not verified yet: lockkeeper backup verify pre-migration-0042-20260102T030405Z',
  ],
  verify: [
    '✓ the files are those that were written',
    '✗ the rows are as they were: rows of 1 tables differ',
    '~ table public.users (physical)',
    '! public.users has 11 rows instead of 12',
    'too large to be compared: public.events',
    'Make another one before the change.',
  ],
  list: ['not verified', 'gone', '2 h', 'ticket=OPS-1', '2 backups, 4.0 MB · 1 verified'],
  restore: [
    'into shop, PostgreSQL 15.18',
    '2 sessions ended',
    '+ table public.younger',
    'Every write since 2026-01-02 03:04 UTC',
  ],
  prune: ['To be removed: 1 backup, 2.0 MB; 3 stay'],
};

test.each(sampleBackups.map((report) => [report.action, report] as const))('%s says what counts', (action, report) => {
  const text = renderBackupTerminal(report, look);
  for (const word of words[action] ?? []) expect(text).toContain(word);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});
