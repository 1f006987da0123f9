import { describe, expect, test } from 'vitest';
import { backupName, requirePrefix, restorePointName } from '../../../src/back/backup/backup-names.js';
import { choosePruned, type PruneChoice } from '../../../src/back/backup/choose-pruned.js';
import { chooseProgram, firstErrors } from '../../../src/back/backup/client-program.js';
import { chooseChecksummed } from '../../../src/back/backup/count-tables.js';
import { judgeDiskRoom } from '../../../src/back/backup/disk-room.js';
import { findChangedFiles } from '../../../src/back/backup/hash-files.js';
import { warnOfSnapshot } from '../../../src/back/backup/snapshot-warning.js';
import { verdictOf } from '../../../src/back/backup/verify-backup.js';
import { backupCheckIds, type BackupEntry, type BackupOutcome } from '../../../src/model/backup.js';

const gigabyte = 2 ** 30;

describe('the client program', () => {
  const at = (path: string, major: number) => ({ path, major });

  test('is the oldest that is not older than the server', () => {
    const tools = [at('a', 18), at('b', 15), at('c', 16), at('d', 16)];
    expect(chooseProgram(tools, 16)).toEqual(at('c', 16));
    expect(chooseProgram(tools, 17)).toEqual(at('a', 18));
    expect(chooseProgram(tools, 19)).toBeNull();
    expect(chooseProgram([], 15)).toBeNull();
  });

  test('is quoted with its errors and what explains them, else with its last words', () => {
    const stderr = 'pg_dump: warning: old\npg_dump: error: query failed: ERROR:  no\nDETAIL:  why\nHINT:  how\nmore\n';
    expect(firstErrors(stderr)).toBe('pg_dump: error: query failed: ERROR:  no\nDETAIL:  why\nHINT:  how');
    expect(firstErrors('one\ntwo\n')).toBe('one\ntwo');
  });
});

test('a disk has room for the tables, for half of them, or too little', () => {
  expect([100, 99, 50, 49].map((free) => judgeDiskRoom(free, 100))).toEqual(['enough', 'tight', 'tight', 'short']);
  expect(judgeDiskRoom(0, 0)).toBe('enough');
});

test('names sort by time and stay within what a restore point may have', () => {
  expect(backupName('pre', new Date('2026-01-02T03:04:05.678Z'))).toBe('pre-20260102T030405678Z');
  expect(restorePointName('x'.repeat(100))).toHaveLength(63);
  expect(requirePrefix('pre-migration-0042')).toBe('pre-migration-0042');
  for (const bad of ['', '../up', '.hidden', 'a b', 'x'.repeat(101)])
    expect(() => requirePrefix(bad)).toThrow('cannot begin the name');
});

test('the smallest tables are summed, until one limit is met', () => {
  const table = (relation: string, bytes: number) => ({ relation, columns: [], bytes, estimatedRows: null });
  const tables = [table('c', 60), table('a', 10), table('b', 50)];
  expect([...chooseChecksummed(tables, { tableBytes: 55, totalBytes: 1000 })]).toEqual(['a', 'b']);
  expect([...chooseChecksummed(tables, { tableBytes: 100, totalBytes: 59 })]).toEqual(['a']);
});

test('a long snapshot is warned of, with what it costs where', () => {
  const tables = [{ bytes: 100 * gigabyte }];
  expect(warnOfSnapshot({ origin: { standby: false }, tables: [{ bytes: gigabyte }] })).toEqual([]);
  expect(warnOfSnapshot({ origin: { standby: false }, tables })).toEqual([expect.stringMatching(/100 GB.*vacuum/)]);
  expect(warnOfSnapshot({ origin: { standby: true }, tables })).toEqual([
    expect.stringContaining('hot_standby_feedback'),
  ]);
});

test('files that changed, are missing or were added are named', () => {
  const file = (path: string, bytes: number, sha256: string) => ({ path, bytes, sha256 });
  const recorded = [file('a', 1, 'x'), file('b', 1, 'x'), file('c', 1, 'x'), file('d', 1, 'x')];
  const present = [file('a', 1, 'x'), file('b', 2, 'y'), file('c', 1, 'y'), file('e', 1, 'x')];
  expect(findChangedFiles(recorded, present)).toEqual([
    'b has 2 bytes instead of 1',
    'c has other bytes than were written',
    'd is missing',
    'e was added',
  ]);
});

test('a verification passes only when every step was done and passed', () => {
  const checks = (...outcomes: readonly BackupOutcome[]) =>
    outcomes.map((outcome, at) => ({ id: backupCheckIds[at] ?? 'rows', outcome, detail: '', durationMs: 0 }));
  expect(verdictOf(checks('passed', 'passed', 'passed', 'passed', 'passed'))).toBe('passed');
  expect(verdictOf(checks('passed', 'passed', 'passed', 'passed', 'skipped'))).toBe('passed');
  expect(verdictOf(checks('passed', 'passed', 'skipped', 'passed', 'passed'))).toBe('inconclusive');
  expect(verdictOf(checks('passed', 'passed', 'inconclusive'))).toBe('inconclusive');
  expect(verdictOf(checks('passed', 'passed', 'passed', 'passed'))).toBe('inconclusive');
  expect(verdictOf(checks('passed', 'passed', 'passed', 'failed', 'passed'))).toBe('failed');
});

describe('pruning', () => {
  const now = new Date('2026-02-01T00:00:00Z');
  const entry = (day: number, more: Partial<BackupEntry> = {}): BackupEntry => ({
    createdAt: `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`,
    verifiedAt: null,
    restoredAt: null,
    label: null,
    prefix: 'nightly',
    bytes: 1,
    schemaOnly: false,
    database: 'shop',
    server: 'db:5432',
    path: `/b/${day}`,
    changeDigest: null,
    ...more,
  });
  const days = (entries: readonly BackupEntry[], choice: Partial<PruneChoice>) =>
    choosePruned(entries, { prefix: null, keep: null, olderThanMs: null, ...choice }, now).map(({ path }) => path);
  const verified = { verifiedAt: '2026-01-31T00:00:00.000Z' };
  const day = 86_400_000;

  test('goes by number and by age, oldest first', () => {
    const entries = [entry(1), entry(20), entry(10), entry(30)];
    expect(days(entries, { keep: 2 })).toEqual(['/b/1', '/b/10']);
    expect(days(entries, { olderThanMs: 15 * day })).toEqual(['/b/1', '/b/10']);
    expect(days(entries, { keep: 3, olderThanMs: 15 * day })).toEqual(['/b/1']);
  });

  test('never takes the newest verified one, nor without any the newest that holds rows', () => {
    expect(days([entry(1, verified), entry(2, verified), entry(3), entry(4)], { keep: 1 })).toEqual(['/b/1', '/b/3']);
    expect(days([entry(1), entry(2), entry(3, { schemaOnly: true })], { olderThanMs: day })).toEqual(['/b/1', '/b/3']);
  });

  test('counts each database by itself, and only the prefix that is meant', () => {
    const entries = [entry(1), entry(2), entry(3, { database: 'other' }), entry(4, { prefix: 'pre' }), entry(5)];
    expect(days(entries, { keep: 1 })).toEqual(['/b/1', '/b/2', '/b/4']);
    expect(days(entries, { keep: 1, prefix: 'nightly' })).toEqual(['/b/1', '/b/2']);
  });
});
