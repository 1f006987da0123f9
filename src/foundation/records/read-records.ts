import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { type EvidenceRecord, type RecordKind, recordKinds } from '../../model/evidence-record.js';
import { canonicalJson } from './canonical-json.js';
import { digest } from './digest.js';
import { bodyDigest, promisedDigest, recordDigest, recordFileName, type StoredRecord } from './record.js';

/** The folder of the records inside the evidence folder. */
export function recordsFolder(evidenceDir: string): string {
  return join(evidenceDir, 'records');
}

/**
 * Every record of the evidence folder, oldest first by name; none when the folder does not exist.
 * Damaged files are returned with `record: null`. Throws ChangeSafetyError `output-failed` when the folder cannot be read.
 */
export async function readRecords(evidenceDir: string): Promise<readonly StoredRecord[]> {
  const folder = recordsFolder(evidenceDir);
  try {
    const names = (await readdir(folder)).filter((name) => promisedDigest(name) !== null).sort();
    return await Promise.all(names.map(async (name) => parseRecord(name, await readFile(join(folder, name)))));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new ChangeSafetyError({
      code: 'output-failed',
      message: `The records in ${folder} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Check the permissions of the folder, or choose another with evidence.dir.',
      effect: 'none',
      cause,
    });
  }
}

/** A record of one kind that nobody changed, as its writer gave it. */
export interface IntactRecord<Body> {
  readonly digest: string;
  readonly createdAt: string;
  readonly subjectDigest: string;
  readonly body: Body;
}

/** The intact records of one kind, oldest first. What was changed is as good as not there. */
export function intactOf<Body>(records: readonly StoredRecord[], kind: RecordKind): readonly IntactRecord<Body>[] {
  return records.flatMap(({ digest: identity, record, intact }) =>
    intact && record?.subject.kind === kind
      ? [
          {
            digest: identity,
            createdAt: record.createdAt,
            subjectDigest: record.subject.digest,
            body: record.body as Body,
          },
        ]
      : [],
  );
}

function parseRecord(name: string, bytes: Buffer): StoredRecord {
  const text = bytes.toString('utf8');
  try {
    const record: unknown = JSON.parse(text);
    if (isRecord(record)) {
      const identity = recordDigest(record);
      const intact =
        text === `${canonicalJson(record)}\n` &&
        record.subject.digest === bodyDigest(record.body) &&
        name === recordFileName(record.createdAt, identity);
      return { name, digest: identity, record, intact };
    }
  } catch {
    // Not JSON, or JSON that no record is written as: told as damaged below.
  }
  return { name, digest: digest('record', bytes), record: null, intact: false };
}

function isRecord(value: unknown): value is EvidenceRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, version, predecessors, subject, createdAt } = value as Partial<Record<keyof EvidenceRecord, unknown>>;
  return (
    kind === 'record' &&
    version === 1 &&
    typeof createdAt === 'string' &&
    isSubject(subject) &&
    Array.isArray(predecessors) &&
    predecessors.every((predecessor) => typeof predecessor === 'string')
  );
}

function isSubject(value: unknown): value is EvidenceRecord['subject'] {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, digest: identity } = value as Partial<Record<keyof EvidenceRecord['subject'], unknown>>;
  return recordKinds.some((known) => known === kind) && typeof identity === 'string';
}
