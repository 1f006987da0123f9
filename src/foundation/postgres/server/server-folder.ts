import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFullError, isDiskFull } from '../../runtime/disk-space.js';
import { identifyOwnProcess } from '../../runtime/process-identity.js';
import { isReachableByAnybody, type ServerUser } from './server-user.js';

/** The folders of one cluster. Their names begin with the process that owns them. */
export interface ServerFolder {
  readonly path: string;
  readonly dataDir: string;
  readonly logFile: string;
  /** The same folder, unless that path is too long for a socket. */
  readonly socketDir: string;
  remove(): Promise<void>;
}

export const ownerFileName = 'owner.json';

/** lk-<pid>-<six random characters>. */
export const folderNamePattern = /^lk-(\d+)-[A-Za-z0-9]{6}$/;

/** Where sockets go when the data's own path is too long, and data when the server's user cannot enter it. */
export const shortRoot = '/tmp';

/** No server listens on it: it only names the socket, alone in its folder. */
export const serverPort = 5432;

const socketName = `/.s.PGSQL.${serverPort}.lock`;
/** sun_path is 108 bytes on Linux and 104 on macOS, with the final NUL. */
const longestSocketPath = 103;

export function chooseDataRoot(wanted: string, user: ServerUser): string {
  return user.delegated && !isReachableByAnybody(wanted) ? shortRoot : wanted;
}

/** Makes the folder of a new cluster, closed to everybody but the server's user. Throws `disk-full`. */
export async function makeServerFolder(dataRoot: string, user: ServerUser): Promise<ServerFolder> {
  const made: string[] = [];
  const remove = async () => {
    for (const path of made) await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  };
  const make = async (root: string) => {
    const path = await mkdtemp(join(root, `lk-${process.pid}-`));
    made.push(path);
    await writeFile(join(path, ownerFileName), JSON.stringify(identifyOwnProcess()), { mode: 0o644 });
    if (user.delegated) await chown(path, user.uid, user.gid);
    return path;
  };
  try {
    const path = await make(dataRoot);
    const isShort = Buffer.byteLength(path + socketName) <= longestSocketPath;
    const socketDir = isShort ? path : await make(shortRoot);
    return { path, dataDir: join(path, 'data'), logFile: join(path, 'server.log'), socketDir, remove };
  } catch (error) {
    await remove();
    if (isDiskFull(error)) throw diskFullError(dataRoot, dataRemedy, error);
    throw error;
  }
}

export const dataRemedy = 'Free some space, or name another folder for temporary data in TMPDIR.';
