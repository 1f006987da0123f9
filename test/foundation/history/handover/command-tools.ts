import { hashGraphileMigration } from '../../../../src/foundation/project/formats/graphile-migrate-text.js';
import { run } from './install-packages.js';
import { libpqVariables, numbers, type Place, type PublishedTool, url } from './published-tool.js';

const byName = (count: number, file: (number: number) => readonly [string, string]) =>
  Object.fromEntries(numbers(count).map(file));

async function dbmate({ cluster, database, dir, packages }: Place, verb: string): Promise<void> {
  const server = `postgres://postgres@/${database}?socket=${cluster.socketDir}&port=${cluster.port}`;
  await run(packages.bin('dbmate'), ['--url', server, '--no-dump-schema', '--migrations-dir', dir, verb]);
}

async function nodePgMigrate(place: Place, ...words: readonly string[]): Promise<void> {
  await run(place.packages.bin('node-pg-migrate'), [...words, '-m', place.dir], { env: libpqVariables(place) });
}

/** Text of a committed migration, sealed to the one before it. */
function committed(number: number): { readonly text: string; readonly hash: string } {
  const previous = number === 1 ? null : committed(number - 1).hash;
  const body = `CREATE TABLE t${number} ();\n`;
  const hash = hashGraphileMigration(body, previous);
  return { hash, text: `--! Previous: ${previous ?? '-'}\n--! Hash: ${hash}\n\n${body}` };
}

async function graphileMigrate(place: Place, ...words: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    DATABASE_URL: url(place, place.database),
    SHADOW_DATABASE_URL: url(place, 'shadow'),
    ROOT_DATABASE_URL: url(place, 'postgres'),
  };
  const { stdout } = await run(place.packages.bin('graphile-migrate'), [...words], { cwd: place.dir, env });
  return stdout;
}

/** Where Liquibase is unpacked, with Java on the machine. It is too large to be fetched for a test. */
const liquibaseHome = process.env['LIQUIBASE_HOME'];

async function liquibase({ cluster, database, dir }: Place, ...words: readonly string[]): Promise<string> {
  const { stdout } = await run(
    'java',
    [
      '-jar',
      `${liquibaseHome}/internal/lib/liquibase-core.jar`,
      `--url=jdbc:postgresql://127.0.0.1:${cluster.port}/${database}`,
      '--username=postgres',
      '--password=none',
      `--search-path=${dir}`,
      '--changelog-file=changes.sql',
      '--show-banner=false',
      ...words,
    ],
    { cwd: dir, env: { ...process.env, LIQUIBASE_HOME: liquibaseHome } },
  );
  return stdout;
}

const changeset = (number: number): string =>
  `--changeset ann:${number} context:prod labels:new\n--comment: the table ${number}\nCREATE TABLE t${number} ();\n--rollback DROP TABLE t${number};\n`;

const liquibaseTool: PublishedTool = {
  title: 'Liquibase',
  files: (count) => ({ 'changes.sql': `--liquibase formatted sql\n${numbers(count).map(changeset).join('\n')}` }),
  placeholders: { changelogPath: '' },
  up: async (place) => void (await liquibase(place, 'update')),
  down: async (place) => void (await liquibase(place, 'rollback-count', '--count=1')),
  complaints: async (place) => {
    const said = await liquibase(place, 'status');
    return said.includes('is up to date') ? [] : [said];
  },
};

/** Tools that are programs of their own. */
export const commandTools: readonly PublishedTool[] = [
  {
    title: 'dbmate',
    files: (count) =>
      byName(count, (n) => [
        `${n}_t.sql`,
        `-- migrate:up\nCREATE TABLE t${n} ();\n-- migrate:down\nDROP TABLE t${n};\n`,
      ]),
    up: (place) => dbmate(place, 'migrate'),
    down: (place) => dbmate(place, 'rollback'),
  },
  {
    title: 'node-pg-migrate',
    files: (count) =>
      byName(count, (n) => [
        `${n}_t.sql`,
        `-- Up Migration\nCREATE TABLE t${n} ();\n-- Down Migration\nDROP TABLE t${n};\n`,
      ]),
    up: (place) => nodePgMigrate(place, 'up'),
    down: (place) => nodePgMigrate(place, 'down'),
    refusesWhenLocked: /Another migration is already running/,
  },
  {
    title: 'graphile-migrate',
    files: (count) => ({
      ...byName(count, (n) => [`migrations/committed/${String(n).padStart(6, '0')}.sql`, committed(n).text]),
      'migrations/current.sql': '',
      '.gmrc': '{}',
    }),
    up: async (place) => void (await graphileMigrate(place, 'migrate')),
    refusesWhenLocked: /Failed to get exclusive lock/,
    // Its exit code says what is pending.
    complaints: async (place) => {
      const said = await graphileMigrate(place, 'status');
      return said.includes('Up to date.') ? [] : [said];
    },
  },
  ...(liquibaseHome === undefined ? [] : [liquibaseTool]),
];
