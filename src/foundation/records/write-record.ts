import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { writePrivateFile } from '../runtime/write-private-file.js';
import { canonicalJson } from './canonical-json.js';
import { digest } from './digest.js';
import { readRecords, recordsFolder } from './read-records.js';
import { type EvidenceRecord, recordFileName } from './record.js';
import { findHeads } from './verify-chain.js';

/** What the caller knows of a record; the chain adds the rest. */
export type RecordDraft = Pick<EvidenceRecord, 'tool' | 'createdAt' | 'subject' | 'body'>;

export interface WrittenRecord {
  readonly path: string;
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
  const { tool, createdAt, subject, body } = draft;
  const predecessors = findHeads(await readRecords(evidenceDir));
  const record: EvidenceRecord = { kind: 'record', version: 1, tool, createdAt, subject, predecessors, body };
  const text = `${canonicalJson(record)}\n`;
  const recordDigest = digest('record', text);
  const path = join(folder, recordFileName(createdAt, recordDigest));
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writePrivateFile(path, text);
  } catch (cause) {
    throw writeError(folder, cause);
  }
  return { path, digest: recordDigest, record };
}

function writeError(folder: string, cause: unknown): ChangeSafetyError {
  const full = cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
  return new ChangeSafetyError({
    code: full ? 'disk-full' : 'output-failed',
    message: `The record could not be written to ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`,
    remedy: full ? 'Free space, or choose another evidence.dir.' : 'Check the folder, or choose another evidence.dir.',
    effect: 'none',
    cause,
  });
}
