import { beforeAll, expect, it } from 'vitest';
import { splitSteps } from '../../../../src/during/apply/plan/split-steps.js';
import { loadParser } from '../../../../src/foundation/sql/parse.js';
import { migrationOf } from '../../../support/script.js';

beforeAll(loadParser);

it('carries along what a script sets for its session: by SET, by function, and inside of a transaction', () => {
  const script = migrationOf(
    '0001',
    [
      `SELECT pg_catalog.set_config('search_path', '', false)`,
      'BEGIN',
      'SET work_mem = 1000',
      'SET LOCAL lock_timeout = 5',
      'CREATE TABLE a ()',
      'COMMIT',
      'VACUUM',
    ],
    'none',
  );
  const pieces = splitSteps(script).map(({ statements, settings }) => [
    statements.map(({ sql }) => sql).at(-1),
    settings.map(({ sql }) => sql),
  ]);
  const [searchPath] = script.statements.map(({ sql }) => sql);
  expect(pieces).toEqual([
    ['CREATE TABLE a ()', [searchPath]],
    ['VACUUM', [searchPath, 'SET work_mem = 1000']],
  ]);
});
