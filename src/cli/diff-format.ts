export const diffFormats = ['text', 'json', 'markdown'] as const;
export type DiffFormat = (typeof diffFormats)[number];

/** The format that a file name asks for, when none was named. */
export function diffFormatOfFile(path: string): DiffFormat {
  if (/\.json$/i.test(path)) return 'json';
  return /\.(?:md|markdown)$/i.test(path) ? 'markdown' : 'text';
}
