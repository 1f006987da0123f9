/** What a record holds. */
export const recordKinds = [
  'check',
  'rehearsal',
  'test',
  'rollback-proof',
  'preflight',
  'backup',
  'apply',
  'validation',
  'verify',
  'watch',
  /** Signed by somebody: an approval, a waiver, the breaking of glass. */
  'approval',
  /** What only a person can say, with name, role and time. */
  'confirmation',
  'review',
] as const;
export type RecordKind = (typeof recordKinds)[number];

/**
 * A record without its content. Its canonical JSON is what the chain is made of: a content that was taken out or redacted
 * leaves the chain whole.
 */
export interface RecordHeader {
  readonly kind: 'record';
  readonly version: 1;
  readonly tool: { readonly name: string; readonly version: string };
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  /** What it holds, and the digest of that: the body's canonical JSON. */
  readonly subject: { readonly kind: RecordKind; readonly digest: string };
  /** Digests of the records that were the newest when this one was made; several after two were made at once. */
  readonly predecessors: readonly string[];
}

/** One thing that was done, bound to the records before it. */
export interface EvidenceRecord extends RecordHeader {
  readonly body: unknown;
}
