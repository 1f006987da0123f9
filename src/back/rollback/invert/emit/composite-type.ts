import { defineEmitter, inPlace } from '../emitter.js';
import { asideName } from './types/aside.js';
import { columnDeclaration } from './column-declaration.js';

export default defineEmitter({
  kind: 'composite type',
  create: (type, context) => {
    const attributes = context.partsBefore(type.key).filter(({ kind }) => kind === 'column');
    return [
      `CREATE TYPE ${type.identity} AS (${attributes.map((column) => columnDeclaration(column, { context })).join(', ')})`,
    ];
  },
  drop: ({ identity }) => [`DROP TYPE IF EXISTS ${identity}`],
  alter: ({ from, retyped }) => {
    if (!retyped) return inPlace([]);
    const aside = asideName(from.identity);
    return {
      how: 'swap',
      aside: [`ALTER TYPE ${from.identity} RENAME TO ${aside.name}`],
      dropAside: [`DROP TYPE ${aside.identity}`],
    };
  },
});
