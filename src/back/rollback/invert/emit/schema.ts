import { defineEmitter, inPlace } from '../emitter.js';

export default defineEmitter({
  kind: 'schema',
  create: ({ identity }) => [`CREATE SCHEMA IF NOT EXISTS ${identity}`],
  drop: ({ identity }) => [`DROP SCHEMA IF EXISTS ${identity}`],
  alter: () => inPlace([]),
});
