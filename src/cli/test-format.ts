export const testFormats = ['text', 'json', 'junit', 'markdown'] as const;
export type TestFormat = (typeof testFormats)[number];

/** The format that a file name asks for, when none was named. */
export function testFormatOfFile(path: string): TestFormat {
  if (/\.json$/i.test(path)) return 'json';
  if (/\.xml$/i.test(path)) return 'junit';
  return /\.(?:md|markdown)$/i.test(path) ? 'markdown' : 'text';
}
