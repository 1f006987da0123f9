import { type AllowedSigner, isPlain, matchesPatterns } from './allowed-signers.js';
import { fingerprintOf } from './ssh-public-key.js';

/**
 * Who stands behind names and keys: lines that share a key or a name are of one person. A pattern names nobody: whoever it
 * fits is taken for the person of its key.
 */
export interface People {
  /** Null where no line has the key. */
  readonly ofKey: (fingerprint: string) => string | null;
  /** Null where no line has the name; letters' case aside, for git writes mails as their owners do. */
  readonly ofName: (name: string) => string | null;
}

export function knowPeople(signers: readonly AllowedSigner[]): People {
  const groups: Group[] = [];
  for (const { principals, key } of signers) {
    const own = new Group(principals, fingerprintOf(key));
    const same = groups.filter((group) => group.shares(own));
    for (const group of same) groups.splice(groups.indexOf(group), 1);
    groups.push(same.reduce((all, group) => group.joined(all), own));
  }
  return {
    ofKey: (fingerprint) => groups.find(({ keys }) => keys.includes(fingerprint))?.name ?? null,
    ofName: (name) => groups.find((group) => group.has(name))?.name ?? null,
  };
}

class Group {
  readonly keys: readonly string[];

  constructor(
    private readonly principals: readonly string[],
    ...keys: readonly string[]
  ) {
    this.keys = keys;
  }

  /** The first of its names. */
  get name(): string {
    return this.principals.find(isPlain) ?? this.principals[0] ?? '';
  }

  shares(other: Group): boolean {
    const names = new Set(this.principals.filter(isPlain).map((name) => name.toLowerCase()));
    return (
      this.keys.some((key) => other.keys.includes(key)) ||
      other.principals.some((name) => isPlain(name) && names.has(name.toLowerCase()))
    );
  }

  joined(other: Group): Group {
    const principals = [...new Set([...this.principals, ...other.principals])];
    return new Group(principals, ...new Set([...this.keys, ...other.keys]));
  }

  has(name: string): boolean {
    const small = name.toLowerCase();
    return matchesPatterns(
      small,
      this.principals.map((principal) => principal.toLowerCase()),
    );
  }
}
