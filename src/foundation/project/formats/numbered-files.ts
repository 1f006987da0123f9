import { ChangeSafetyError } from '../../../model/change-safety-error.js';

/** A file whose name begins with a number that orders it. */
export interface NumberedFile {
  readonly path: string;
  readonly number: bigint;
  readonly name: string;
}

/** Sorts by number. Two files with one number are refused: the tool could not tell which comes first. */
export function sortByNumber<File extends NumberedFile>(files: readonly File[]): readonly File[] {
  const sorted = files.toSorted((a, b) => (a.number < b.number ? -1 : a.number > b.number ? 1 : 0));
  sorted.forEach((file, index) => {
    const previous = sorted[index - 1];
    if (previous?.number === file.number) throw sameVersion(String(file.number), [previous.path, file.path]);
  });
  return sorted;
}

/** The error for two files that claim one version. */
export function sameVersion(version: string, paths: readonly [string, string]): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'project-invalid',
    message: `${paths[0]} and ${paths[1]} both have the number ${version}, so their order is undefined.`,
    remedy: 'Give one of them a number of its own.',
    effect: 'none',
  });
}

/** Files of a folder itself, not of its sub-folders. */
export function topLevel(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => !path.includes('/'));
}
