import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/model/apply-run.js';
import { eventLine } from '../../../src/report/apply/event-line.js';
import { renderLive } from '../../../src/report/apply/live-screen.js';
import { advanceLive, startLive } from '../../../src/report/apply/live-state.js';
import { locksInWords } from '../../../src/report/apply/locks-in-words.js';
import type { StepLock } from '../../../src/model/locks.js';
import { renderApplyMarkdown } from '../../../src/report/apply/markdown.js';
import { renderApplyTerminal } from '../../../src/report/apply/terminal.js';
import { renderPreflightMarkdown } from '../../../src/report/preflight/markdown.js';
import { renderPreflightTerminal } from '../../../src/report/preflight/terminal.js';
import { samplePreflight, sampleRun } from './sample-run.js';

const plain = { width: 80, color: false };

test('a terminal is told gates, steps with their failures, and last the state and what to do', () => {
  const text = renderApplyTerminal(sampleRun, plain);
  expect(text).toContain('✗ block   backup: A fresh backup');
  expect(text).toContain('waived by ada on 2026-03-01, until 2026-03-02: seen in the console');
  expect(text).toContain('✓ before');
  expect(text).toMatch(/attempt 1, 512 ms: error · 23505 · 0042_index\.sql:3: could not/);
  expect(text).toContain('waited 3.00 s outside the queue');
  expect(text).toContain('not begun');
  expect(text.trimEnd().split('\n').slice(-4).join(' ')).toMatch(
    /^ ?FAILED: 0 OF 1 MIGRATION, 1 OF 3 STEPS TOOK EFFECT 1 of 3 steps .* → Correct the migration/,
  );
  expect(text).not.toContain('\x1b');
  expect(Math.max(...text.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(80);
});

test('the locks of a step are told by what they stop: not those of readers, of indexes, and of what it made', () => {
  expect(renderApplyTerminal(sampleRun, plain)).toMatch(
    /one transaction · short lock · took AccessExclusive on orders\n/,
  );
  expect(renderApplyMarkdown(sampleRun)).toContain('took AccessExclusive on orders |');
});

test('many locks are counted, the strongest are named, and what was sampled says so', () => {
  const locks = [...Array(6).keys()].map((n): StepLock => {
    const mode = n === 5 ? 'ShareRowExclusiveLock' : 'RowShareLock';
    return { relation: `public.t${n}`, kind: 'table', mode, certainty: 'sampled' };
  });
  expect(locksInWords(locks)).toBe('ShareRowExclusive on t5, RowShare on t0, RowShare on t1 and 3 more (sampled)');
  expect(locksInWords([])).toBeNull();
  expect(locksInWords(null)).toBeNull();
});

test('a comment begins with the state and hides nothing that failed', () => {
  const text = renderApplyMarkdown(sampleRun);
  expect(text).toMatch(/^## 🔴 lockkeeper: failed/);
  expect(text).toContain('**1 of 3 steps took effect');
  expect(text).toContain('| `backup` | 🔴 block |');
  expect(text).not.toContain('\x1b');
});

test('gates: what is closed stands first, what passes is counted', () => {
  expect(renderPreflightTerminal(samplePreflight, plain)).toMatch(
    /✗ block {3}backup[\s\S]*! unknown disk-space[\s\S]*✓ replication[\s\S]*Blocked: 1 gate closed, 1 waived, 1 open\n$/,
  );
  expect(renderPreflightMarkdown(samplePreflight)).toContain('waived by ada');
});

const at = '2026-03-01T10:00:00.000Z';
const stepId = '0042/1';
const events: readonly RunEvent[] = [
  {
    at,
    kind: 'planned',
    runId: 'r',
    steps: [...Array(30).keys()].map((n) => ({ stepId: `0042/${n + 1}`, path: 'p', sql: 'SELECT 1' })),
  },
  { at, kind: 'step-started', stepId, number: 1, count: 30, sql: 'SELECT 1' },
  { at, kind: 'waiting-outside', stepId, reason: `report of ada (pid 7): ${'SELECT '.repeat(80)}` },
  { at, kind: 'attempt-started', stepId, attempt: 2, lockTimeoutMs: 100, queueLeftMs: 400 },
  { at, kind: 'statement', stepId, number: 1, count: 2, place: 'p:1', sql: 'SELECT \x1b[31m1' },
  { at, kind: 'locks', stepId, queuedMs: 30, waiters: 2, longestWaitMs: 20 },
  { at, kind: 'progress', stepId, phase: 'building index', fraction: 0.456, remainingMs: 9_000 },
  { at, kind: 'sample', values: { replicaLagMs: 40, orders_p99: 3.256, walBytes: 9 } },
  { at, kind: 'notice', severity: 'NOTICE', message: 'hello' },
];

test('the screen has room for what is at work, whatever its size', () => {
  for (const [width, height] of [
    [40, 6],
    [80, 24],
    [200, 60],
  ] as const) {
    let state = startLive(0);
    for (const event of events) {
      state = advanceLive(state, event, 1_000);
      const lines = renderLive(state, { width, height, color: false, nowMs: 2_000 });
      expect(lines.length).toBeLessThanOrEqual(height);
      expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(width);
      expect(lines.join('')).not.toContain('\x1b');
    }
    const text = renderLive(state, { width, height, color: false, nowMs: 2_000 }).join('\n');
    expect(text).toContain('▸ 0042/1');
    if (width >= 80) {
      expect(text).toContain('2 sessions waiting for its locks, the longest 20 ms');
      expect(text).toContain('building index 45 %, about 9.00 s left');
      expect(text).toContain('standby 40 ms behind · orders_p99 3.26');
    }
  }
});

test('a log has a line for each event that is worth one', () => {
  const lines = events.map(eventLine);
  expect(lines.filter((line) => line === null)).toHaveLength(1);
  expect(lines.join('')).not.toContain('\x1b');
  expect(lines.join('')).not.toContain('\n');
  expect(lines[5]).toBe(`${at} 0042/1 in the lock queue for 30 ms, 2 sessions waiting for it, the longest 20 ms`);
});
