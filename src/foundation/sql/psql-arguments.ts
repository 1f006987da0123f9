/** What stands after a psql command's name, read as psql reads it. */
export interface PsqlArguments {
  readonly values: readonly string[];
  /** It runs a shell command in backticks, which nobody should do on behalf of a migration. */
  readonly runsShell: boolean;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/** One piece of an argument: quoted text, a variable, or bare text up to white space or a backslash. */
const piece = /'((?:[^'\\]|\\.|'')*)'|("(?:[^"]|"")*")|(`)|(:(?:[\w\u0080-\uffff]+|'[^']+'|"[^"]+"))|[^\s'"`:\\]+|:/suy;

/** Splits the arguments of one command. `variable` turns `:name`, `:'name'` or `:"name"` into text, or null when unset. */
export function readPsqlArguments(text: string, variable: (reference: string) => string | null): PsqlArguments {
  const values: string[] = [];
  let current: string | null = null;
  let at = 0;
  while (at < text.length && text[at] !== '\\') {
    piece.lastIndex = at;
    const found = piece.exec(text);
    if (found === null) {
      if (current !== null) values.push(current);
      current = null;
      at += 1;
      continue;
    }
    if (found[3] !== undefined) return { values, runsShell: true };
    current = (current ?? '') + pieceText(found, variable);
    at += found[0].length;
  }
  return { values: current === null ? values : [...values, current], runsShell: false };
}

function pieceText(found: RegExpExecArray, variable: (reference: string) => string | null): string {
  const [whole, quoted, , , reference] = found;
  if (quoted !== undefined) return unescape(quoted);
  if (reference !== undefined) return variable(reference) ?? whole;
  return whole;
}

function unescape(quoted: string): string {
  return quoted.replace(/''|\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|.)/gs, (whole, escaped?: string) => {
    if (escaped === undefined) return whole[0] as string;
    if (/^[0-7]/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8));
    if (/^x./.test(escaped)) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return escapes[escaped] ?? escaped;
  });
}
