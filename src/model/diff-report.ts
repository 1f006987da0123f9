import type { Facet, FactDifference, ObjectKey, ObjectKind, SchemaFingerprint } from './schema-snapshot.js';

/** One of the two things that are compared. */
export interface DiffSide {
  /** As the user named it, without secrets. */
  readonly name: string;
  readonly source: 'database' | 'migrations' | 'dump';
  readonly server: { readonly version: string; readonly major: number };
  readonly objects: number;
  readonly fingerprint: SchemaFingerprint;
}

/** One object that differs, with what is different about it: of one that only one side has, all its facts. */
export interface ReportedDifference {
  readonly change: 'added' | 'removed' | 'changed';
  readonly kind: ObjectKind;
  readonly identity: string;
  /** Key of what it is a part of. */
  readonly parent: ObjectKey | null;
  readonly facts: readonly FactDifference[];
}

/** What leads from `before` to `after`, object by object. */
export interface DiffReport {
  readonly kind: 'diff';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** The facets that were compared. */
  readonly facets: readonly Facet[];
  /** Nothing differs in these facets. */
  readonly same: boolean;
  readonly differences: readonly ReportedDifference[];
  /** Objects that differ in each facet, compared or not. */
  readonly totals: Readonly<Record<Facet, number>>;
  /** What was made equal because the two majors write it in two ways; empty where they are one. */
  readonly normalisations: readonly string[];
  readonly notes: readonly string[];
}
