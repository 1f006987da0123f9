import { promisedDigest, shortDigest, type StoredRecord } from './record.js';

export type ChainProblem =
  | { readonly kind: 'unreadable'; readonly name: string }
  /** The bytes are not those that were written under this name. */
  | { readonly kind: 'changed'; readonly name: string }
  /** A record names a predecessor that is not there. */
  | { readonly kind: 'missing'; readonly name: string; readonly predecessor: string };

export interface ChainReport {
  /** Digests of the records that no other record names: what an anchor has to hold, for only it can show that a head is gone. */
  readonly heads: readonly string[];
  readonly problems: readonly ChainProblem[];
}

/** Follows every link. Records without predecessors are beginnings; several of them are no fault. */
export function verifyChain(records: readonly StoredRecord[]): ChainReport {
  const present = new Set(records.map(({ digest }) => digest));
  const changed = records.filter(({ intact }) => !intact);
  // The record after a changed one names the old bytes: that is the same fault, told once.
  const promised = new Set(changed.map(({ name }) => promisedDigest(name)));
  const links = records.flatMap(({ name, record }) =>
    (record?.predecessors ?? []).map((predecessor) => ({ name, predecessor })),
  );
  return {
    heads: findHeads(records),
    problems: [
      ...records.filter(({ record }) => record === null).map(({ name }) => ({ kind: 'unreadable', name }) as const),
      ...changed.map(({ name }) => ({ kind: 'changed', name }) as const),
      ...links
        .filter(({ predecessor }) => !present.has(predecessor) && !promised.has(shortDigest(predecessor)))
        .map((link) => ({ kind: 'missing', ...link }) as const),
    ],
  };
}

/** Digests of the records that no other record names, oldest first. */
export function findHeads(records: readonly StoredRecord[]): readonly string[] {
  const named = new Set(records.flatMap(({ record }) => record?.predecessors ?? []));
  return records.map(({ digest }) => digest).filter((digest) => !named.has(digest));
}
