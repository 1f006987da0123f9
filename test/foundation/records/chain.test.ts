import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRecords, recordsFolder } from '../../../src/foundation/records/read-records.js';
import { recordDigest } from '../../../src/foundation/records/record.js';
import { verifyChain } from '../../../src/foundation/records/verify-chain.js';
import { writeRecord } from '../../../src/foundation/records/write-record.js';

let root: string;
let evidence: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lockkeeper-records-'));
  evidence = join(root, 'evidence');
});
afterEach(() => rmSync(root, { recursive: true }));

let minute = 0;
function write(body: unknown) {
  minute += 1;
  return writeRecord(evidence, {
    tool: { name: 'lockkeeper', version: '0.0.0' },
    createdAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
    kind: 'rehearsal',
    body,
  });
}

test('a record is private, canonical and named by time and digest', async () => {
  const { path, digest: written } = await write({ b: 1, a: 2 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(recordsFolder(evidence)).mode & 0o777).toBe(0o700);
  const text = readFileSync(path, 'utf8');
  expect(text).toMatch(/^\{"body":\{"a":2,"b":1\},"createdAt":.*"version":1\}\n$/);
  expect(written).toBe(recordDigest(JSON.parse(text)));
  expect(path).toMatch(new RegExp(`/20260101T00\\d{7}Z-${written.slice(0, 16)}\\.json$`));
  expect(readdirSync(recordsFolder(evidence))).toHaveLength(1);
});

test('records form a chain; two at once fork it and the next joins the heads', async () => {
  const first = await write(1);
  const [left, right] = await Promise.all([write('left'), write('right')]);
  expect(left.record.predecessors).toEqual([first.digest]);
  expect(right.record.predecessors).toEqual([first.digest]);
  const joined = await write('joined');
  expect(joined.record.predecessors).toEqual([left.digest, right.digest]);
  expect(verifyChain(await readRecords(evidence))).toEqual({ heads: [joined.digest], problems: [] });
});

test('a removed record is named by the one that follows it', async () => {
  const first = await write(1);
  const second = await write(2);
  rmSync(first.path);
  expect(verifyChain(await readRecords(evidence)).problems).toEqual([
    { kind: 'missing', name: second.path.split('/').at(-1), predecessor: first.digest },
  ]);
});

test.each([
  ['of the body', (text: string) => text.replace('"body":1', '"body":7')],
  ['of the time', (text: string) => text.replace('2026-01-01', '2026-01-02')],
  ['that JSON does not mind', (text: string) => text.replace('"body":1', '"body": 1')],
  ['of the digest', (text: string) => text.replace(/"digest":"./, '"digest":"-')],
])('one changed byte %s is found, and told once', async (_which, change) => {
  const first = await write(1);
  await write(2);
  writeFileSync(first.path, change(readFileSync(first.path, 'utf8')));
  expect(verifyChain(await readRecords(evidence)).problems).toEqual([
    { kind: 'changed', name: first.path.split('/').at(-1) },
  ]);
});

test('a damaged file is reported and does not stop the next record', async () => {
  const first = await write(1);
  writeFileSync(first.path, '{"body":');
  const next = await write(2);
  expect(next.record.predecessors).toHaveLength(1);
  const kinds = verifyChain(await readRecords(evidence)).problems.map(({ kind }) => kind);
  expect(kinds).toEqual(['unreadable', 'changed']);
});

test('a folder that cannot be made is an explained error', async () => {
  writeFileSync(evidence, 'a file in the way');
  await expect(write(1)).rejects.toMatchObject({ code: 'output-failed', effect: 'none' });
});

test('no folder means no records', async () => {
  expect(await readRecords(evidence)).toEqual([]);
});
