import { readFileSync, statfsSync } from 'node:fs';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { diskFullError, mentionsFullDisk } from '../../runtime/disk-space.js';
import { dataRemedy, type ServerFolder } from './server-folder.js';

const shownLines = 12;
const leastUsefulBytes = 256 * 1024;

/** Says why a server did not come up, from how it ended and the end of its log. */
export function startFailure(folder: ServerFolder, how: string): ChangeSafetyError {
  const log = readLog(folder.logFile);
  if (mentionsFullDisk(log + how) || isNearlyFull(folder.path)) return diskFullError(folder.path, dataRemedy);
  const lines = log.trimEnd().split('\n').slice(-shownLines).join('\n');
  return new ChangeSafetyError({
    code: 'server-start-failed',
    message: `The PostgreSQL server did not start (${how}).${lines === '' ? '' : ` Its log ends with:\n${lines}`}`,
    remedy: 'Check the settings of the stage; with --server-bin, check that this server starts by itself.',
    effect: 'none',
  });
}

/** A full disk also swallows the log that would say so. */
function isNearlyFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize < leastUsefulBytes;
  } catch {
    return false;
  }
}

function readLog(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
