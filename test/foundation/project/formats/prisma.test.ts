import { expect, it } from 'vitest';
import { prisma } from '../../../../src/foundation/project/formats/prisma.js';
import { filesInMemory, noPlaceholders } from './files-in-memory.js';

const lock = '# Prisma\nprovider = "postgresql"\n';

it.each(['', 'migrations/', 'prisma/migrations/'])('reads folders under "%s" by name', (root) => {
  const files = filesInMemory({
    [`${root}migration_lock.toml`]: lock,
    [`${root}20240202000000_add_index/migration.sql`]: 'create index concurrently i on t (a);',
    [`${root}20240101000000_init/migration.sql`]: 'create table t (a int);',
    [`${root}20240101000000_init/down.sql`]: 'drop table t;',
  });
  expect(prisma.matches(files)).toContain('migration_lock.toml');
  const project = prisma.read(files, noPlaceholders);
  expect(project.migrations.map(({ id, name, down }) => [id, name, down?.text])).toEqual([
    ['20240101000000_init', 'init', 'drop table t;'],
    ['20240202000000_add_index', 'add index', undefined],
  ]);
  expect(project.migrations[0]?.up.transaction.mode).toBe('implicit');
  expect(project.notes).toEqual([]);
});

it('matches by folders too, but not those of Drizzle', () => {
  const path = '20240101000000_init/migration.sql';
  expect(prisma.matches(filesInMemory({ [path]: '' }))).toContain(path);
  expect(prisma.read(filesInMemory({ [path]: '' }), noPlaceholders).notes).toHaveLength(1);
  expect(prisma.matches(filesInMemory({ [path]: '', '20240101000000_init/snapshot.json': '' }))).toBeNull();
});

it('refuses another provider and a folder without its file', () => {
  expect(() => prisma.read(filesInMemory({ 'migration_lock.toml': 'provider = "mysql"' }), noPlaceholders)).toThrow(
    /"mysql"/,
  );
  const emptied = filesInMemory({ 'migration_lock.toml': lock, '20240101000000_init/README.md': '' });
  expect(() => prisma.read(emptied, noPlaceholders)).toThrow(/20240101000000_init\/migration.sql does not exist/);
});
