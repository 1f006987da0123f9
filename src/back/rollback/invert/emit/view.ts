import { defineEmitter, type EmitContext, inPlace, type PieceChange, rebuild } from '../emitter.js';
import { type Piece, textFact } from '../piece.js';
import { ownName } from '../sql-names.js';
import { optionChanges, optionList, optionsOf, withClause } from './options.js';

function createView(view: Piece): readonly string[] {
  const options = withClause(optionList(optionsOf(view, 'options')));
  const query = (textFact(view, 'definition') ?? '').trim().replace(/;$/, '');
  return [`CREATE OR REPLACE VIEW ${view.identity}${options} AS ${query}`];
}

/** A view can be replaced in place while its columns keep their names, types and places. */
function keepsColumns({ from, to }: PieceChange, context: EmitContext): boolean {
  const describe = (columns: readonly Piece[]): string =>
    columns.map(({ identity, facts }) => JSON.stringify([ownName(identity), facts['type'], facts['collation']])).join();
  return (
    describe(context.columnsAfter(from)) ===
    describe(context.partsBefore(to.key).filter(({ kind }) => kind === 'column'))
  );
}

export default defineEmitter({
  kind: 'view',
  create: createView,
  drop: ({ identity }) => [`DROP VIEW IF EXISTS ${identity}`],
  alter: (change, context) => {
    const { from, to, changed } = change;
    if (changed.has('definition')) return keepsColumns(change, context) ? inPlace(createView(to)) : rebuild;
    const options = optionChanges(optionsOf(from, 'options'), optionsOf(to, 'options'));
    return inPlace(options.map((action) => `ALTER VIEW ${to.identity} ${action}`));
  },
});
