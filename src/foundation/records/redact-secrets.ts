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

/** A text without one of these matches no pattern, and neither does one that is shorter than a URL's `a://:@`. */
const telling = /:\/\/|password/i;
const shortestMatch = 6;

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

/** What holds no secret is returned as it is, not as a copy: reports are large, and secrets rare. */
function redact(value: unknown, spellings: readonly string[]): unknown {
  if (typeof value === 'string') return value.length < shortestSecret ? value : redactText(value, spellings);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? redactArray(value, spellings) : redactObject(value, spellings);
}

function redactArray(items: readonly unknown[], spellings: readonly string[]): readonly unknown[] {
  let redacted: unknown[] | null = null;
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    const masked = redact(item, spellings);
    if (masked === item) continue;
    redacted ??= [...items];
    redacted[index] = masked;
  }
  return redacted ?? items;
}

function redactObject(value: object, spellings: readonly string[]): object {
  const fields = value as Readonly<Record<string, unknown>>;
  let redacted: Record<string, unknown> | null = null;
  for (const key in fields) {
    const member = fields[key];
    if (typeof member === 'number' || typeof member === 'boolean' || member === null) continue;
    const masked = redact(member, spellings);
    if (masked === member) continue;
    redacted ??= { ...fields };
    redacted[key] = masked;
  }
  return redacted ?? value;
}

function redactText(text: string, spellings: readonly string[]): string {
  const masked = spellings.length === 0 ? text : maskSpellings(text, spellings);
  if (masked.length < shortestMatch || !telling.test(masked)) return masked;
  return patterns.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), masked);
}

function maskSpellings(text: string, spellings: readonly string[]): string {
  return spellings.reduce((current, spelling) => current.replaceAll(spelling, mask), text);
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
