import { defineCriterion } from './criterion.js';
import { ratioToBaseline } from './ratio-to-baseline.js';

export default defineCriterion({
  id: 'p99-ratio',
  title: 'Requests take longer than before (p99)',
  why: 'More than half as long again as before the change is more than noise, when it lasts.',
  unit: 'times what it was before',
  limits: [1.5, 1.5, 2, 3],
  forMs: 15_000,
  read: (samples) => ratioToBaseline(samples, 'p99Ms'),
});
