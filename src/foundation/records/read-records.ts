import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { digest } from './digest.js';
import { type EvidenceRecord, promisedDigest, type StoredRecord } from './record.js';

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
    return await Promise.all(names.map((name) => readRecord(folder, name)));
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

async function readRecord(folder: string, name: string): Promise<StoredRecord> {
  const bytes = await readFile(join(folder, name));
  return { name, digest: digest('record', bytes), record: parseRecord(bytes.toString('utf8')) };
}

function parseRecord(text: string): EvidenceRecord | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is EvidenceRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, version, predecessors } = value as Partial<Record<keyof EvidenceRecord, unknown>>;
  return (
    kind === 'record' &&
    version === 1 &&
    Array.isArray(predecessors) &&
    predecessors.every((predecessor) => typeof predecessor === 'string')
  );
}
