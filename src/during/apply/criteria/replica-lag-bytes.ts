import { defineCriterion } from './criterion.js';

export default defineCriterion({
  id: 'replica-lag-bytes',
  title: 'Standbys have much to catch up with',
  why: 'WAL that a slot keeps for a standby fills the disk of the primary.',
  unit: 'bytes',
  limits: [512 * 1024 ** 2, 1024 ** 3, 4 * 1024 ** 3, 16 * 1024 ** 3],
  forMs: 3_000,
  read: (samples) => samples.at(-1)?.replicaLagBytes ?? null,
});
