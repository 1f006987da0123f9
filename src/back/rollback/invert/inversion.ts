import type { ObjectKey, ObjectKind } from '../../../model/schema-snapshot.js';

/** One statement of a rollback. */
export interface RollbackStatement {
  readonly sql: string;
  /** False where PostgreSQL refuses it inside a transaction block: it has to be sent by itself. */
  readonly transactional: boolean;
  /** The object that it is about, by its name before the change. */
  readonly about: ObjectKey;
}

/** What cannot be put back, or not exactly, and why. */
export interface Remark {
  readonly about: ObjectKey;
  readonly reason: string;
}

export interface Inversion {
  /** In the order in which they have to run. */
  readonly steps: readonly RollbackStatement[];
  /** What the steps do not put back exactly. */
  readonly declared: readonly Remark[];
  /** What the steps leave out because no statement is known that would put it back safely. */
  readonly refused: readonly Remark[];
}

/** One object that the change gave another name. */
export interface Rename {
  readonly kind: ObjectKind;
  /** Schema of the object, or of the table it is part of; null where the statement names none. */
  readonly schema: string | null;
  /** The table that it is part of; null when it stands by itself. */
  readonly table: string | null;
  readonly from: string;
  readonly to: string;
}

/** Where the server keeps each object: catalog, OID, and number for columns. Only ever compared. */
export type Addresses = ReadonlyMap<ObjectKey, string>;

export interface InversionHints {
  /** Renames as the statements of the change say them; see `findRenames`. */
  readonly renames?: readonly Rename[];
  /** Addresses of both snapshots, where they were read in one database: they show every rename for certain. */
  readonly addresses?: { readonly before: Addresses; readonly after: Addresses };
  /** By the key of an enum as it was: labels that it has only since, and what rows that hold one are to hold instead. */
  readonly labels?: Readonly<Record<ObjectKey, Readonly<Record<string, string>>>>;
  /** Build and drop indexes of tables that stay without blocking writes; outside a transaction block. */
  readonly concurrently?: boolean;
  /** The change says where sequences are to stand, by setval or RESTART: what nobody has moved since goes back. */
  readonly setsPositions?: boolean;
  /** The role that made everything on the stage: whoever runs the rollback takes its place. */
  readonly maker?: string | null;
}
