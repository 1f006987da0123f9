import { defineEmitter, inPlace, refuse } from '../emitter.js';
import { textFact } from '../piece.js';
import { columnDeclaration } from './column-declaration.js';
import { optionsOf, wrapperChanges, wrapperClause } from './options.js';
import { declaredColumns } from './table.js';

export default defineEmitter({
  kind: 'foreign table',
  create: (table, context) => {
    const columns = declaredColumns(table, context).map((column) => columnDeclaration(column, { context }));
    const { inherits } = table.object.facts.structure;
    const parents = Array.isArray(inherits) ? ` INHERITS (${inherits.join(', ')})` : '';
    const server = [`SERVER ${textFact(table, 'server') ?? ''}`, ...wrapperClause(optionsOf(table, 'options'))].join(
      ' ',
    );
    return [`CREATE FOREIGN TABLE IF NOT EXISTS ${table.identity} (${columns.join(', ')})${parents} ${server}`];
  },
  drop: ({ identity }) => [`DROP FOREIGN TABLE IF EXISTS ${identity}`],
  alter: ({ from, to, changed }) => {
    if (changed.has('server')) return refuse('no ALTER FOREIGN TABLE changes its server');
    const changes = wrapperChanges(optionsOf(from, 'options'), optionsOf(to, 'options'));
    return inPlace(changes.map((action) => `ALTER FOREIGN TABLE ${to.identity} ${action}`));
  },
});
