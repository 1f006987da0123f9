import type { Session } from '../postgres/session.js';

/** Everything that decides how a value is written as text, and that nothing is hidden from the reader. */
const pins = `SET LOCAL search_path = pg_catalog; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres';
  SET LOCAL timezone = 'UTC'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1;
  SET LOCAL lc_monetary = 'C'; SET LOCAL xmloption = 'content'; SET LOCAL row_security = off`;

/** Reads while values are written in one way. Afterwards settings, transaction and locks are as they were. */
export async function withPinnedText<Result>(session: Session, read: () => Promise<Result>): Promise<Result> {
  const inside = session.transactionStatus === 'open';
  await session.query(`${inside ? 'SAVEPOINT lockkeeper_text' : 'BEGIN'}; ${pins}`);
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
