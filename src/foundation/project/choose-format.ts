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
  return candidates.find((format) => format.matches(files) !== null) ?? null;
}

/** What was looked for, in words for the message that nothing was found. */
export function namedFormats(candidates: readonly Format[] = formats): string {
  return candidates.map((format) => format.title).join(', ');
}
