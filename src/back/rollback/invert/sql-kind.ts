import type { Piece } from './piece.js';
import { ownName } from './sql-names.js';

/** Words of commands where they are not simply the kind's own. */
const words: Readonly<Record<string, string>> = {
  'composite type': 'TYPE',
  'statistics object': 'STATISTICS',
  'foreign server': 'SERVER',
  'foreign-data wrapper': 'FOREIGN DATA WRAPPER',
};

/** `TABLE`, `MATERIALIZED VIEW`: the word for a kind in ALTER, DROP and COMMENT. */
export function commandWord(kind: string): string {
  return words[kind] ?? kind.toUpperCase();
}

/** `TABLE public.users` of a key `table public.users`. */
export function targetOfKey(key: string): { readonly word: string; readonly identity: string } {
  const kind = /^(?:materialized view|foreign table|composite type|\S+)/.exec(key)?.[0] ?? '';
  return { word: commandWord(kind), identity: key.slice(kind.length + 1) };
}

/** `TABLE public.users`: what a piece is a part of, as ALTER names it. */
export function holder(piece: Piece): string {
  const { word, identity } = targetOfKey(piece.parent ?? '');
  return `${word} ${identity}`;
}

/** `public.users`: what a piece is a part of. */
export function holderName(piece: Piece): string {
  return targetOfKey(piece.parent ?? '').identity;
}

/** The piece as COMMENT and ALTER … OWNER name it. */
export function target(piece: Piece): string {
  const { kind, identity, parent } = piece;
  if (kind === 'constraint' && parent?.startsWith('domain ') === true) {
    return `CONSTRAINT ${ownName(identity)} ON DOMAIN ${holderName(piece)}`;
  }
  return `${commandWord(kind)} ${identity}`;
}
