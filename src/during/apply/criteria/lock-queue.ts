import { defineCriterion } from './criterion.js';

export default defineCriterion({
  id: 'lock-queue',
  title: 'More sessions wait for locks than before',
  why: 'A queue that grows while a change runs has to do with it until the contrary is known.',
  unit: 'sessions',
  limits: [10, 20, 50, 100],
  forMs: 1_000,
  read: (samples) => {
    const before = samples[0]?.waitingSessions ?? 0;
    const now = samples.at(-1)?.waitingSessions ?? null;
    return now === null ? null : now - before;
  },
});
