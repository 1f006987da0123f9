import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { EvidenceRecord, RecordKind } from '../../model/evidence-record.js';
import { writePrivateFile } from '../runtime/write-private-file.js';
import { canonicalJson } from './canonical-json.js';
import { readRecords, recordsFolder } from './read-records.js';
import { bodyDigest, recordDigest, recordFileName } from './record.js';
import { findHeads } from './verify-chain.js';

/** What the caller knows of a record; the chain adds the rest. */
export interface RecordDraft extends Pick<EvidenceRecord, 'tool' | 'createdAt' | 'body'> {
  readonly kind: RecordKind;
}

export interface WrittenRecord {
  readonly path: string;
  /** Identity of the record. */
  readonly digest: string;
  readonly record: EvidenceRecord;
}

/**
 * Writes a record, readable by its owner only, behind the current heads of the folder. It is there whole or not at all.
 * Two writers at once make two heads, which the next record joins.
 * Throws ChangeSafetyError `disk-full` or `output-failed`.
 */
export async function writeRecord(evidenceDir: string, draft: RecordDraft): Promise<WrittenRecord> {
  const folder = recordsFolder(evidenceDir);
  const { tool, createdAt, body } = draft;
  const predecessors = findHeads(await readRecords(evidenceDir));
  const subject = { kind: draft.kind, digest: bodyDigest(body) };
  const record: EvidenceRecord = { kind: 'record', version: 1, tool, createdAt, subject, predecessors, body };
  const text = `${canonicalJson(record)}\n`;
  const identity = recordDigest(record);
  const path = join(folder, recordFileName(createdAt, identity));
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writePrivateFile(path, text);
  } catch (cause) {
    throw writeError(folder, cause);
  }
  return { path, digest: identity, record };
}

/**
 * That a record can be written, before something begins that has to leave one. @throws ChangeSafetyError `disk-full`,
 * `output-failed`.
 */
export async function requireWritable(evidenceDir: string): Promise<void> {
  const folder = recordsFolder(evidenceDir);
  const path = join(folder, `.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writePrivateFile(path, '\n');
    await rm(path, { force: true });
  } catch (cause) {
    throw writeError(folder, cause);
  }
}

function writeError(folder: string, cause: unknown): ChangeSafetyError {
  const full = cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
  return new ChangeSafetyError({
    code: full ? 'disk-full' : 'output-failed',
    message: `No record can be written to ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`,
    remedy: full ? 'Free space, or choose another evidence.dir.' : 'Check the folder, or choose another evidence.dir.',
    effect: 'none',
    cause,
  });
}
