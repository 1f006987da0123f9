import { beforeAll, describe, expect, it } from 'vitest';
import type { EffectContext } from '../../../../src/foundation/effects/effect-context.js';
import { predictEffects } from '../../../../src/foundation/effects/predict-effects.js';
import { loadParser, parseStatement } from '../../../../src/foundation/sql/parse.js';
import type { StatementEffects } from '../../../../src/model/effects.js';

const context: EffectContext = { major: 17, graph: null, searchPath: ['app'], settings: new Map() };

function predict(sql: string): StatementEffects {
  const parsed = parseStatement(sql);
  if (!parsed.ok) throw new Error(parsed.message);
  return predictEffects(parsed.tree, context);
}

function locks(sql: string): readonly string[] {
  return predict(sql).locks.map(
    ({ relation, mode, certainty, created }) => `${relation} ${mode} ${created === true ? 'created' : certainty}`,
  );
}

describe('without a schema', () => {
  beforeAll(loadParser);

  it.each([
    ['DROP TABLE t', ['app.t AccessExclusiveLock certain']],
    ['DROP TABLE IF EXISTS t, s.u', ['app.t AccessExclusiveLock possible', 's.u AccessExclusiveLock possible']],
    ['DROP TRIGGER x ON s.t', ['s.t AccessExclusiveLock certain']],
    ['DROP FUNCTION f()', []],
    [
      'CREATE TABLE t (id int REFERENCES u)',
      ['app.t AccessExclusiveLock created', 'app.u ShareRowExclusiveLock certain'],
    ],
    [
      'CREATE OR REPLACE VIEW v AS SELECT 1 FROM t',
      ['app.t AccessShareLock certain', 'app.v AccessExclusiveLock possible'],
    ],
    ['CREATE INDEX CONCURRENTLY ON t (a)', ['app.t ShareUpdateExclusiveLock certain']],
    ['TRUNCATE t', ['app.t AccessExclusiveLock certain']],
    ['LOCK TABLE t IN SHARE MODE', ['app.t ShareLock certain']],
    ['REINDEX (CONCURRENTLY) TABLE t', ['app.t ShareUpdateExclusiveLock certain']],
  ])('the text tells what it names: %s', (sql, expected) => {
    expect(locks(sql)).toEqual(expected);
  });

  it('does not count what one element of CREATE SCHEMA makes as there before the next', () => {
    expect(
      locks('CREATE SCHEMA s CREATE TABLE t (a int) CREATE INDEX ON t (a) CREATE VIEW v AS SELECT * FROM app.u'),
    ).toEqual([
      's.t AccessExclusiveLock created',
      's.t ShareLock created',
      'app.u AccessShareLock certain',
      's.v AccessExclusiveLock created',
    ]);
  });

  it.each(['DROP TABLE t CASCADE', 'TRUNCATE t CASCADE', 'DROP OWNED BY r', 'VACUUM', 'REINDEX SCHEMA s', 'CLUSTER'])(
    'says what it cannot know: %s',
    (sql) => {
      expect(predict(sql).unanalysed).toHaveLength(1);
    },
  );

  it.each(["COMMENT ON TYPE m IS 'x'", 'CREATE ROLE r', 'SET lock_timeout = 0', 'CREATE DOMAIN d AS int', 'COMMIT'])(
    'knows what locks no relation: %s',
    (sql) => {
      const { locks: taken, rewrites, scans, unanalysed } = predict(sql);
      expect([taken, rewrites, scans, unanalysed]).toEqual([[], [], [], []]);
    },
  );
});
