import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { VerifyReport } from '../../src/model/verify-report.js';
import { renderJson } from '../../src/report/json.js';
import { renderVerifyMarkdown } from '../../src/report/verify/markdown.js';
import { renderVerifyTerminal } from '../../src/report/verify/terminal.js';
import { verifySchema } from '../../src/report/verify-schema.js';
import type { DeepReadonly } from '../support/deep-readonly.js';

const finding = {
  assertion: 'foreign-keys',
  weight: 'error',
  relation: 'public."a | b"',
  name: 'k',
  message: 'public."a | b", k: 2 rows refer to nothing \u001b[31m',
  remedy: 'Bring them back.',
  rows: 2,
  range: null,
} as const;

const sample: VerifyReport = {
  kind: 'verify',
  version: 1,
  tool: { name: 'lockkeeper', version: '0.1.0' },
  server: { version: '17.10', major: 17 },
  target: 'production',
  database: 'the target production',
  onReplica: false,
  action: 'assert',
  changeDigest: null,
  verdict: 'failed',
  assertions: [
    {
      id: 'foreign-keys',
      title: 'Rows',
      verdict: 'fail',
      checked: 3,
      findings: [finding],
      notVerified: [{ relation: 'public.t', name: 'public.by_at', reason: 'it holds \u001b[31mbounds' }],
      observation: [],
      durationMs: 4,
    },
    {
      id: 'heap-sound',
      title: 'Pages',
      verdict: 'skipped',
      checked: 0,
      findings: [],
      notVerified: [],
      observation: [],
      durationMs: 0,
    },
    {
      id: 'unique-holds',
      title: 'Keys',
      verdict: 'pass',
      checked: 0,
      findings: [],
      notVerified: [],
      observation: [],
      durationMs: 1,
    },
  ],
  comparison: {
    left: { kind: 'snapshot', name: 'before.json', readAt: '2026-01-01T00:00:00.000Z' },
    right: { kind: 'database', name: 'the target production', readAt: '2026-01-02T00:00:00.000Z' },
    tables: 1,
    ranges: 2,
    rows: 3,
    exact: [],
    findings: [
      {
        ...finding,
        assertion: 'same-data',
        weight: 'info',
        range: { column: 'id', from: '1', to: null },
        remedy: null,
      },
    ],
  },
  snapshot: null,
  reading: {
    transactions: 1,
    statements: 2,
    longestTransactionMs: 3,
    longestStatementMs: 2,
    pausedMs: 9,
    heldBackMs: 4,
    retries: 0,
  },
  notes: ['A note.'],
  startedAt: '2026-01-02T00:00:00.000Z',
  durationMs: 12,
};

test('the schema describes exactly what the model says', () => {
  expectTypeOf<DeepReadonly<z.infer<typeof verifySchema>>>().toEqualTypeOf<DeepReadonly<VerifyReport>>();
  expect(verifySchema.parse(JSON.parse(renderJson(sample)))).toEqual(sample);
});

test('text says the gravest first, what was left out, and the verdict last, and cannot be steered', () => {
  const text = renderVerifyTerminal(sample, { width: 120, color: false });
  const lines = text.trimEnd().split('\n');
  expect(lines.at(-1)).toBe('failed: 1 thing is wrong, 1 thing changed since');
  expect(text.indexOf('✗ error')).toBeLessThan(text.indexOf('· info'));
  expect(text).toContain('id from 1 on');
  expect(text).toContain('left out, as asked: heap-sound');
  expect(text).not.toContain('\u001b');
});

test('Markdown is one table whose cells hold', () => {
  const text = renderVerifyMarkdown(sample);
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  expect(rows).toHaveLength(4);
  for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(6);
  expect(text).toContain('⚫');
});
