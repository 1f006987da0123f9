import { parsePublicKey, type SshPublicKey } from './ssh-public-key.js';
import { UnreadableSignature } from './ssh-wire.js';

/** A line of the file of allowed signers: who has a key, and for what and when it counts. */
export interface AllowedSigner {
  /** 1-based. */
  readonly line: number;
  /** Patterns as they stand: `alice@example.com`, `*@example.com`, `!bob@example.com`. */
  readonly principals: readonly string[];
  readonly key: SshPublicKey;
  /** Patterns; null: any namespace. */
  readonly namespaces: readonly string[] | null;
  readonly validAfter: Date | null;
  readonly validBefore: Date | null;
}

export interface AllowedSigners {
  readonly signers: readonly AllowedSigner[];
  /** Why the file cannot be relied on, with the line; empty when it can. */
  readonly faults: readonly string[];
}

/** Reads the file as ssh-keygen does (ALLOWED SIGNERS in its manual). Authorities are refused: certificates cannot be read. */
export function parseAllowedSigners(text: string): AllowedSigners {
  const signers: AllowedSigner[] = [];
  const faults: string[] = [];
  for (const [index, written] of text.split('\n').entries()) {
    const content = written.trim();
    if (content === '' || content.startsWith('#')) continue;
    try {
      signers.push(parseLine(content, index + 1));
    } catch (cause) {
      if (!(cause instanceof UnreadableSignature)) throw cause;
      faults.push(`line ${index + 1}: ${cause.message}`);
    }
  }
  return { signers, faults };
}

function parseLine(content: string, line: number): AllowedSigner {
  const [, quoted, bare, rest = ''] = /^(?:"([^"]*)"|(\S+))\s+(.*)$/.exec(content) ?? [];
  const principals = (quoted ?? bare ?? '').split(',').filter((one) => one !== '');
  if (principals.length === 0) throw new UnreadableSignature('it names nobody');
  const isKey = /^(?:sk-)?(?:ssh|ecdsa)-/.test(rest);
  const [, options = '', keyText = ''] = isKey ? ['', '', rest] : (/^((?:"[^"]*"|[^\s"])+)\s+(.*)$/.exec(rest) ?? []);
  return { line, principals, key: parsePublicKey(keyText), ...parseOptions(options) };
}

type Options = Pick<AllowedSigner, 'namespaces' | 'validAfter' | 'validBefore'>;

function parseOptions(text: string): Options {
  let options: Options = { namespaces: null, validAfter: null, validBefore: null };
  for (const option of text.match(/(?:"[^"]*"|[^,"])+/g) ?? []) {
    const [, name = '', value = ''] = /^([^=]+)(?:="?([^"]*)"?)?$/.exec(option) ?? [];
    switch (name.toLowerCase()) {
      case 'namespaces':
        options = { ...options, namespaces: value.split(',') };
        break;
      case 'valid-after':
        options = { ...options, validAfter: parseTime(value) };
        break;
      case 'valid-before':
        options = { ...options, validBefore: parseTime(value) };
        break;
      case 'cert-authority':
        throw new UnreadableSignature('cert-authority is not supported: name the keys themselves');
      default:
        throw new UnreadableSignature(`its option ${name} is not known`);
    }
  }
  return options;
}

/** `YYYYMMDD[HHMM[SS]][Z]`; without Z by the clock of this machine, as ssh-keygen has it. */
function parseTime(text: string): Date {
  const [whole, ...parts] = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z)?$/.exec(text) ?? [];
  if (whole === undefined) throw new UnreadableSignature(`${text} is no time`);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts
    .slice(0, 6)
    .map((part) => Number(part ?? 0));
  const isUtc = parts[6] === 'Z';
  return isUtc
    ? new Date(Date.UTC(year, month - 1, day, hour, minute, second))
    : new Date(year, month - 1, day, hour, minute, second);
}

/** Whether a list of patterns (`*`, `?`, `!` before what is left out) has a name, as OpenSSH reads such lists. */
export function matchesPatterns(name: string, patterns: readonly string[]): boolean {
  const hits = patterns.filter((pattern) => toRegExp(pattern.replace(/^!/, '')).test(name));
  return hits.length > 0 && !hits.some((pattern) => pattern.startsWith('!'));
}

function toRegExp(pattern: string): RegExp {
  const escaped = pattern.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

/** A principal's name as it stands for one person, and not a pattern. */
export function isPlain(principal: string): boolean {
  return !/[*?!]/.test(principal);
}
