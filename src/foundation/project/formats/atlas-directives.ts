/** What the comments at the head of an Atlas file say. */
export interface AtlasDirectives {
  readonly txmode: string | null;
  /** What ends a statement instead of the semicolon, escapes resolved. */
  readonly delimiter: string | null;
  readonly checkpoint: boolean;
  /** The file is an archive of several (`atlas:txtar`). */
  readonly archive: boolean;
}

const directive = /^[ -~]*atlas:(\w+)(?: +([ -~]*))?/;

/**
 * Reads the directives of a file. All but the delimiter count only in a block of comments that an empty line parts
 * from the SQL; the delimiter and the archive mark must stand on the first line.
 */
export function parseAtlasDirectives(text: string): AtlasDirectives {
  const lines = text.split(/\r?\n/);
  const found = headComments(lines).flatMap((line) => {
    const match = directive.exec(line);
    return match === null ? [] : [{ name: match[1], value: match[2] ?? '' }];
  });
  const first = /^-- atlas:(\w+)(?: +([ -~]*))?/.exec(lines[0] ?? '');
  const txmode = found.find((entry) => entry.name === 'txmode');
  return {
    txmode: txmode === undefined ? null : txmode.value.trim(),
    delimiter: first?.[1] === 'delimiter' ? unescapeDelimiter(first[2] ?? '') : null,
    checkpoint: found.some((entry) => entry.name === 'checkpoint'),
    archive: first?.[1] === 'txtar',
  };
}

/** `-- atlas:sum ignore` on the first line keeps a file out of atlas.sum. */
export function isUnsealed(text: string): boolean {
  const match = directive.exec(text.split(/\r?\n/, 1)[0] ?? '');
  return match?.[1] === 'sum' && match[2] === 'ignore';
}

function headComments(lines: readonly string[]): readonly string[] {
  const end = lines.findIndex((line) => !/^(?:--|#)/.test(line));
  if (end < 0) return lines;
  return lines[end] === '' ? lines.slice(0, end) : [];
}

function unescapeDelimiter(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\r', '\r').replaceAll('\\t', '\t');
}
