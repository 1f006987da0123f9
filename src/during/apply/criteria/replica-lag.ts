import { defineCriterion } from './criterion.js';

export default defineCriterion({
  id: 'replica-lag',
  title: 'Standbys fall behind',
  why: 'Readers of a standby see old rows, and a failover would lose what it has not got.',
  unit: 'ms',
  limits: [5_000, 10_000, 30_000, 120_000],
  forMs: 3_000,
  read: (samples) => samples.at(-1)?.replicaLagMs ?? null,
});
