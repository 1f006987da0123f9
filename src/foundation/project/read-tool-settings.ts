import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Folders above the migrations in which a tool's settings may be, the migrations' own counted. */
const levels = 4;

/** Reads files by name from the folder or the nearest above it; null for one that is nowhere. */
export function readToolSettings(dir: string): (name: string) => string | null {
  const folders: string[] = [];
  for (let folder = resolve(dir); folders.length < levels && folders.at(-1) !== folder; folder = dirname(folder)) {
    folders.push(folder);
  }
  return (name) => {
    for (const folder of folders) {
      const text = readIfThere(join(folder, name));
      if (text !== null) return text;
    }
    return null;
  };
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
