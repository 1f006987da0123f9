import type { RecordKind } from '../../model/evidence-record.js';
import { type IntactRecord, intactOf } from './read-records.js';
import type { StoredRecord } from './record.js';

/** What a record of a change says of it: the digest of what was judged, tried or applied. */
interface AboutChange {
  readonly changeDigest: string | null;
}

/** The newest intact record of one kind about the very same change; null when there is none. */
export function findAbout<Body extends AboutChange>(
  records: readonly StoredRecord[],
  kind: RecordKind,
  changeDigest: string,
): IntactRecord<Body> | null {
  return intactOf<Body>(records, kind).findLast(({ body }) => body.changeDigest === changeDigest) ?? null;
}
