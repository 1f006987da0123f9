import { diffSnapshots } from '../../../../foundation/catalog/snapshot/diff.js';
import type { ObjectKey, SnapshotObject } from '../../../../model/schema-snapshot.js';
import { bareName, ownName } from '../../invert/sql-names.js';
import type { DatabaseState } from '../read-state.js';

export interface TouchedColumn {
  /** Names without quotes. */
  readonly before: string;
  readonly after: string;
  /** Its values are written in the same way before and after. */
  readonly sameType: boolean;
}

/** A table that is there before and after a change, perhaps by another name. */
export interface StandingTable {
  /** `schema.name`, as the server quotes it. */
  readonly before: string;
  readonly after: string;
  /** Columns that are on both sides and hold values of their own. */
  readonly columns: readonly TouchedColumn[];
}

/** Objects whose difference can decide about the rows that a table takes, or give back. */
const telling = new Set(['table', 'column', 'constraint', 'trigger', 'rule', 'index', 'type', 'domain']);

/** Tables that stay, and of which a change alters the columns, conditions, triggers or rows. Pure. */
export function touchedTables(before: DatabaseState, after: DatabaseState): readonly string[] {
  const differences = diffSnapshots(before.snapshot, after.snapshot, { facets: ['structure'] }).filter(({ kind }) =>
    telling.has(kind),
  );
  if (differences.length === 0 && sameRows(before, after)) return [];
  const keys = new Set(differences.map(({ kind, identity }) => `${kind} ${identity}`));
  const types = new Set(
    differences.filter(({ kind }) => kind === 'type' || kind === 'domain').map(({ identity }) => identity),
  );
  const isTouched = (object: SnapshotObject): boolean =>
    (keys.has(`${object.kind} ${object.identity}`) && (object.kind !== 'index' || isUnique(object))) ||
    (object.kind === 'column' && types.has(baseType(object)));
  const young = new Map([...after.addresses].map(([key, address]) => [address, key]));
  const now = new Map(
    [...before.addresses].flatMap(([key, address]) =>
      young.has(address) ? [[young.get(address) as ObjectKey, key] as const] : [],
    ),
  );
  const old = before.snapshot.objects.filter(isTouched).flatMap(tableOf);
  const later = after.snapshot.objects
    .filter(isTouched)
    .flatMap(tableOf)
    .map((key) => now.get(key) ?? key);
  const written = changedRows(before, after).map((relation) => `table ${relation}`);
  const stay = new Set(now.values());
  return [...new Set([...old, ...later, ...written])]
    .filter((key) => stay.has(key))
    .map((key) => key.slice('table '.length));
}

/** Any other index takes every row. */
function isUnique({ facts }: SnapshotObject): boolean {
  const { definition } = facts.structure;
  return typeof definition === 'string' && definition.startsWith('CREATE UNIQUE ');
}

function baseType({ facts }: SnapshotObject): string {
  const { type } = facts.structure;
  return typeof type === 'string' ? type.replace(/(?:\[\])+$/, '') : '';
}

function tableOf({ kind, identity, parent }: SnapshotObject): readonly ObjectKey[] {
  const key = kind === 'table' ? `table ${identity}` : (parent ?? '');
  return key.startsWith('table ') ? [key] : [];
}

function sameRows(before: DatabaseState, after: DatabaseState): boolean {
  return changedRows(before, after).length === 0;
}

function changedRows({ data }: DatabaseState, after: DatabaseState): readonly string[] {
  const later = new Map(after.data.map((table) => [table.relation, table]));
  return data.flatMap(({ relation, rows, checksum }) => {
    const now = later.get(relation);
    return now !== undefined && (now.rows !== rows || now.checksum !== checksum) ? [relation] : [];
  });
}

/** The table by its name before the change; null where it does not stay. */
export function standingTable(relation: string, before: DatabaseState, after: DatabaseState): StandingTable | null {
  const young = new Map([...after.addresses].map(([key, address]) => [address, key]));
  const laterKey = (key: ObjectKey): ObjectKey | null => young.get(before.addresses.get(key) ?? '') ?? null;
  const key = `table ${relation}`;
  const now = laterKey(key);
  if (now === null || !now.startsWith('table ')) return null;
  const objects = new Map(after.snapshot.objects.map((object) => [`${object.kind} ${object.identity}`, object]));
  const columns = before.snapshot.objects.flatMap((column): readonly TouchedColumn[] => {
    if (column.kind !== 'column' || column.parent !== key) return [];
    const later = objects.get(laterKey(`column ${column.identity}`) ?? '');
    if (later === undefined || [column, later].some(({ facts }) => facts.structure['generated'] !== undefined))
      return [];
    const sameType = column.facts.structure['type'] === later.facts.structure['type'];
    return [{ before: bareName(ownName(column.identity)), after: bareName(ownName(later.identity)), sameType }];
  });
  return { before: relation, after: now.slice('table '.length), columns };
}
