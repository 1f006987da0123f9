import {
  bodyDigest,
  promisedDigest,
  recordDigest,
  recordFileName,
  shortDigest,
  type StoredRecord,
} from '../../../foundation/records/record.js';
import { findHeads, verifyChain } from '../../../foundation/records/verify-chain.js';
import type { BundledAnchor, BundledRecord, EvidenceProblem } from '../../../model/evidence-bundle.js';
import { type Findings, problem } from './problem.js';

/** Of the records of a folder: each byte of each, and every link. */
export function checkFolder(records: readonly StoredRecord[]): readonly EvidenceProblem[] {
  const byName = new Map(records.map((one) => [one.name, one]));
  return verifyChain(records).problems.flatMap((found) => {
    switch (found.kind) {
      case 'unreadable':
        return [problem('record', [found.name, null], 'it is no record any more')];
      case 'changed': {
        const stored = byName.get(found.name);
        // One that is no record was told already.
        return stored === undefined || stored.record === null ? [] : [changed(stored)];
      }
      case 'missing':
        return [missing(found.name, found.predecessor)];
      default:
        return found satisfies never;
    }
  });
}

/** Where exactly a record differs from what was written. */
function changed({ name, digest, record }: StoredRecord): EvidenceProblem {
  if (record !== null && bodyDigest(record.body) !== record.subject.digest) {
    return problem('record', [name, 'body'], 'its content is not the one whose digest its header names');
  }
  if (promisedDigest(name) !== shortDigest(digest) || record === null) {
    return problem(
      'record',
      [name, 'header'],
      'it is not the record whose digest its name holds: its header was changed, or it was exchanged',
    );
  }
  return name === recordFileName(record.createdAt, digest)
    ? problem('record', [name, null], 'its bytes are not those that were written')
    : problem('record', [name, 'createdAt'], 'its name does not fit its time');
}

function missing(name: string, predecessor: string): EvidenceProblem {
  return problem(
    'chain',
    [name, 'predecessors'],
    `it follows the record ${predecessor.slice(0, 16)}, which is not there`,
  );
}

/** The same for a bundle, where contents may be redacted or left out: what is whole has to have its digest. */
export function checkBundledRecords(records: readonly BundledRecord[]): readonly EvidenceProblem[] {
  const present = new Set(records.map(({ digest }) => digest));
  const names = new Set<string>();
  return records.flatMap((record) => {
    const { name, digest, header } = record;
    const twice = names.has(name);
    names.add(name);
    return [
      ...(twice ? [problem('record', [name, null], 'it stands there twice')] : []),
      ...(recordDigest(header) === digest
        ? []
        : [problem('record', [name, 'header'], 'its header is not the one of its digest')]),
      ...(recordFileName(header.createdAt, digest) === name
        ? []
        : [problem('record', [name, 'name'], 'its name does not fit its digest and time')]),
      ...checkContent(record),
      ...header.predecessors.filter((one) => !present.has(one)).map((one) => missing(name, one)),
    ];
  });
}

function checkContent({ name, header, content, body }: BundledRecord): readonly EvidenceProblem[] {
  if (content === 'left out') {
    return body === null ? [] : [problem('record', [name, 'body'], 'it is said to be left out, and is there')];
  }
  if (content === 'redacted' || bodyDigest(body) === header.subject.digest) return [];
  return [problem('record', [name, 'body'], 'its content is not the one whose digest its header names')];
}

/** That the bundle ends where it says. */
export function checkHeads(
  records: readonly BundledRecord[],
  heads: readonly string[],
  path: string,
): readonly EvidenceProblem[] {
  const found = findHeads(
    records.map(({ name, digest, header }) => ({ name, digest, record: { ...header, body: null }, intact: true })),
  );
  const [said, real] = [heads, found].map((one) => [...one].toSorted().join());
  if (said === real) return [];
  const gone = heads.filter((head) => !found.includes(head));
  const message =
    gone.length > 0
      ? `it ends with ${gone.map((one) => one.slice(0, 16)).join(', ')}, which is not there, or not the last`
      : `records stand in it that nothing follows, and it does not name them as its last: ${found
          .filter((one) => !heads.includes(one))
          .map((one) => one.slice(0, 16))
          .join(', ')}`;
  return [problem('chain', [path, 'heads'], message)];
}

/** What the ledger named as the newest of its time has to be there: so the last record cannot be taken out unseen. */
export function checkAnchors(records: readonly StoredRecord[], anchors: readonly BundledAnchor[] | null): Findings {
  if (anchors === null) {
    const note = 'Without the target’s ledger nobody can tell whether the newest records were taken out.';
    return { problems: [], notes: [note] };
  }
  const present = new Set(records.map(({ digest }) => digest));
  const problems = anchors.flatMap(({ entry, at, heads }) =>
    heads
      .filter((head) => !present.has(head))
      .map((head) => {
        const message = `on ${at} the newest record was ${head.slice(0, 16)}, which is not there`;
        return problem('anchor', [`ledger entry ${entry}`, 'heads'], message);
      }),
  );
  return { problems, notes: unanchored(records, anchors) };
}

/** What came after the last anchor can still be taken out unseen: that is said, and is no fault. */
function unanchored(records: readonly StoredRecord[], anchors: readonly BundledAnchor[]): readonly string[] {
  const last = anchors.at(-1);
  if (last === undefined) return ['The ledger has no anchor yet.'];
  const newer = findHeads(records).filter((head) => !last.heads.includes(head));
  return newer.length === 0
    ? []
    : [
        `Records were written after the last anchor (ledger entry ${last.entry}): whether others after them were taken out, nobody can tell yet.`,
      ];
}
