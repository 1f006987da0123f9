/** Of `apply`, `resume` and `preflight`. */
export const applyFormats = ['text', 'json', 'markdown'] as const;
export type ApplyFormat = (typeof applyFormats)[number];

/** The format that a file name asks for, when none was named. */
export function applyFormatOfFile(path: string): ApplyFormat {
  if (/\.json$/i.test(path)) return 'json';
  return /\.(?:md|markdown)$/i.test(path) ? 'markdown' : 'text';
}
