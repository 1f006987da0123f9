import type { JsonValue } from '../../../model/json.js';
import type { ObjectKind, SnapshotObject } from '../../../model/schema-snapshot.js';

/** Parts that are made by a statement of their own, so that objects which need each other can be made one after another. */
export const partKinds = [
  'column default',
  'sequence owner',
  'partition',
  'inheritance',
  'table type',
  'index partition',
] as const;
export type PartKind = (typeof partKinds)[number];
export type PieceKind = ObjectKind | PartKind;

export type PieceFacts = Readonly<Record<string, JsonValue>>;

/** What one statement makes: an object, or a part of one. */
export interface Piece {
  readonly kind: PieceKind;
  /** `kind identity`; unique in a snapshot. */
  readonly key: string;
  readonly identity: string;
  /** Key of the piece it is a part of. */
  readonly parent: string | null;
  /** Facts of structure, physical form and position together. */
  readonly facts: PieceFacts;
  /** Owner, grants, labels; empty for parts of objects. */
  readonly access: PieceFacts;
  readonly dependsOn: readonly string[];
  readonly object: SnapshotObject;
}

export function textFact(piece: Piece, fact: string): string | null {
  const value = piece.facts[fact];
  return typeof value === 'string' ? value : null;
}

export function flag(piece: Piece, fact: string): boolean {
  return piece.facts[fact] === true;
}

export function listFact(piece: Piece, fact: string): readonly string[] {
  const value = piece.facts[fact];
  return Array.isArray(value) ? value.map(String) : [];
}
