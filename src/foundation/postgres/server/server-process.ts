import type { ServerUser } from './server-user.js';

/** How the server's own programs are started: as the server's user, with nothing of our environment. */
export function serverSpawnOptions(user: ServerUser): {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
} {
  return {
    // Any other folder may be closed to that user.
    cwd: '/',
    // PGDATA, PGOPTIONS or a locale of ours would change what the server does.
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
    ...(user.delegated ? { uid: user.uid, gid: user.gid } : {}),
  };
}
