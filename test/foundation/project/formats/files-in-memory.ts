import { createHash } from 'node:crypto';
import type { ProjectFiles } from '../../../../src/foundation/project/format.js';

/** A project's folder as literals: path to text. */
export function filesInMemory(texts: Readonly<Record<string, string>>): ProjectFiles {
  const text = (path: string): string => {
    const found = texts[path];
    if (found === undefined) throw new Error(`no such file: ${path}`);
    return found;
  };
  return {
    paths: Object.keys(texts).sort(),
    text: (path) => text(path).replace(/^\uFEFF/, ''),
    sha256: (path) => createHash('sha256').update(text(path), 'utf8').digest('hex'),
  };
}

export const noPlaceholders = { placeholders: {} } as const;
