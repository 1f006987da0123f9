import { defineCriterion } from './criterion.js';

const windowMs = 10_000;

export default defineCriterion({
  id: 'wal-rate',
  title: 'WAL is written faster than it may be',
  why: 'What is written has to be sent to standbys, archived, and kept until then.',
  unit: 'bytes per second',
  limits: [null, null, null, null],
  forMs: 5_000,
  read: (samples) => {
    const last = samples.at(-1);
    const first = samples.find(({ atMs }) => last !== undefined && last.atMs - atMs <= windowMs);
    if (last?.walBytes == null || first?.walBytes == null || last.atMs === first.atMs) return null;
    return ((last.walBytes - first.walBytes) * 1000) / (last.atMs - first.atMs);
  },
});
