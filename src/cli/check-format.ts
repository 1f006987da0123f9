export const checkFormats = ['text', 'json', 'sarif', 'github', 'gitlab', 'junit', 'markdown'] as const;
export type CheckFormat = (typeof checkFormats)[number];

/** The format that a file name asks for, when none was named. */
export function checkFormatOfFile(path: string): CheckFormat {
  if (/\.sarif(?:\.json)?$/i.test(path)) return 'sarif';
  if (/\.json$/i.test(path)) return 'json';
  if (/\.xml$/i.test(path)) return 'junit';
  return /\.(?:md|markdown)$/i.test(path) ? 'markdown' : 'text';
}
