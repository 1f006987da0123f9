import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startClusterWithStandby } from '../../../../src/foundation/postgres/server/standby.js';
import { connect } from '../../../../src/foundation/postgres/session.js';

test.each([15, 16, 17, 18] as const)('a standby of major %d streams and is read-only', async (major) => {
  const settings = { max_standby_streaming_delay: '2s', max_connections: '30' };
  const clusters = await startClusterWithStandby({ major, serverBin: null, settings });
  try {
    await using primary = await connect(clusters.primary.connection(), { applicationName: 'test' });
    await using standby = await connect(clusters.standby.connection(), { applicationName: 'test' });
    await primary.query('CREATE TABLE seen AS SELECT generate_series(1, 1000) AS i');
    const seen = () => standby.query('SELECT count(*)::int AS n FROM seen').catch(() => ({ rows: [] }));
    await expect.poll(async () => (await seen()).rows[0]?.['n'], { interval: 5 }).toBe(1000);
    await expect(standby.query('CREATE TABLE mine ()')).rejects.toMatchObject({ code: '25006' });
    const delay = await standby.query('SHOW max_standby_streaming_delay');
    expect(delay.rows[0]).toEqual({ max_standby_streaming_delay: '2s' });
  } finally {
    await clusters[Symbol.asyncDispose]();
  }
  expect(existsSync(clusters.primary.dataDir)).toBe(false);
  expect(existsSync(clusters.standby.dataDir)).toBe(false);
});
