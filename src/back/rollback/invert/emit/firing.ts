import type { Piece } from '../piece.js';
import { textFact } from '../piece.js';
import { holder, holderName } from '../sql-kind.js';
import { ownName } from '../sql-names.js';

const words: Readonly<Record<string, string>> = {
  disabled: 'DISABLE',
  replica: 'ENABLE REPLICA',
  always: 'ENABLE ALWAYS',
};

/** When a trigger or rule fires. */
export function setFiring(piece: Piece): string {
  const state = words[textFact(piece, 'enabled') ?? ''] ?? 'ENABLE';
  // ALTER VIEW knows no rules and triggers, ALTER TABLE does.
  const relation = /^(?:VIEW|MATERIALIZED VIEW|FOREIGN TABLE) /.test(holder(piece))
    ? `TABLE ${holderName(piece)}`
    : holder(piece);
  return `ALTER ${relation} ${state} ${piece.kind.toUpperCase()} ${ownName(piece.identity)}`;
}

/** The same for one that was just made: nothing where it is as made. */
export function firingOf(piece: Piece): readonly string[] {
  return textFact(piece, 'enabled') === null ? [] : [setFiring(piece)];
}
