import { expect, test } from 'vitest';
import { renderTestJunit } from '../../../src/report/test/junit.js';
import { renderTestMarkdown } from '../../../src/report/test/markdown.js';
import { renderTestTerminal } from '../../../src/report/test/terminal.js';
import { sampleTest } from './sample-test.js';

const plain = { width: 100, color: false };

test('a terminal shows the exact difference, and one line for what is restored', () => {
  const text = renderTestTerminal(sampleTest, plain);
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.includes('0001_users.sql'));
  expect(lines[first]).toMatch(/^── 0001_users\.sql \(written\) ─+ restored ──$/);
  expect(lines[first + 1]).toMatch(/^── 0002/);
  expect(text).toContain('    · index public.users_email is missing\n');
  expect(text).toContain('  columns are back in another order: public.users\n');
  expect(text).toContain('inconclusive · 1 restored · 1 not-restored · 2 no-rollback · 1 refused · 1 failed');
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('DROP TABLE t;');
  expect(renderTestTerminal(sampleTest, { ...plain, verbose: true })).toContain('DROP TABLE t;');
});

test('JUnit has a case for each way back, a failure for what is not restored, an error for what was not tried', () => {
  const xml = renderTestJunit(sampleTest);
  expect(xml.match(/<testcase /g)).toHaveLength(7);
  expect(xml.match(/<failure /g)).toHaveLength(4);
  expect(xml).toContain('tests="7" failures="4" errors="1"');
  expect(xml).toContain('<skipped message="declared: a purge; mitigation: restore point"/>');
  expect(renderTestJunit({ ...sampleTest, requireRollbacks: true })).toContain('failures="5"');
  expect(xml).toContain(
    '<failure type="not-restored" message="the rollback does not restore the schema and the data">',
  );
  expect(xml).toContain('0002_&lt;/failure&gt;&amp;.sql');
  expect(xml).not.toContain('\u001b');
});

test('Markdown has a row for each way back, and folds what each left different', () => {
  const markdown = renderTestMarkdown(sampleTest);
  expect(markdown).toContain('🔴 not-restored');
  expect(markdown.match(/<details>/g)).toHaveLength(5);
  expect(markdown).toContain('index public.users_email is missing');
  const many = Array.from({ length: 3_000 }, () => sampleTest.migrations[1]).filter((one) => one !== undefined);
  const long = renderTestMarkdown({ ...sampleTest, migrations: many });
  expect(long.length).toBeLessThan(65_536);
  expect(long).toMatch(/\d+ more parts do not fit here/);
});
