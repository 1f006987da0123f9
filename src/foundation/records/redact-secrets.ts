const mask = '***';

/** Shorter values would also hide ordinary words and numbers, and protect nothing. */
const shortestSecret = 4;

const quoted = String.raw`(?:E?'(?:[^'\\]|''|\\.)*'|\$\$[\s\S]*?\$\$|"(?:[^"\\]|\\.)*")`;

const patterns: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@host. The last @ before the path ends the password.
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@'"]*):[^\s/'"]*@/gi, `$1:${mask}@`],
  // password=… in connection strings and in the query of a URL; bare words only without space, else it may be an expression.
  [new RegExp(String.raw`\b((?:ssl)?password)(?:\s*=\s*${quoted}|=[^\s'"&,;()]+)`, 'gi'), `$1=${mask}`],
  // PASSWORD '…' in CREATE ROLE and in the options of a user mapping.
  [new RegExp(String.raw`\b(password\s+)${quoted}`, 'gi'), `$1'${mask}'`],
];

/**
 * The same value without passwords: those of connection strings and of CREATE ROLE, and the given secrets wherever
 * they stand in a string. Keys are left alone; secrets of fewer than four characters are not looked for.
 */
export function redactSecrets<Value>(value: Value, secrets: readonly string[]): Value {
  const spellings = [...new Set(secrets.flatMap(spellingsOf))]
    .filter((spelling) => spelling.length >= shortestSecret)
    // The longest first: a secret may be part of another.
    .sort((left, right) => right.length - left.length);
  return redact(value, spellings) as Value;
}

function redact(value: unknown, spellings: readonly string[]): unknown {
  if (typeof value === 'string') return redactText(value, spellings);
  if (Array.isArray(value)) return value.map((item) => redact(item, spellings));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, redact(member, spellings)]));
}

function redactText(text: string, spellings: readonly string[]): string {
  const masked = spellings.reduce((current, spelling) => current.replaceAll(spelling, mask), text);
  return patterns.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), masked);
}

/** A secret as it stands, in a URL, in an SQL literal; and the password alone when the secret is a URL. */
function spellingsOf(secret: string): readonly string[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/]*)@/i.exec(secret)?.[1];
  return [secret, ...(password === undefined ? [] : [password, decoded(password)])].flatMap((text) => [
    text,
    encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD')),
    text.replaceAll("'", "''"),
  ]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
