import { defineEmitter, inPlace } from '../../emitter.js';
import type { Piece } from '../../piece.js';

interface Granted {
  readonly grantee: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

function list(piece: Piece, fact: 'grants' | 'initially'): readonly Granted[] {
  return (piece.access[fact] ?? []) as unknown as readonly Granted[];
}

function isSame(one: Granted): (other: Granted) => boolean {
  return ({ grantee, privilege, grantable }) =>
    one.grantee === grantee && one.privilege === privilege && one.grantable === grantable;
}

/** Statements that lead from some grants to others on one of the server's own objects; its identity begins with the word for it. */
function change({ identity }: Piece, from: readonly Granted[], to: readonly Granted[]): readonly string[] {
  const lost = from.filter((grant) => !to.some(isSame(grant)));
  const gained = to.filter((grant) => !from.some(isSame(grant)));
  return [
    ...lost.map(({ grantee, privilege }) => `REVOKE ${privilege} ON ${identity} FROM ${grantee}`),
    ...gained.map(
      ({ grantee, privilege, grantable }) =>
        `GRANT ${privilege} ON ${identity} TO ${grantee}${grantable ? ' WITH GRANT OPTION' : ''}`,
    ),
  ];
}

export default defineEmitter({
  kind: 'system privileges',
  create: (piece) => change(piece, list(piece, 'initially'), list(piece, 'grants')),
  drop: (piece) => change(piece, list(piece, 'grants'), list(piece, 'initially')),
  alter: ({ from, to }) => inPlace(change(to, list(from, 'grants'), list(to, 'grants'))),
});
