import { expect, test } from 'vitest';
import { rehearseChange } from '../../../src/before/rehearse/rehearse-change.js';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../src/foundation/stage/open-embedded-stage.js';
import { migrationOf } from '../../support/script.js';

test('relations that traffic cannot use are named, once; a materialised view is read', async () => {
  await loadParser();
  await using stage = await openEmbeddedStage({ major: 17, serverBin: null, standby: false });
  const setup = migrationOf('setup', [
    'CREATE TABLE t (id int PRIMARY KEY)',
    'CREATE VIEW v AS SELECT id FROM t',
    'CREATE MATERIALIZED VIEW m AS SELECT id FROM t',
  ]);
  const change = migrationOf('change', [
    'ALTER VIEW v SET (security_barrier)',
    'SELECT pg_sleep(0.2)',
    'REFRESH MATERIALIZED VIEW m',
  ]);
  const again = migrationOf('again', ['ALTER VIEW v RESET (security_barrier)', 'ALTER TABLE t ADD COLUMN x int']);
  const { notes, migrations } = await rehearseChange(stage, [setup, change, again], {
    transactionScope: 'migration',
    trafficPerSecond: 100,
    role: null,
    twice: false,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  expect(notes.toSorted()).toEqual([
    'No synthetic reads, writes of public.v: it is a view.',
    'No synthetic writes of public.m: it is a materialised view.',
  ]);
  const lanes = migrations.flatMap(({ statements }) => statements.flatMap(({ traffic }) => traffic));
  const named = new Set(lanes.map(({ relation, operation }) => `${relation} ${operation}`));
  expect(named).toContain('public.m read');
  expect([...named].filter((lane) => /public\.v|m write/.test(lane))).toEqual([]);
});
