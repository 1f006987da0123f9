import { describe, expect, test } from 'vitest';
import { renderCheckMarkdown } from '../../../src/report/check/markdown.js';
import { renderCheckTerminal } from '../../../src/report/check/terminal.js';
import { sampleCheck } from './sample-check.js';

describe('the terminal', () => {
  const text = renderCheckTerminal(sampleCheck, { width: 100, color: false });

  test('shows the code, what happens and what to write instead', () => {
    expect(text).toContain('error create-index-blocks-writes: CREATE INDEX without CONCURRENTLY blocks writes');
    expect(text).toContain('db/migrations/0007_index, orders.sql:4:1');
    expect(text).toContain('4 │ CREATE INDEX by_day');
    expect(text).toContain('5 │   ON orders (day)');
    expect(text).toContain('      CREATE INDEX CONCURRENTLY by_day\n        ON orders (day)');
  });

  test('a quiet migration is one line', () => {
    const lines = text.split('\n');
    const at = lines.findIndex((line) => line.includes('0008_add_note.sql'));
    expect(lines[at]).toMatch(/LOW/);
    expect(lines.slice(at + 1, at + 3)).toEqual(['', 'Notes']);
  });

  test('no line of prose is wider than the terminal, and nothing is coloured', () => {
    for (const line of renderCheckTerminal(sampleCheck, { width: 50, color: false }).split('\n')) {
      expect(line).not.toContain('\u001b');
      if (!line.startsWith('      ')) expect(line.length).toBeLessThanOrEqual(50);
    }
  });

  test('what is suppressed is counted, and shown when asked', () => {
    expect(text).toContain('1 error, 1 to know; 1 suppressed');
    const all = renderCheckTerminal(sampleCheck, { width: 80, color: false, verbose: true });
    expect(all).toContain('suppressed drop-column at line 4, by comment: unused since May');
    expect(all).toContain('orders: Share, stops writes');
  });
});

describe('the comment on a pull request', () => {
  test('has a row for each migration and the findings of those that have some', () => {
    const text = renderCheckMarkdown(sampleCheck);
    expect(text).toContain('| `db/migrations/0008_add_note.sql` | 🟢 LOW | additive schema change | 0 |');
    expect(text.match(/<details>/g)).toHaveLength(1);
  });

  test('stays under 65,000 characters and says what it leaves out', () => {
    const [loud] = sampleCheck.migrations;
    const many = { ...sampleCheck, migrations: Array.from({ length: 300 }, () => loud) } as typeof sampleCheck;
    const text = renderCheckMarkdown(many);
    expect(text.length).toBeLessThan(65_000);
    expect(text).toMatch(/\d+ more parts do not fit here/);
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
  });
});
