import { readNoRollback } from '../../back/rollback/story/read-no-rollback.js';
import { openProjectFiles } from '../../foundation/project/open-project-files.js';
import type { Migration } from '../../model/migration.js';
import type { DeclaredNoRollback } from '../../model/rollback-story.js';

/**
 * What a team declared in its files, by the migration that is said to have no way back. `dir` is the project's folder.
 * @throws ChangeSafetyError `script-invalid` for a declaration that gives no reason or no mitigation.
 */
export async function readDeclarations(
  migrations: readonly Migration[],
  dir: string,
): Promise<ReadonlyMap<Migration, DeclaredNoRollback>> {
  const files = await openProjectFiles(dir);
  const there = new Set(files.paths);
  const found = migrations.flatMap((migration) => {
    const { path, statements } = migration;
    if (!there.has(path)) return [];
    const declared = readNoRollback(files.text(path), { path, line: statements[0]?.span.line ?? null });
    return declared === null ? [] : [[migration, declared] as const];
  });
  return new Map(found);
}
