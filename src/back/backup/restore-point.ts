import { asServerError } from '../../foundation/postgres/server-error.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { BackupManifest } from '../../model/backup.js';

type RestorePoint = BackupManifest['restorePoint'];

const permissionSql = `SELECT pg_catalog.pg_is_in_recovery() AS standby,
  pg_catalog.current_setting('wal_level') AS wal_level,
  pg_catalog.has_function_privilege('pg_catalog.pg_create_restore_point(text)', 'EXECUTE') AS allowed`;

/** Names a place in the WAL, where that is allowed; else says why there is none. The time and LSN stand for it then. */
export async function makeRestorePoint(session: Session, name: string): Promise<RestorePoint> {
  const why = whyNot((await session.query(permissionSql)).rows[0] ?? {});
  if (why !== null) return { name: null, lsn: null, why };
  try {
    const { rows } = await session.query('SELECT pg_catalog.pg_create_restore_point($1)::pg_catalog.text AS lsn', [
      name,
    ]);
    return { name, lsn: String(rows[0]?.['lsn']), why: null };
  } catch (error) {
    const refused = asServerError(error);
    if (refused === null) throw error;
    return { name: null, lsn: null, why: refused.message };
  }
}

function whyNot({ standby, wal_level, allowed }: Readonly<Record<string, unknown>>): string | null {
  if (standby === true) return 'a standby cannot write one';
  if (wal_level === 'minimal') return 'wal_level is minimal';
  return allowed === true ? null : 'the user may not execute pg_create_restore_point';
}
