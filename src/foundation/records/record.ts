/** What a record is about: its kind, and the digest that says which one. */
export interface RecordSubject {
  readonly kind: 'rehearsal' | 'test' | 'rollback-proof' | 'preflight' | 'apply';
  readonly digest: string;
}

/** One thing that was done, bound to the records before it. */
export interface EvidenceRecord {
  readonly kind: 'record';
  readonly version: 1;
  readonly tool: { readonly name: string; readonly version: string };
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly subject: RecordSubject;
  /** Digests of the records that were the newest when this one was made; several after two were made at once. */
  readonly predecessors: readonly string[];
  readonly body: unknown;
}

/** A file of the records' folder. */
export interface StoredRecord {
  readonly name: string;
  /** Digest of the bytes as they are now. */
  readonly digest: string;
  /** Null when the bytes are no record. */
  readonly record: EvidenceRecord | null;
}

/** As much of a digest as stands in the name of its file. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 16);
}

/** `20260131T235959123Z-<short digest>.json`: sorts by time, and says what its bytes should be. */
export function recordFileName(createdAt: string, digest: string): string {
  return `${createdAt.replace(/[-:.]/g, '')}-${shortDigest(digest)}.json`;
}

/** The start of the digest that a file's name promises; null when it is not the name of a record. */
export function promisedDigest(name: string): string | null {
  return /^\d{8}T\d{9}Z-([0-9a-f]{16})\.json$/.exec(name)?.[1] ?? null;
}
