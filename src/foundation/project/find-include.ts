import { statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';

/**
 * Where psql finds an included file: `\ir` beside the including file; `\i` from the directory in which psql was
 * started, which may be the project's folder or `cwd`. The path returned is relative to the project's folder.
 */
export function findIncludeIn(dir: string, cwd: string): (name: string, from: string | null) => string | null {
  return (name, from) => {
    const starts = from === null ? [dir, cwd] : [resolve(dir, dirname(from))];
    const found = starts.map((start) => resolve(start, name)).find(isFile);
    return found === undefined ? null : relative(dir, found).split(sep).join('/');
  };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
