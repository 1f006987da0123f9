import { expect, test } from 'vitest';
import { ProgressFollower } from '../../../../src/during/apply/criteria/follow-progress.js';
import { startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../../src/foundation/runtime/clock.js';

test('a build is followed through its phases, and nothing else is', async () => {
  await using cluster = await startCluster({ major: 17, serverBin: null });
  await using watch = await connect(cluster.connection(), { applicationName: 'lockkeeper watch' });
  await using worker = await connect(cluster.connection(), { applicationName: 'lockkeeper apply 0a1b2c3d' });
  await using other = await connect(cluster.connection(), { applicationName: 'somebody' });
  const follower = new ProgressFollower(watch, systemClock);
  await other.query('CREATE TABLE large AS SELECT i, md5(i::text) AS t FROM generate_series(1, 300000) i');
  expect(await follower.look()).toBeNull();
  const building = worker.query('CREATE INDEX CONCURRENTLY ON large (t)');
  const seen: string[] = [];
  let running = true;
  const ended = building.finally(() => {
    running = false;
  });
  while (running) {
    const progress = await follower.look();
    if (progress !== null) seen.push(progress.phase);
    await systemClock.sleep(5);
  }
  await ended;
  expect(seen.some((phase) => phase.startsWith('CREATE INDEX CONCURRENTLY: building index'))).toBe(true);
  expect(await follower.look()).toBeNull();
});
