import { readFile, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../runtime/clock.js';
import { isProcessAlive, type ProcessIdentity, readCommandLine } from '../../runtime/process-identity.js';
import { readPostmasterFile } from './postmaster-file.js';
import { folderNamePattern, ownerFileName } from './server-folder.js';
import type { ServerUser } from './server-user.js';

export interface SweepRequest {
  readonly roots: readonly string[];
  readonly user: ServerUser;
  readonly clock?: Clock;
}

/** Removes what dead runs left: their servers and folders. Returns the folders removed; never touches a live run's. */
export async function sweepLeftovers(request: SweepRequest): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const root of new Set(request.roots)) {
    const names = await readdir(root).catch(() => []);
    for (const name of names.filter((candidate) => folderNamePattern.test(candidate))) {
      const folder = join(root, name);
      if (!(await isLeftover(folder, request.user))) continue;
      await endPostmaster(join(folder, 'data'), request.clock ?? systemClock);
      await rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
      removed.push(folder);
    }
  }
  return removed;
}

async function isLeftover(folder: string, user: ServerUser): Promise<boolean> {
  const state = await lstat(folder).catch(() => null);
  const isOurs = state?.uid === user.uid || state?.uid === process.getuid?.();
  if (!state?.isDirectory() || !isOurs) return false;
  const owner = await readOwner(folder);
  return owner !== null && isProcessAlive(owner) === false;
}

/** Null when there is no telling whose folder it is, as in the moment in which it is made. */
async function readOwner(folder: string): Promise<ProcessIdentity | null> {
  try {
    return JSON.parse(await readFile(join(folder, ownerFileName), 'utf8')) as ProcessIdentity;
  } catch {
    return null;
  }
}

/** The number in postmaster.pid may belong to another process by now; the command line tells. */
async function endPostmaster(dataDir: string, clock: Clock): Promise<void> {
  const postmaster = readPostmasterFile(dataDir);
  if (postmaster === null || postmaster.dataDir !== dataDir) return;
  const isIt = () => readCommandLine(postmaster.pid)?.includes(dataDir) === true;
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    if (!isIt()) return;
    sendSignal(postmaster.pid, signal);
    for (let waited = 0; waited < 1_000 && isIt(); waited += 20) await clock.sleep(20);
  }
}

function sendSignal(pid: number, signal: 'SIGQUIT' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself in the meantime.
  }
}
