import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Format, ProjectFiles } from './format.js';
import { formats } from './formats/index.js';

/** The format with this id. @throws ChangeSafetyError `usage` naming the ids there are. */
export function formatById(id: string): Format {
  const format = formats.find((candidate) => candidate.id === id);
  if (format !== undefined) return format;
  throw new ChangeSafetyError({
    code: 'usage',
    message: `There is no format "${id}".`,
    remedy: `Choose one of: auto, ${formats.map((each) => each.id).join(', ')}.`,
    effect: 'none',
  });
}

/** Which format reads these files: the first in the list that finds its signs; null when none does. */
export function recogniseFormat(files: ProjectFiles, candidates: readonly Format[] = formats): Format | null {
  return candidates.find((format) => speaksFor(format, files)) ?? null;
}

/**
 * Whether the files show the signs of a format. One that is no text shows none, and hides nobody else's: whoever
 * reads it later says where it breaks.
 */
export function speaksFor(format: Format, files: ProjectFiles): boolean {
  return format.matches({ ...files, text: (path) => textOrNothing(files, path) }) !== null;
}

function textOrNothing(files: ProjectFiles, path: string): string {
  try {
    return files.text(path);
  } catch (error) {
    if (error instanceof ChangeSafetyError) return '';
    throw error;
  }
}

/** What was looked for, in words for the message that nothing was found. */
export function namedFormats(candidates: readonly Format[] = formats): string {
  return candidates.map((format) => format.title).join(', ');
}
