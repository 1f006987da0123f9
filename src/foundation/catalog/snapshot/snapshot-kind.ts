import type { Facet, ObjectKind } from '../../../model/schema-snapshot.js';
import type { JsonValue } from '../../../model/json.js';

/** Facts of one object by facet; facets without facts may be left out. */
export type Facts = Readonly<Partial<Record<Facet, Readonly<Record<string, JsonValue>>>>>;

/** One object as its query gives it. */
export interface SnapshotRow {
  /** The catalog it stands in, as regclass prints it (`pg_class`), its OID and, for columns, its number. */
  readonly classid: string;
  readonly objid: string;
  readonly objsubid: number;
  /** As pg_identify_object writes it. */
  readonly identity: string;
}

/** How one kind of object is read: a file of its own for each. */
export interface SnapshotKind<Row extends SnapshotRow = SnapshotRow> {
  readonly kind: ObjectKind;
  /**
   * One row for each object, on every major that has the kind; a function of the major where catalogs differ. May use
   * the common table expressions of `scope.ts`. Members of extensions are left out by the reader.
   */
  readonly sql: string | ((major: number) => string | null);
  readonly facts: (row: Row, major: number) => Facts;
  /** What the object is a part of; null when it stands by itself. */
  readonly parent?: (row: Row) => { readonly kind: ObjectKind; readonly identity: string } | null;
}

/** Keeps the row's type where it is written, and hides it in the list. */
export function defineKind<Row extends SnapshotRow>(kind: SnapshotKind<Row>): SnapshotKind {
  return kind as unknown as SnapshotKind;
}
