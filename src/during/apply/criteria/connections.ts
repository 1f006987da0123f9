import { defineCriterion } from './criterion.js';

export default defineCriterion({
  id: 'connections',
  title: 'Connections run out',
  why: 'Clients that wait open new connections, until nobody can connect any more.',
  unit: 'of the allowed connections',
  limits: [0.9, 0.9, 0.95, 0.95],
  forMs: 2_000,
  read: (samples) => samples.at(-1)?.connections ?? null,
});
