/** One name of an identity, quoted or bare. */
const identifier = /"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*/uy;

/** The names at the head of an identity as the server writes them, still quoted: `public.users` is two. */
export function leadingNames(identity: string): readonly string[] {
  const names: string[] = [];
  for (let at = 0; ; at += 1) {
    identifier.lastIndex = at;
    const [name] = identifier.exec(identity) ?? [];
    if (name === undefined) return names;
    names.push(name);
    at += name.length;
    if (identity[at] !== '.') return names;
  }
}

/** The object's own name, still quoted: the last of the names at the head. */
export function ownName(identity: string): string {
  return leadingNames(identity).at(-1) ?? identity;
}

/** The identity with another own name, given as the server quotes it. */
export function withOwnName(identity: string, name: string): string {
  const names = leadingNames(identity);
  return `${[...names.slice(0, -1), name].join('.')}${identity.slice(names.join('.').length)}`;
}

/** Names, strings and everything else of a piece of SQL, one after another. */
const token =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"(?:\."(?:[^"]|"")*"|\.[\p{L}_][\p{L}\p{N}_$]*)*|[\p{L}_][\p{L}\p{N}_$]*(?:\."(?:[^"]|"")*"|\.[\p{L}_][\p{L}\p{N}_$]*)*|\s+|./gsu;

/** Rewrites every dotted chain of names outside strings. */
export function mapNames(sql: string, map: (names: readonly string[]) => readonly string[]): string {
  return sql.replace(token, (text) => (/^["\p{L}_]/u.test(text) ? map(leadingNames(text)).join('.') : text));
}

/** The name without its quotes. */
export function bareName(quoted: string): string {
  return quoted.startsWith('"') ? quoted.slice(1, -1).replaceAll('""', '"') : quoted;
}
