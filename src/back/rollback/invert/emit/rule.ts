import { defineEmitter, inPlace } from '../emitter.js';
import { type Piece, textFact } from '../piece.js';
import { holderName } from '../sql-kind.js';
import { ownName } from '../sql-names.js';
import { firingOf, setFiring } from './firing.js';

function createRule(rule: Piece): string {
  return (textFact(rule, 'definition') ?? '').replace(/^CREATE RULE /, 'CREATE OR REPLACE RULE ').replace(/;$/, '');
}

export default defineEmitter({
  kind: 'rule',
  create: (rule) => [createRule(rule), ...firingOf(rule)],
  drop: (rule) => [`DROP RULE IF EXISTS ${ownName(rule.identity)} ON ${holderName(rule)}`],
  alter: ({ to, changed }) =>
    inPlace([
      ...(changed.has('definition') ? [createRule(to)] : []),
      ...(changed.has('enabled') ? [setFiring(to)] : []),
    ]),
});
