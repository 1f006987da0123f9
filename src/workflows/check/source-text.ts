import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Migration, Project } from '../../model/migration.js';

/** The text of a migration's own file, for what stands in its comments; empty when it came from no file. */
export async function sourceText({ dir }: Project, { path }: Migration): Promise<string> {
  try {
    return await readFile(join(dir, path), 'utf8');
  } catch {
    return '';
  }
}
