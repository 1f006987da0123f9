import type { EvidenceRecord, RecordHeader } from '../../model/evidence-record.js';
import { canonicalJson } from './canonical-json.js';
import { digest } from './digest.js';

/** A file of the records' folder. */
export interface StoredRecord {
  readonly name: string;
  /** Identity of the record by its header as it is now; of the bytes where they are no record. */
  readonly digest: string;
  /** Null when the bytes are no record. */
  readonly record: EvidenceRecord | null;
  /** The bytes are those that were written: canonical, with the body that the header names, under the name that it has. */
  readonly intact: boolean;
}

/** Identity of a record, hex: what successors, anchors and bundles name. */
export function recordDigest({ kind, version, tool, createdAt, subject, predecessors }: RecordHeader): string {
  return digest('record', canonicalJson({ kind, version, tool, createdAt, subject, predecessors }));
}

/** Identity of a record's content, hex. */
export function bodyDigest(body: unknown): string {
  return digest('body', canonicalJson(body));
}

/** As much of a digest as stands in the name of its file. */
export function shortDigest(whole: string): string {
  return whole.slice(0, 16);
}

/** `20260131T235959123Z-<short digest>.json`: sorts by time, and says which record it should hold. */
export function recordFileName(createdAt: string, whole: string): string {
  return `${createdAt.replace(/[-:.]/g, '')}-${shortDigest(whole)}.json`;
}

/** The start of the digest that a file's name promises; null when it is not the name of a record. */
export function promisedDigest(name: string): string | null {
  return /^\d{8}T\d{9}Z-([0-9a-f]{16})\.json$/.exec(name)?.[1] ?? null;
}
