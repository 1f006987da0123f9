import { expect, test } from 'vitest';
import { renderKeepTerminal } from '../../../src/report/keep/terminal.js';
import { sampleKeep } from './sample-keep.js';

const render = (report: typeof sampleKeep) => renderKeepTerminal(report, { width: 100, color: false });

test('says what is kept, what it costs, whom it concerns and what holds it', () => {
  const text = render(sampleKeep);
  expect(text).toMatch(/── 0003_drop_public_users_ab12cd34 ─+ expired ──/);
  expect(text).toContain('rows of public.users, kept before 0003');
  expect(text).toContain('12 rows · 16.0 kB · kept 2026-01-02 03:04 UTC · expires 2026-02-01 03:04 UTC');
  expect(text).toContain('! personal data, by their names: email');
  expect(text).toContain('! still published by everything');
  expect(text).toContain('! still referred to by orders_user_id_fkey of public.orders');
  expect(text).toMatch(/── back ─+ restored ──/);
  expect(text).toContain('rows unknown · no expiry');
  expect(text).toContain('4 tables, 48.0 kB · 1 expired: lockkeeper keep drop --expired');
  expect(text).not.toContain('\u001b');
});

test('a drop says which rollback it takes away', () => {
  const [first] = sampleKeep.entries;
  if (first === undefined) throw new Error('the sample has entries');
  const plan = { ...sampleKeep, action: 'drop' as const, entries: [{ ...first, expired: false }], dropped: false };
  expect(render(plan)).toContain('! without it the rollback of 0003 cannot put these rows back');
  expect(render(plan)).toContain('To be dropped: ');
  expect(render({ ...plan, entries: [] })).toContain('There is nothing to drop.');
  expect(render({ ...sampleKeep, entries: [] })).toContain('Nothing is kept.');
});
