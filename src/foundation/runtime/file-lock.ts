import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type Clock, systemClock } from './clock.js';
import { identifyOwnProcess, isProcessAlive, type ProcessIdentity } from './process-identity.js';

export interface FileLockOptions {
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  /** Called once when somebody else holds the lock. */
  readonly onWait?: () => void;
}

/** A lock whose owner did not get to write its name is given up after this time. */
const namelessLockMs = 10_000;

/**
 * Runs the work while this process alone holds the lock file. The lock of a process that died is taken over.
 * It saves work that two runs would do twice; what is made under it must be put in place atomically all the same.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, options: FileLockOptions = {}): Promise<T> {
  const clock = options.clock ?? systemClock;
  let waited = false;
  while (!(await tryLock(path))) {
    if (await isAbandoned(path, clock)) {
      await rm(path, { force: true });
      continue;
    }
    if (!waited) options.onWait?.();
    waited = true;
    await clock.sleep(25, options.signal);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(identifyOwnProcess()), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isAbandoned(path: string, clock: Clock): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return false;
  try {
    return isProcessAlive(JSON.parse(text) as ProcessIdentity) === false;
  } catch {
    const state = await stat(path).catch(() => null);
    return state !== null && clock.date().getTime() - state.mtimeMs > namelessLockMs;
  }
}
