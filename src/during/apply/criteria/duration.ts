import { defineCriterion } from './criterion.js';

/** Short steps vary by more than any factor. */
const graceMs = 30_000;

export default defineCriterion({
  id: 'duration',
  title: 'A step takes much longer than in its rehearsal',
  why: 'Something is different here from where it was tried, and nobody has looked at it yet.',
  unit: 'times what was rehearsed',
  limits: [5, 5, 10, 20],
  forMs: 0,
  read: (samples) => {
    const { stepMs = 0, rehearsedMs = null } = samples.at(-1) ?? {};
    return rehearsedMs === null || stepMs < graceMs ? null : stepMs / Math.max(rehearsedMs, 1);
  },
});
