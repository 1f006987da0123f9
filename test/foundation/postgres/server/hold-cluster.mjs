// Starts a cluster from the built package, says where it is, and waits to be killed.
import { startCluster } from '../../../../dist/foundation/postgres/server/cluster.js';

const cluster = await startCluster({ major: 17, serverBin: null });
console.log(JSON.stringify({ dataDir: cluster.dataDir, uid: process.getuid() }));
if (process.argv[2] === 'stop') await cluster.stop();
else setInterval(() => undefined, 1_000);
