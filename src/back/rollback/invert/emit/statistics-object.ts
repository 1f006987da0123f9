import { defineEmitter, inPlace, rebuild } from '../emitter.js';
import { type Piece, textFact } from '../piece.js';

function setTarget(object: Piece): string {
  const { statistics } = object.facts;
  return `ALTER STATISTICS ${object.identity} SET STATISTICS ${typeof statistics === 'number' ? statistics : -1}`;
}

export default defineEmitter({
  kind: 'statistics object',
  create: (object) => [
    (textFact(object, 'definition') ?? '').replace(/^CREATE STATISTICS /, 'CREATE STATISTICS IF NOT EXISTS '),
    ...(typeof object.facts['statistics'] === 'number' ? [setTarget(object)] : []),
  ],
  drop: ({ identity }) => [`DROP STATISTICS IF EXISTS ${identity}`],
  alter: ({ to, changed }) => (changed.has('definition') ? rebuild : inPlace([setTarget(to)])),
});
