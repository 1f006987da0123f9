import type { Piece, PieceKind } from './piece.js';

/** One statement as an emitter writes it; a bare text may stand in a transaction block. */
export type Draft = string | { readonly sql: string; readonly transactional: false };

/** The same piece after and before the change; `from` carries the names that are there once renames are taken back. */
export interface PieceChange {
  readonly from: Piece;
  readonly to: Piece;
  /** Names of the facts that differ; of access only what is peculiar to the kind. */
  readonly changed: ReadonlySet<string>;
  /** A type that it is made of is replaced: the new one has to be named although nothing else differs. */
  readonly retyped: boolean;
}

export type Alteration =
  | {
      readonly how: 'in place';
      readonly statements: readonly Draft[];
      /** Whether values get another type: what was compiled for the old one has to be dropped before. */
      readonly retypes?: boolean;
      readonly declared?: readonly string[];
    }
  | { readonly how: 'rebuild'; readonly declared?: readonly string[] }
  /** The old one steps aside under another name, columns move to the new one, then the old one goes. */
  | { readonly how: 'swap'; readonly aside: readonly Draft[]; readonly dropAside: readonly Draft[] }
  | { readonly how: 'refuse'; readonly reason: string };

export interface EmitContext {
  readonly major: number;
  readonly concurrently: boolean;
  /** Whether the change itself said where sequences are to stand, so that they may go back from there. */
  readonly setsPositions: boolean;
  /** The role that owns what the rollback makes without more words; null where nobody knows. */
  readonly maker: string | null;
  /** The piece as it was, by its key; undefined where there was none. */
  readonly before: (key: string) => Piece | undefined;
  /** The same piece after the change, by its key before, under the names of before. */
  readonly current: (key: string) => Piece | undefined;
  /** Parts of a piece as it was, in the order of their place. */
  readonly partsBefore: (key: string) => readonly Piece[];
  /** Columns of a piece as it is after the change, in the order of their place. */
  readonly columnsAfter: (from: Piece) => readonly Piece[];
  /** What rows are to hold instead of labels that an enum, by its key before, will not have. */
  labelsInstead(key: string): Readonly<Record<string, string>>;
  /** Roles that default privileges speak of, for objects of a kind (`TABLES`); null where nobody said anything. */
  readonly defaultGrantees: (objects: string) => readonly string[] | null;
  /** Whether the rollback makes it: then what stands in the same statement needs none of its own. */
  readonly isMade: (key: string) => boolean;
  /** Whether a default stands in the statement that adds its column. */
  readonly isInline: (piece: Piece) => boolean;
}

/** How one kind of piece is made, dropped, and led back: a file of its own for each. */
export interface Emitter {
  readonly kind: PieceKind;
  /** Statements that make it, without owner, grants, labels and comment: those are the same for all kinds. */
  readonly create: (piece: Piece, context: EmitContext) => readonly Draft[];
  readonly drop: (piece: Piece, context: EmitContext) => readonly Draft[];
  readonly alter: (change: PieceChange, context: EmitContext) => Alteration;
  /** Why nobody but a human can make it, or drop it; null, or left out, where the statements above can. */
  readonly cannotCreate?: (piece: Piece) => string | null;
  readonly cannotDrop?: (piece: Piece) => string | null;
}

export function defineEmitter(emitter: Emitter): Emitter {
  return emitter;
}

export function inPlace(
  statements: readonly Draft[],
  more: { retypes?: boolean; declared?: readonly string[] } = {},
): Alteration {
  return { how: 'in place', statements, ...more };
}

export const rebuild: Alteration = { how: 'rebuild' };

export function refuse(reason: string): Alteration {
  return { how: 'refuse', reason };
}
