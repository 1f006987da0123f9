import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { ProjectFiles } from '../format.js';
import { rawBytes } from '../raw-bytes.js';
import { isUnsealed } from './atlas-directives.js';

interface SumEntry {
  readonly name: string;
  readonly hash: string;
}

/** What atlas.sum should say of the files it seals, in their order; nothing without an atlas.sum. */
export function sealFiles(files: ProjectFiles): readonly SumEntry[] {
  const sum = files.paths.find((path) => posix.basename(path) === 'atlas.sum');
  if (sum === undefined) return [];
  const folder = posix.dirname(sum);
  const paths = files.paths.filter((path) => path.endsWith('.sql') && posix.dirname(path) === folder);
  return computeEntries(files, sum, paths);
}

/**
 * Compares atlas.sum with the files it seals, given in Atlas's order and relative to the same folder.
 * One running SHA-256 takes each file's name and bytes in turn, so the first entry that differs is the file that changed.
 * Returns what to tell the user; nothing when all is well.
 */
export function checkAtlasSum(files: ProjectFiles, sumPath: string, paths: readonly string[]): readonly string[] {
  const sealed = parseSum(files.text(sumPath));
  const actual = computeEntries(files, sumPath, paths);
  for (let index = 0; index < Math.max(sealed.length, actual.length); index += 1) {
    const was = sealed[index];
    const is = actual[index];
    if (was?.name === is?.name && was?.hash === is?.hash) continue;
    return [
      `${describeDifference(sealed, was, is)} Atlas refuses the folder until \`atlas migrate hash\` seals it again.`,
    ];
  }
  return [];
}

function describeDifference(sealed: readonly SumEntry[], was: SumEntry | undefined, is: SumEntry | undefined): string {
  if (is !== undefined && was?.name === is.name) return `${is.name} was changed after atlas.sum sealed it.`;
  if (is !== undefined && !sealed.some((entry) => entry.name === is.name)) {
    return `${is.name} was added without sealing it in atlas.sum.`;
  }
  return `${was?.name ?? is?.name} is sealed in atlas.sum, but the file is gone.`;
}

function parseSum(text: string): readonly SumEntry[] {
  return text
    .split(/\r?\n/)
    .slice(1)
    .flatMap((line) => {
      const match = /^(.*?)\s+h1:(\S+)\s*$/.exec(line);
      return match === null ? [] : [{ name: match[1] as string, hash: match[2] as string }];
    });
}

function computeEntries(files: ProjectFiles, sumPath: string, paths: readonly string[]): readonly SumEntry[] {
  const running = createHash('sha256');
  const folderLength = sumPath.length - 'atlas.sum'.length;
  return paths.flatMap((path) => {
    const name = path.slice(folderLength);
    const text = files.text(path);
    running.update(name);
    if (isUnsealed(text)) return [];
    running.update(rawBytes(files, path));
    return [{ name, hash: running.copy().digest('base64') }];
  });
}
