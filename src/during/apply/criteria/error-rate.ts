import { defineCriterion } from './criterion.js';

export default defineCriterion({
  id: 'error-rate',
  title: 'The application fails more often',
  why: 'Above five in a hundred the change is taken back at once.',
  unit: 'of the requests',
  limits: [0.05, 0.05, 0.05, 0.1],
  forMs: 5_000,
  read: (samples) => samples.at(-1)?.metrics['errorRate'] ?? null,
});
