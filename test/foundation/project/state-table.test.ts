import { describe, expect, test } from 'vitest';
import type { Format } from '../../../src/foundation/project/format.js';
import { formats } from '../../../src/foundation/project/formats/index.js';
import { parseTableName, settingIn, type StateTableName } from '../../../src/foundation/project/state-table.js';

interface Told {
  readonly files?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly placeholders?: Readonly<Record<string, string>>;
}

function locate(id: string, { files = {}, variables = {}, placeholders = {} }: Told): StateTableName | undefined {
  const format: Format | undefined = formats.find((candidate) => candidate.id === id);
  return format?.stateTable?.locate({ file: (name) => files[name] ?? null, variables, placeholders });
}

describe('where a tool keeps its table', () => {
  test.each<[string, Told, StateTableName]>([
    ['flyway', {}, { schema: null, name: 'flyway_schema_history' }],
    [
      'flyway',
      { files: { 'flyway.conf': '# mine\nflyway.table=history\nflyway.defaultSchema = app\n' } },
      { schema: 'app', name: 'history' },
    ],
    ['flyway', { files: { 'flyway.toml': '[flyway]\ntable = "history"\n' } }, { schema: null, name: 'history' }],
    [
      'flyway',
      { placeholders: { 'flyway:table': 'h' }, variables: { FLYWAY_TABLE: 'v' } },
      { schema: null, name: 'h' },
    ],
    [
      'liquibase',
      {
        files: {
          'liquibase.properties': 'liquibase.liquibaseSchemaName: Ops\ndatabaseChangelogTableName: CHANGES\n',
        },
      },
      { schema: 'ops', name: 'changes' },
    ],
    ['sqlx', { files: { 'sqlx.toml': '[migrate]\ntable-name = "ops.done"\n' } }, { schema: 'ops', name: 'done' }],
    ['goose', { variables: { GOOSE_TABLE: 'ops.goose' } }, { schema: 'ops', name: 'goose' }],
    ['dbmate', { variables: { DBMATE_MIGRATIONS_TABLE: '' } }, { schema: null, name: 'schema_migrations' }],
    ['drizzle', {}, { schema: 'drizzle', name: '__drizzle_migrations' }],
    [
      'drizzle',
      { files: { 'drizzle.config.ts': "export default { migrations: { table: 'm', schema: 'public' } };" } },
      { schema: 'public', name: 'm' },
    ],
    [
      'atlas',
      { files: { 'atlas.hcl': 'env "x" {\n  migration {\n    revisions_schema = "public"\n  }\n}\n' } },
      { schema: 'public', name: 'atlas_schema_revisions' },
    ],
  ])('%s told %j', (id, told, expected) => {
    expect(locate(id, told)).toEqual(expected);
  });

  test('a setting that is commented out is none', () => {
    expect(settingIn('#table = x\n// table: y\n', 'table')).toBeNull();
    expect(settingIn(null, 'table')).toBeNull();
  });

  test.each([
    ['a', { schema: null, name: 'a' }],
    ['"A.b".c', { schema: 'A.b', name: 'c' }],
    ['s."x""y"', { schema: 's', name: 'x"y' }],
  ])('%s', (text, expected) => {
    expect(parseTableName(text)).toEqual(expected);
  });
});
