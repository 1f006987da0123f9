import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';

/** Who runs the server. PostgreSQL refuses to run as root, so root hands it to somebody with fewer rights. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
  /** True when it is somebody else than the user of this process. */
  readonly delegated: boolean;
}

const preferredNames = ['postgres', '_postgres', 'nobody'];

export function chooseServerUser(): ServerUser {
  const uid = process.getuid?.() ?? -1;
  const gid = process.getgid?.() ?? -1;
  if (uid !== 0) return { uid, gid, delegated: false };
  const account = findUnprivilegedAccount(readFileSync('/etc/passwd', 'utf8'));
  if (account !== null) return { ...account, delegated: true };
  throw new ChangeSafetyError({
    code: 'server-start-failed',
    message: 'PostgreSQL refuses to run as root, and this system has neither a user postgres nor a user nobody.',
    remedy: 'Run as an ordinary user, or add a system user postgres.',
    effect: 'none',
  });
}

/** The first of the preferred accounts in the text of a passwd file. */
export function findUnprivilegedAccount(passwd: string): { readonly uid: number; readonly gid: number } | null {
  const accounts = passwd.split('\n').map((line) => line.split(':'));
  for (const name of preferredNames) {
    const fields = accounts.find((candidate) => candidate[0] === name);
    const uid = Number(fields?.[2]);
    const gid = Number(fields?.[3]);
    if (Number.isInteger(uid) && uid > 0 && Number.isInteger(gid)) return { uid, gid };
  }
  return null;
}

/** Whether anybody may walk to this path, that is, pass through each of the folders above it. */
export function isReachableByAnybody(path: string): boolean {
  const anybodyMayEnter = 0o001;
  let folder = path;
  while (true) {
    const state = statSync(folder, { throwIfNoEntry: false });
    if (state?.isDirectory() && (state.mode & anybodyMayEnter) === 0) return false;
    const parent = dirname(folder);
    if (parent === folder) return true;
    folder = parent;
  }
}
