import { readPostmasterFile } from '../../../../src/foundation/postgres/server/postmaster-file.js';
import { systemClock } from '../../../../src/foundation/runtime/clock.js';

/** What `pg_ctl stop` does: SIGQUIT is its immediate way, SIGINT the fast one. Returns when the server is gone. */
export async function endPostmaster(dataDir: string, signal: 'SIGQUIT' | 'SIGINT'): Promise<void> {
  const pid = readPostmasterFile(dataDir)?.pid;
  if (pid === undefined) return;
  process.kill(pid, signal);
  while (readPostmasterFile(dataDir)?.pid === pid && alive(pid)) await systemClock.sleep(5);
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
