import type { RehearsedStructure } from '../../../model/rehearsal.js';
import { type ObjectKey, objectKey, type SchemaSnapshot, type SnapshotObject } from '../../../model/schema-snapshot.js';
import { canonicalJson } from '../../records/canonical-json.js';
import { digest } from '../../records/digest.js';
import { quoteIdentifier } from '../../sql/quote-identifier.js';
import type { TenantPlace } from '../../../model/target-settings.js';
import { hasFacet } from './facet-view.js';
import { inPublic, tenantAsPublic } from './tenant-as-public.js';

/** Digests stand in records, many of them: as much as tells two structures apart. */
const digestLength = 16;

export interface StructureScope {
  /** `schema.name`, each part as quote_ident writes it. */
  readonly relations: readonly string[];
  /** Schemas that are nobody's business: that of a ledger, say. */
  readonly ignoredSchemas: readonly string[];
  /** Relations that are nobody's business: a tool's own table. */
  readonly ignoredRelations: readonly string[];
  /** Whose schema stands for all: it is digested as `public`, for a change is rehearsed once for all tenants. */
  readonly tenant?: TenantPlace | null;
}

/**
 * Digests of the structure of some relations and of what depends on them, one for each object that stands by itself, and
 * one of all the rest. Of tables that depend on them (by a foreign key, a trigger's function) only what does so counts.
 */
export function digestStructure(snapshot: SchemaSnapshot, scope: StructureScope): RehearsedStructure {
  const { tenant = null } = scope;
  if (tenant === null) return digestScope(snapshot, scope);
  const names = (list: readonly string[]) => list.map((name) => inPublic(name, tenant.schema));
  const { relations, ignoredRelations } = scope;
  const general = { ...scope, relations: names(relations), ignoredRelations: names(ignoredRelations) };
  return digestScope(tenantAsPublic(snapshot, tenant.schema), general);
}

function digestScope(snapshot: SchemaSnapshot, scope: StructureScope): RehearsedStructure {
  const tree = new ObjectTree(snapshot, scope);
  const concerned = findConcerned(tree, new Set(scope.relations));
  const groups = new Map<ObjectKey, SnapshotObject[]>();
  const rest: SnapshotObject[] = [];
  for (const object of tree.objects) {
    if (!hasFacet(object, 'structure')) continue;
    if (!concerned.has(keyOf(object))) {
      if (!tree.isElsewhere(object)) rest.push(object);
    } else groups.set(tree.topOf(object), [...(groups.get(tree.topOf(object)) ?? []), object]);
  }
  const digests = [...groups].map(([key, members]) => [key, digestOf(members)] as const);
  return {
    relations: [...scope.relations].sort(),
    objects: Object.fromEntries(digests.filter(([key]) => !tree.isPartition(key))),
    partitions: Object.fromEntries(digests.filter(([key]) => tree.isPartition(key))),
    rest: digestOf(rest),
  };
}

function keyOf({ kind, identity }: SnapshotObject): ObjectKey {
  return objectKey(kind, identity);
}

function digestOf(objects: readonly SnapshotObject[]): string {
  const seen = objects.map(({ kind, identity, parent, facts }) => ({ kind, identity, parent, facts: facts.structure }));
  return digest('schema', canonicalJson(seen)).slice(0, digestLength);
}

/** A serial column's sequence stands by itself, and goes with its table. */
function isOwnedBy({ kind, facts }: SnapshotObject, relations: readonly string[]): boolean {
  const column = kind === 'sequence' ? facts.structure['ownedBy'] : undefined;
  return typeof column === 'string' && relations.some((relation) => column.startsWith(`${relation}.`));
}

/** The objects of a snapshot, without those that are nobody's business. */
class ObjectTree {
  readonly objects: readonly SnapshotObject[];
  readonly #byKey: ReadonlyMap<ObjectKey, SnapshotObject>;
  readonly #elsewhere: readonly string[];

  constructor(snapshot: SchemaSnapshot, { ignoredSchemas, ignoredRelations, tenant = null }: StructureScope) {
    const ignored = new Set(ignoredRelations);
    const path = ['public', ...(tenant?.searchPath ?? []).map(quoteIdentifier)];
    const schemas = tenant === null ? [] : snapshot.objects.filter(({ kind }) => kind === 'schema');
    this.#elsewhere = schemas.map(({ identity }) => identity).filter((schema) => !path.includes(schema));
    this.#byKey = new Map(snapshot.objects.map((object) => [keyOf(object), object]));
    this.objects = snapshot.objects.filter((object) => {
      const top = this.#byKey.get(this.topOf(object));
      if (top === undefined || ignored.has(top.identity) || isOwnedBy(top, ignoredRelations)) return false;
      return !ignoredSchemas.some((schema) =>
        top.kind === 'schema' ? top.identity === schema : top.identity.startsWith(`${schema}.`),
      );
    });
  }

  get(key: ObjectKey): SnapshotObject | undefined {
    return this.#byKey.get(key);
  }

  /** In a schema that a tenant does not look into: that of another tenant. */
  isElsewhere(object: SnapshotObject): boolean {
    const { kind, identity } = this.#byKey.get(this.topOf(object)) ?? object;
    return this.#elsewhere.some((schema) =>
      kind === 'schema' ? identity === schema : identity.startsWith(`${schema}.`),
    );
  }

  /** What an object is a part of in the end; itself, when it stands by itself. */
  topOf(object: SnapshotObject): ObjectKey {
    let top = object;
    for (let parent = top.parent; parent !== null; parent = top.parent) {
      const next = this.#byKey.get(parent);
      if (next === undefined || next.kind === 'schema') break;
      top = next;
    }
    return keyOf(top);
  }

  isPartition(key: ObjectKey): boolean {
    return this.#byKey.get(key)?.facts.structure['partitionOf'] !== undefined;
  }
}

/** Keys of the relations' objects and of what depends on them: tables are where it ends, views and functions go on. */
function findConcerned(tree: ObjectTree, relations: ReadonlySet<string>): ReadonlySet<ObjectKey> {
  const groups = new Map<ObjectKey, SnapshotObject[]>();
  const dependents = new Map<ObjectKey, SnapshotObject[]>();
  for (const object of tree.objects) {
    const top = tree.topOf(object);
    groups.set(top, [...(groups.get(top) ?? []), object]);
    for (const key of object.dependsOn) dependents.set(key, [...(dependents.get(key) ?? []), object]);
  }
  const named = (key: ObjectKey): boolean => relations.has(tree.get(key)?.identity ?? '');
  const concerned = new Set<ObjectKey>();
  const waiting: SnapshotObject[] = [...groups].filter(([key]) => named(key)).flatMap(([, members]) => members);
  for (let object = waiting.pop(); object !== undefined; object = waiting.pop()) {
    if (concerned.has(keyOf(object))) continue;
    concerned.add(keyOf(object));
    const top = tree.topOf(object);
    const isTable = tree.get(top)?.kind === 'table' || tree.get(top)?.kind === 'foreign table';
    if (isTable && !named(top)) continue;
    waiting.push(...(groups.get(top) ?? []), ...(dependents.get(keyOf(object)) ?? []));
  }
  return concerned;
}
