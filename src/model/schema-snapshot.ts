import type { JsonValue } from './json.js';

/**
 * What a fact belongs to. Two databases are the same to an application when `structure` is; the others are told apart so
 * that a partition's owner or a column's place does not hide in one figure.
 */
export const facets = ['structure', 'order', 'access', 'physical', 'position'] as const;
export type Facet = (typeof facets)[number];

/** The kinds of object that a migration can make, each read and written by a file of its own. */
export const objectKinds = [
  'schema',
  'extension',
  'language',
  'collation',
  'conversion',
  'access method',
  'type',
  'domain',
  'table',
  'column',
  'sequence',
  'view',
  'materialized view',
  'foreign table',
  'composite type',
  'constraint',
  'index',
  'rule',
  'trigger',
  'policy',
  'function',
  'procedure',
  'aggregate',
  'operator',
  'operator family',
  'operator class',
  'cast',
  'transform',
  'statistics object',
  'publication',
  'subscription',
  'foreign-data wrapper',
  'foreign server',
  'user mapping',
  'text search parser',
  'text search template',
  'text search dictionary',
  'text search configuration',
  'event trigger',
  'default privileges',
  'system privileges',
  'large object',
] as const;
export type ObjectKind = (typeof objectKinds)[number];

/** One object of the catalog, by its identity and not by its OID: the same on every server that has it. */
export interface SnapshotObject {
  readonly kind: ObjectKind;
  /** As pg_identify_object writes it: `public.users`, `email of public.users`, `public.f(integer)`. Unique in its kind. */
  readonly identity: string;
  /** Key of what it is a part of (a column's table); null when it stands by itself. */
  readonly parent: ObjectKey | null;
  /** Facts by facet and name. What is as the server makes it by default is left out. */
  readonly facts: Readonly<Record<Facet, Readonly<Record<string, JsonValue>>>>;
  /** Keys of objects that have to be there before it, by pg_depend and by what its definition names. */
  readonly dependsOn: readonly ObjectKey[];
}

/** `kind identity`. */
export type ObjectKey = string;

export function objectKey(kind: ObjectKind, identity: string): ObjectKey {
  return `${kind} ${identity}`;
}

/** Everything that migrations made in one database, members of extensions left out. */
export interface SchemaSnapshot {
  readonly major: number;
  /** Sorted by key. */
  readonly objects: readonly SnapshotObject[];
}

export type FacetFingerprints = Readonly<Record<Facet, string>>;

/** Digests of a snapshot; comparable between servers of one major. */
export interface SchemaFingerprint {
  readonly major: number;
  readonly facets: FacetFingerprints;
}

export interface FactDifference {
  readonly facet: Facet;
  readonly fact: string;
  /** Undefined where the fact is not there. */
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

export type ObjectDifference =
  | { readonly change: 'added' | 'removed'; readonly kind: ObjectKind; readonly identity: string }
  | {
      readonly change: 'changed';
      readonly kind: ObjectKind;
      readonly identity: string;
      readonly facts: readonly FactDifference[];
    };

/** What leads from one snapshot to another, in the order of the keys; empty when they agree. */
export type SchemaDiff = readonly ObjectDifference[];
