import { defineEmitter, inPlace } from '../emitter.js';
import { columnDeclaration } from './column-declaration.js';

export default defineEmitter({
  kind: 'composite type',
  create: (type, context) => {
    const attributes = context.partsBefore(type.key).filter(({ kind }) => kind === 'column');
    return [`CREATE TYPE ${type.identity} AS (${attributes.map((column) => columnDeclaration(column, { context })).join(', ')})`];
  },
  drop: ({ identity }) => [`DROP TYPE IF EXISTS ${identity}`],
  alter: () => inPlace([]),
});
