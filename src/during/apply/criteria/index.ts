import type { Criterion } from './criterion.js';
import connections from './connections.js';
import duration from './duration.js';
import errorRate from './error-rate.js';
import health from './health.js';
import lockQueue from './lock-queue.js';
import p95Ratio from './p95-ratio.js';
import p99Ratio from './p99-ratio.js';
import replicaLagBytes from './replica-lag-bytes.js';
import replicaLag from './replica-lag.js';
import walRate from './wal-rate.js';

/** Everything that ends a run by itself, beside the limits on its locks. */
export const criteria: readonly Criterion[] = [
  lockQueue,
  replicaLag,
  replicaLagBytes,
  connections,
  errorRate,
  p95Ratio,
  p99Ratio,
  health,
  walRate,
  duration,
];
