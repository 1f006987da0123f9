import type { ObjectKind } from '../../../../../model/schema-snapshot.js';
import { defineEmitter, type Emitter, inPlace, rebuild } from '../../emitter.js';
import { textFact } from '../../piece.js';

interface DefinedKind {
  readonly kind: ObjectKind;
  /** The identity as DROP takes it, where it is not the same. */
  readonly dropped?: (identity: string) => string;
}

/** Kinds of which `definition` says everything, and of which nothing can be altered but by making them again. */
const definedKinds: readonly DefinedKind[] = [
  { kind: 'access method' },
  { kind: 'language' },
  { kind: 'collation' },
  { kind: 'conversion' },
  { kind: 'operator class' },
  { kind: 'cast' },
  { kind: 'transform' },
  { kind: 'text search parser' },
  { kind: 'text search template' },
  // An aggregate of anything is written with a star that its identity does not have.
  { kind: 'aggregate', dropped: (identity) => identity.replace(/\(\)$/, '(*)') },
];

export default definedKinds.map(
  ({ kind, dropped = (identity) => identity }): Emitter =>
    defineEmitter({
      kind,
      create: (piece) => [textFact(piece, 'definition') ?? ''],
      drop: ({ identity }) => [`DROP ${kind.toUpperCase()} ${dropped(identity)}`],
      alter: ({ changed, retyped }) => (changed.size === 0 && !retyped ? inPlace([]) : rebuild),
    }),
);
