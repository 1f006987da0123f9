import { diffSnapshots } from '../../../../foundation/catalog/snapshot/diff.js';
import {
  type ObjectKey,
  objectKey,
  type SchemaSnapshot,
  type SnapshotObject,
} from '../../../../model/schema-snapshot.js';
import type { DatabaseState } from '../read-state.js';

/**
 * What an application can write after a change and the schema from before it cannot hold, one line each: known before
 * anything is taken back. Pure.
 */
export function notHeld(before: DatabaseState, after: DatabaseState): readonly string[] {
  const [old, young] = [byKey(before.snapshot), byKey(after.snapshot)];
  const elsewhere = (key: ObjectKey, from: DatabaseState, to: DatabaseState): boolean =>
    addressSet(to).has(from.addresses.get(key) ?? '');
  return diffSnapshots(before.snapshot, after.snapshot, { facets: ['structure'] }).flatMap(
    (difference): readonly string[] => {
      const key = objectKey(difference.kind, difference.identity);
      const [then, now] = [old.get(key), young.get(key)];
      // What was only renamed stays.
      if (difference.change === 'added') {
        return now === undefined || elsewhere(key, after, before) ? [] : ofNew(now, old);
      }
      if (difference.change === 'removed') {
        return then === undefined || elsewhere(key, before, after) ? [] : ofLost(then, young);
      }
      return then === undefined || now === undefined ? [] : ofChanged(then, now);
    },
  );
}

function addressSet({ addresses }: DatabaseState): ReadonlySet<string> {
  return new Set(addresses.values());
}

function byKey({ objects }: SchemaSnapshot): ReadonlyMap<string, SnapshotObject> {
  return new Map(objects.map((object) => [objectKey(object.kind, object.identity), object]));
}

function ofNew(
  { kind, identity, parent }: SnapshotObject,
  old: ReadonlyMap<string, SnapshotObject>,
): readonly string[] {
  if (kind === 'table') return [`rows of ${identity} go with the table`];
  if (kind === 'column' && parent !== null && old.has(parent) && parent.startsWith('table ')) {
    return [`values of the column ${identity} go with it`];
  }
  return [];
}

function ofLost(
  { kind, identity, parent, facts }: SnapshotObject,
  young: ReadonlyMap<string, SnapshotObject>,
): readonly string[] {
  const stays = parent !== null && young.has(parent) && parent.startsWith('table ');
  if (!stays) return [];
  const { notNull, default: value, type } = facts.structure;
  if (kind === 'column' && notNull === true && value === undefined) {
    return [`new rows have no value for the column ${identity}, which has to have one`];
  }
  const isCondition = kind === 'constraint' && typeof type === 'string';
  return isCondition ? [`rows that violate the ${type} ${identity}`] : [];
}

function ofChanged({ kind, identity, facts: then }: SnapshotObject, { facts: now }: SnapshotObject): readonly string[] {
  const [old, young] = [then.structure, now.structure];
  if (kind === 'type' && Array.isArray(old['labels']) && Array.isArray(young['labels'])) {
    const known = new Set(old['labels']);
    const added = young['labels'].filter((label) => !known.has(label));
    return added.length === 0 ? [] : [`values of ${identity} that it did not have: ${added.join(', ')}`];
  }
  if (kind !== 'column') return [];
  return [
    ...(old['notNull'] === true && young['notNull'] !== true ? [`NULL in the column ${identity}`] : []),
    ...(old['type'] !== young['type']
      ? [`values of the column ${identity} that are no ${typeof old['type'] === 'string' ? old['type'] : 'such'}`]
      : []),
  ];
}
