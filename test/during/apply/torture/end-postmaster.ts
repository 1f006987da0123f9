import { readPostmasterFile } from '../../../../src/foundation/postgres/server/postmaster-file.js';
import { systemClock } from '../../../../src/foundation/runtime/clock.js';
import { alive } from '../../../support/alive.js';

/** What `pg_ctl stop` does: SIGQUIT is its immediate way, SIGINT the fast one. Returns when the server is gone. */
export async function endPostmaster(dataDir: string, signal: 'SIGQUIT' | 'SIGINT'): Promise<void> {
  const pid = readPostmasterFile(dataDir)?.pid;
  if (pid === undefined) return;
  process.kill(pid, signal);
  while (readPostmasterFile(dataDir)?.pid === pid && alive(pid)) await systemClock.sleep(5);
}
