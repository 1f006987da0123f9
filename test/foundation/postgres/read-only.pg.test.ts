import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readOnly } from '../../../src/foundation/postgres/read-only.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';

const options = { what: 'the schema', statementTimeoutMs: 400, lockTimeoutMs: 200 };
const settings = ['transaction_read_only', 'statement_timeout', 'lock_timeout'];
const current = `SELECT ${settings.map((name) => `pg_catalog.current_setting('${name}') AS ${name}`).join(', ')}`;

describe('reading inside limits', () => {
  let cluster: Cluster;
  let session: Session;
  beforeAll(async () => {
    cluster = await startCluster({ major: 17, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'read-only test' });
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  test('they hold inside, and are gone afterwards', async () => {
    const inside = await readOnly(session, options, () => session.query(current));
    expect(inside.rows).toEqual([{ transaction_read_only: 'on', statement_timeout: '400ms', lock_timeout: '200ms' }]);
    const after = await session.query(current);
    expect(after.rows).toEqual([{ transaction_read_only: 'off', statement_timeout: '0', lock_timeout: '0' }]);
  });

  test.each([
    ['CREATE TABLE made ()', '25006', 'Connect as a user'],
    ['SELECT pg_catalog.pg_sleep(5)', '57014', 'try again later'],
    ['SELECT * FROM nowhere', '42P01', 'Connect as a user'],
  ])('%s is refused, and leaves no transaction', async (sql, sqlState, remedy) => {
    await expect(readOnly(session, options, () => session.query(sql))).rejects.toMatchObject({
      code: 'query-failed',
      effect: 'none',
      sqlState,
      remedy: expect.stringContaining(remedy) as string,
    });
    expect(session.transactionStatus).toBe('idle');
  });

  test('what is no refusal of the server stays what it is', async () => {
    await expect(readOnly(session, options, () => Promise.reject(new TypeError('a bug')))).rejects.toThrow(TypeError);
    expect(session.transactionStatus).toBe('idle');
  });
});
