import { posix } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import type { ProjectFiles } from '../format.js';
import { parseGraphileText, resolveGraphileIncludes } from './graphile-migrate-text.js';

export interface GraphileCurrent {
  readonly path: string;
  readonly text: string;
  readonly firstLine: number;
  readonly includes: readonly string[];
  readonly notes: readonly string[];
}

/** The migration that is not yet committed, its includes resolved: `current.sql` or the files of `current/`. */
export function readGraphileCurrent(files: ProjectFiles, root: string): GraphileCurrent | null {
  const single = posix.join(root, 'current.sql');
  const folder = posix.join(root, 'current');
  const parts = files.paths.filter((path) => posix.dirname(path) === folder && path.endsWith('.sql'));
  if (files.paths.includes(single)) {
    if (parts.length === 0) return readSingle(files, single, root);
    throw invalid(
      `Both ${single} and the folder ${folder} exist; graphile-migrate refuses that.`,
      'Delete one of the two.',
    );
  }
  return parts.length === 0 ? null : joinParts(files, sortParts(parts), root);
}

function readSingle(files: ProjectFiles, path: string, root: string): GraphileCurrent {
  const { text, includes } = resolveGraphileIncludes(files, path, posix.join(root, 'fixtures'));
  const { body, firstLine } = parseGraphileText(text);
  const notes =
    includes.length === 0
      ? []
      : [`Lines of ${path} are counted with its includes in place, as graphile-migrate counts them.`];
  return { path, text: body, firstLine, includes, notes };
}

function joinParts(files: ProjectFiles, parts: readonly string[], root: string): GraphileCurrent {
  const read = parts.map((path) => {
    const { text, includes } = resolveGraphileIncludes(files, path, posix.join(root, 'fixtures'));
    return { path, includes, text: `--! split: ${posix.basename(path)}\n${parseGraphileText(text).body.trim()}\n` };
  });
  const path = parts[0] as string;
  return {
    path,
    text: read.map((part) => part.text).join('\n'),
    firstLine: 1,
    includes: [...new Set([...parts.slice(1), ...read.flatMap((part) => part.includes)])],
    notes:
      parts.length === 1
        ? []
        : [
            `The ${parts.length} files of ${posix.dirname(path)} are one migration; lines are counted through the joined text, as graphile-migrate counts them.`,
          ],
  };
}

function sortParts(parts: readonly string[]): readonly string[] {
  const numbered = parts
    .map((path) => ({ path, number: Number(/^([0-9]+)(?:-[-_a-zA-Z0-9]*)?\.sql$/.exec(posix.basename(path))?.[1]) }))
    .sort((left, right) => left.number - right.number);
  numbered.forEach(({ path, number }, index) => {
    const before = numbered[index - 1];
    if (!(number >= 1))
      throw invalid(`${path} must begin with a positive number, like 001-name.sql.`, 'Rename the file.');
    if (before?.number === number)
      throw invalid(`${before.path} and ${path} have the same number.`, 'Renumber one of the two.');
  });
  return numbered.map(({ path }) => path);
}

function invalid(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'project-invalid', message, remedy, effect: 'none' });
}
