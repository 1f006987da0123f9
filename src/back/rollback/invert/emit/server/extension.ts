import { quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import { defineEmitter, inPlace, refuse } from '../../emitter.js';
import { flag, textFact } from '../../piece.js';

/** What it brings comes and goes with it. */
export default defineEmitter({
  kind: 'extension',
  create: (piece) => {
    const version = quoteLiteral(textFact(piece, 'version') ?? '');
    return [`CREATE EXTENSION ${piece.identity} WITH SCHEMA ${textFact(piece, 'schema')} VERSION ${version}`];
  },
  drop: ({ identity }) => [`DROP EXTENSION ${identity}`],
  alter: ({ from, to, changed }) => {
    if (changed.has('version')) {
      return refuse(
        `extensions bring no way back from version ${textFact(from, 'version')} to ${textFact(to, 'version')}`,
      );
    }
    if (!changed.has('schema')) return inPlace([]);
    if (!flag(from, 'relocatable')) return refuse('the extension cannot be moved to another schema');
    return inPlace([`ALTER EXTENSION ${to.identity} SET SCHEMA ${textFact(to, 'schema')}`]);
  },
});
