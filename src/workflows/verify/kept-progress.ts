import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { VerifyProgress } from '../../after/verify/verify-progress.js';
import type { Clock } from '../../foundation/runtime/clock.js';
import { writePrivateFile } from '../../foundation/runtime/write-private-file.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { JsonValue } from '../../model/json.js';

/** What was read so far, in a private file beside the records. */
export interface KeptProgress extends VerifyProgress {
  /** Writes what is not written yet. */
  save(): Promise<void>;
  /** All was read: there is nothing to go on with. */
  finish(): Promise<void>;
}

interface KeptFile {
  readonly version: 1;
  /** Digest of what was asked: another question has another answer. */
  readonly question: string;
  readonly things: Readonly<Record<string, JsonValue>>;
}

const betweenSavesMs = 3_000;

/** @throws ChangeSafetyError `usage` when there is nothing to resume, or it was asked for something else. */
export async function openKeptProgress(
  path: string,
  { question, resume, clock }: { readonly question: string; readonly resume: boolean; readonly clock: Clock },
): Promise<KeptProgress> {
  const things = new Map<string, JsonValue>(resume ? Object.entries(await readThings(path, question)) : []);
  let savedAt = clock.now();
  const save = async () => {
    savedAt = clock.now();
    const kept: KeptFile = { version: 1, question, things: Object.fromEntries(things) };
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writePrivateFile(path, JSON.stringify(kept));
  };
  return {
    get: (thing) => things.get(thing),
    set: async (thing, value) => {
      things.set(thing, value);
      if (clock.now() - savedAt >= betweenSavesMs) await save();
    },
    save,
    finish: () => rm(path, { force: true }),
  };
}

async function readThings(path: string, question: string): Promise<KeptFile['things']> {
  const kept = await readFile(path, 'utf8').then(
    (text) => JSON.parse(text) as KeptFile,
    () => null,
  );
  if (kept === null) {
    throw usage('There is no reading to resume.', 'Run it without --resume.');
  }
  if (kept.question !== question) {
    throw usage(
      'The reading that was broken off was asked for something else.',
      'Resume it with the options it had, or run this one without --resume.',
    );
  }
  return kept.things;
}

function usage(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message, remedy, effect: 'none' });
}
