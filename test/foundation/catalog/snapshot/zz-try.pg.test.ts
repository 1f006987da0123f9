import { startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../../../src/foundation/postgres/session.js';
import { readSnapshot } from '../../../../src/foundation/catalog/snapshot/read-snapshot.js';
import { richSchema } from '../../../foundation/effects/rich-schema.js';
import { test } from 'vitest';
import { writeFileSync } from 'node:fs';
test.each([15,16,17,18])('%i', async (major) => {
  await using cluster = await startCluster({ major, serverBin: null });
  await using session = await connect(cluster.connection(), { applicationName: 'try' });
  await session.query(richSchema(major));
  for (let i=0;i<4;i++){ const t=performance.now(); const s = await readSnapshot(session); console.log(major, s.objects.length, (performance.now()-t).toFixed(0));
   writeFileSync(`/tmp/snap-${major}.json`, JSON.stringify(s,null,1)); }
});
