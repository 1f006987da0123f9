import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { canonicalJson } from '../../foundation/records/canonical-json.js';
import { writePrivateFile } from '../../foundation/runtime/write-private-file.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { DataSnapshot } from '../../model/verify-report.js';

/** Writes a snapshot, readable by its owner only: the ends of ranges are data. Returns the digest of its bytes. */
export async function writeSnapshot(path: string, snapshot: DataSnapshot): Promise<string> {
  const text = `${canonicalJson(snapshot)}\n`;
  try {
    await writePrivateFile(path, text);
  } catch (cause) {
    throw new ChangeSafetyError({
      code: 'output-failed',
      message: `The snapshot could not be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Check the folder of --snapshot and the space on its disk; --resume then needs no second reading.',
      effect: 'none',
      cause,
    });
  }
  return createHash('sha256').update(text).digest('hex');
}

/** @throws ChangeSafetyError `usage` for a file that is no snapshot. */
export async function readSnapshot(path: string): Promise<DataSnapshot> {
  const found = await readFile(path, 'utf8')
    .then((text) => JSON.parse(text) as Partial<DataSnapshot>)
    .catch((): Partial<DataSnapshot> => ({}));
  if (found.kind === 'data-snapshot' && found.version === 1 && Array.isArray(found.tables))
    return found as DataSnapshot;
  throw new ChangeSafetyError({
    code: 'usage',
    message: `${basename(path)} is no snapshot of data.`,
    remedy: 'Name a file that lockkeeper verify --snapshot wrote.',
    effect: 'none',
  });
}
