import { prepareClusters } from '../src/foundation/postgres/server/cluster.js';

const majors = [15, 16, 17, 18] as const;

/** Brings every major into the cache before the first test: workers then neither fetch nor wait for each other. */
export default async function provideServers(): Promise<void> {
  for (const major of majors) await prepareClusters({ major, serverBin: null });
}
