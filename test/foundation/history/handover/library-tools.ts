import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { run } from './install-packages.js';
import { numbers, type Place, type PublishedTool } from './published-tool.js';

async function drizzle(place: Place, name: string): Promise<void> {
  const { drizzle: open } = await place.packages.load(`${name}/node-postgres`);
  const { migrate } = await place.packages.load(`${name}/node-postgres/migrator`);
  const client = new pg.Client(place.cluster.connection(place.database));
  await client.connect();
  try {
    await migrate?.(name === 'drizzle-orm' ? open?.(client) : open?.({ client }), { migrationsFolder: place.dir });
  } finally {
    await client.end();
  }
}

const entry = (number: number) => ({ idx: number, version: '7', when: 1_700_000_000_000 + number, tag: `${number}_t` });

const prismaFolder = (number: number): string => `2024010${number}000000_t`;

interface Diagnosis {
  readonly editedMigrationNames: readonly string[];
  readonly failedMigrationNames: readonly string[];
  readonly history: unknown;
}

const program = fileURLToPath(new URL('prisma-program.mjs', import.meta.url));

/** The engine that `prisma migrate deploy` is a face of, made into WebAssembly; it speaks through the driver's adapter. */
async function prisma(place: Place, verb: string): Promise<unknown> {
  const copy = join(place.packages.dir, 'prisma-program.mjs');
  await copyFile(program, copy);
  const folders = await readFolders(place);
  const input = {
    migrationsList: {
      baseDir: place.dir,
      lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
      shadowDbInitScript: '',
      migrationDirectories: folders.map(({ path, text }) => ({
        path,
        migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: text } },
      })),
    },
    filters: { externalTables: [], externalEnums: [] },
    optInToShadowDatabase: false,
  };
  const target = place.cluster.connection(place.database);
  const { stdout } = await run(process.execPath, [copy, JSON.stringify({ target, verb, input })]);
  return JSON.parse(stdout);
}

async function readFolders({ dir }: Place) {
  const texts = numbers(9).map(async (number) => {
    const path = prismaFolder(number);
    return { path, text: await readFile(join(dir, path, 'migration.sql'), 'utf8').catch(() => null) };
  });
  return (await Promise.all(texts)).filter(({ text }) => text !== null);
}

/** Tools that are functions of a library. */
export const libraryTools: readonly PublishedTool[] = [
  {
    title: 'Drizzle 0.x',
    files: (count) => ({
      ...Object.fromEntries(numbers(count).map((n) => [`${n}_t.sql`, `CREATE TABLE t${n} ();`])),
      'meta/_journal.json': JSON.stringify({
        version: '7',
        dialect: 'postgresql',
        entries: numbers(count).map(entry),
      }),
    }),
    up: (place) => drizzle(place, 'drizzle-orm'),
  },
  {
    title: 'Drizzle 1.0',
    files: (count) =>
      Object.fromEntries(
        numbers(count).flatMap((n) => [
          [`2024010${n}000000_t/migration.sql`, `CREATE TABLE t${n} ();`],
          [`2024010${n}000000_t/snapshot.json`, '{}'],
        ]),
      ),
    up: (place) => drizzle(place, 'drizzle-orm-1'),
  },
  {
    title: 'Prisma Migrate',
    files: (count) => ({
      ...Object.fromEntries(
        numbers(count).map((n) => [`${prismaFolder(n)}/migration.sql`, `CREATE TABLE t${n} ();\n`]),
      ),
      'migration_lock.toml': 'provider = "postgresql"\n',
    }),
    up: async (place) => void (await prisma(place, 'applyMigrations')),
    complaints: async (place) => {
      const said = (await prisma(place, 'diagnoseMigrationHistory')) as Diagnosis;
      const drift = said.history === null ? [] : [JSON.stringify(said.history)];
      return [...said.editedMigrationNames, ...said.failedMigrationNames, ...drift];
    },
  },
];
