import { defineCriterion } from './criterion.js';

export default defineCriterion({
  id: 'health',
  title: 'The application says that it is not well',
  why: 'One missing answer may be chance; several are not.',
  unit: 'failed',
  limits: [0, 0, 0, 0],
  forMs: 5_000,
  read: (samples) => {
    const healthy = samples.at(-1)?.healthy ?? null;
    return healthy === null ? null : Number(!healthy);
  },
});
