import { diffSnapshots } from '../../../foundation/catalog/snapshot/diff.js';
import {
  objectKey,
  type ObjectDifference,
  type ObjectKind,
  type SchemaSnapshot,
  type SnapshotObject,
} from '../../../model/schema-snapshot.js';

/** Kinds whose appearance nobody notices who does not know of them. */
const unnoticed: ReadonlySet<ObjectKind> = new Set<ObjectKind>([
  'schema',
  'extension',
  'language',
  'collation',
  'conversion',
  'access method',
  'type',
  'domain',
  'table',
  'sequence',
  'view',
  'materialized view',
  'foreign table',
  'composite type',
  'function',
  'procedure',
  'aggregate',
  'operator family',
  'statistics object',
  'publication',
  'foreign-data wrapper',
  'foreign server',
  'user mapping',
  'text search parser',
  'text search template',
  'text search dictionary',
  'text search configuration',
  'default privileges',
  'system privileges',
  'large object',
]);

/** Facts of which queries and writes take no notice. */
const harmlessFacts: ReadonlySet<string> = new Set(['comment', 'default', 'labels']);

/**
 * What of a change a program of before could stumble over, a line each; empty when the old program can run against the
 * new schema. Bodies of functions count as changed: what they do now is not to be read from the catalog.
 */
export function disturbsOldApplication(before: SchemaSnapshot, after: SchemaSnapshot): readonly string[] {
  const young = new Map(after.objects.map((object) => [objectKey(object.kind, object.identity), object]));
  const old = new Set(before.objects.map((object) => objectKey(object.kind, object.identity)));
  return diffSnapshots(before, after, { facets: ['structure'] }).flatMap((difference) => {
    const why = disturbance(difference, young.get(objectKey(difference.kind, difference.identity)), old);
    return why === null ? [] : [`${difference.kind} ${difference.identity} ${why}`];
  });
}

function disturbance(
  difference: ObjectDifference,
  now: SnapshotObject | undefined,
  old: ReadonlySet<string>,
): string | null {
  if (difference.change === 'removed') return isHarmlessLoss(difference.kind) ? null : 'is gone';
  if (difference.change === 'changed') {
    const facts = difference.facts.map(({ fact }) => fact).filter((fact) => !harmlessFacts.has(fact));
    const relaxed = difference.facts.every(({ fact, after }) => fact !== 'notNull' || after === undefined);
    const strict = facts.filter((fact) => fact !== 'notNull' || !relaxed);
    return strict.length === 0 ? null : `has another ${strict.join(', ')}`;
  }
  const onNew = now?.parent != null && !old.has(now.parent);
  if (onNew || unnoticed.has(difference.kind)) return null;
  if (difference.kind === 'column') return isDemanding(now) ? 'is new and wants a value' : null;
  if (difference.kind === 'index') return isUnique(now) ? 'is new and unique' : null;
  return 'is new';
}

/** Nobody asks for these by name. */
function isHarmlessLoss(kind: ObjectKind): boolean {
  return kind === 'statistics object' || kind === 'index' || kind === 'constraint';
}

function isDemanding(column: SnapshotObject | undefined): boolean {
  const { notNull, default: value, identity, generated } = column?.facts.structure ?? {};
  return notNull === true && value === undefined && identity === undefined && generated === undefined;
}

function isUnique(index: SnapshotObject | undefined): boolean {
  return /^CREATE UNIQUE\b/i.test(JSON.stringify(index?.facts.structure['definition'] ?? '').slice(1));
}
