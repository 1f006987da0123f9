// A program of its own: starts a cluster, says where it is, and waits to be killed.
import { startCluster } from '../../../../src/foundation/postgres/server/cluster.js';

const cluster = await startCluster({ major: 17, serverBin: null });
console.log(JSON.stringify({ dataDir: cluster.dataDir, uid: process.getuid?.() }));
if (process.argv[2] === 'stop') await cluster.stop();
else setInterval(() => undefined, 1_000);
