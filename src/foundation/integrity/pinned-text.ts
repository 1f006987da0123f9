import type { Session } from '../postgres/session.js';

/** Everything that decides how a value is written as text, and that nothing is hidden from the reader. */
export const textPins = `SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres';
  SET LOCAL timezone = 'UTC'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1;
  SET LOCAL lc_monetary = 'C'; SET LOCAL xmloption = 'content'; SET LOCAL row_security = off`;

const unresolved: ReadonlySet<unknown> = new Set(['3F000', '42704', '42883', '42P01']);

/** The server did not find a schema, type, function or table by its name. */
export function isUnresolvedName(error: unknown): boolean {
  return unresolved.has(error instanceof Error && 'code' in error ? error.code : null);
}

/**
 * Reads while values are written in one way. Afterwards settings, transaction and locks are as they were. A function in an
 * index may name things without their schema, and the server looks into it for any query of the table: then the session's
 * own search_path has to do.
 */
export async function withPinnedText<Result>(session: Session, read: () => Promise<Result>): Promise<Result> {
  try {
    return await readPinned(session, `SET LOCAL search_path = pg_catalog; ${textPins}`, read);
  } catch (error) {
    if (!isUnresolvedName(error) || session.closed) throw error;
    return await readPinned(session, textPins, read);
  }
}

async function readPinned<Result>(session: Session, settings: string, read: () => Promise<Result>): Promise<Result> {
  const inside = session.transactionStatus === 'open';
  await session.query(`${inside ? 'SAVEPOINT lockkeeper_text' : 'BEGIN'}; ${settings}`);
  try {
    return await read();
  } finally {
    if (!session.closed) {
      await session.query(
        inside ? 'ROLLBACK TO SAVEPOINT lockkeeper_text; RELEASE SAVEPOINT lockkeeper_text' : 'ROLLBACK',
      );
    }
  }
}
