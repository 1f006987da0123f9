import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Session } from './session.js';

/** Older servers lack catalogs that ours are read from. */
const oldestMajor = 15;

export interface ServerVersion {
  /** As the server says it, without what its packager added. */
  readonly version: string;
  readonly major: number;
}

const versionQuery = `SELECT pg_catalog.current_setting('server_version') AS version,
  pg_catalog.current_setting('server_version_num')::pg_catalog.int4 / 10000 AS major`;

/** The server's version. @throws ChangeSafetyError `query-failed` for one whose catalogs cannot be read. */
export async function requireKnownMajor(session: Session): Promise<ServerVersion> {
  const row = (await session.query(versionQuery)).rows[0] ?? {};
  const version = String(row['version']).split(' ')[0] ?? '';
  const major = Number(row['major']);
  if (major >= oldestMajor) return { version, major };
  throw new ChangeSafetyError({
    code: 'query-failed',
    message: `The server is PostgreSQL ${version}; its catalogs are not read, for that needs ${oldestMajor} or newer.`,
    remedy: `Compare a dump of it instead (pg_dump --schema-only), or restore it on ${oldestMajor} or newer.`,
    effect: 'none',
  });
}
