import type { JsonValue } from '../../../../model/json.js';
import { present, sharedColumns, type SharedRow } from '../shared-facts.js';
import type { SnapshotRow } from '../snapshot-kind.js';

/** What relations of several kinds share; null and false where the server would make it so. */
export interface RelationRow extends SnapshotRow, SharedRow {
  readonly options: Readonly<Record<string, string>> | null;
  readonly toast_options: Readonly<Record<string, string>> | null;
  readonly access_method: string | null;
  readonly tablespace: string | null;
  /** Identities of the parents in order, of a partition only the one. */
  readonly parents: readonly string[] | null;
  readonly is_partition: boolean;
  readonly bound: string | null;
}

/** SQL of a reloptions-like array as a JSON object. */
export function optionsSql(array: string): string {
  return `(SELECT pg_catalog.json_object_agg(o.option_name, o.option_value ORDER BY o.option_name)
      FROM pg_catalog.pg_options_to_table(${array}) o)`;
}

/** SQL of the columns that make a row one of `pg_class r`, named by it. */
export const relationIdentity = `'pg_class' AS classid, r.oid::pg_catalog.text AS objid, 0 AS objsubid, r.identity`;

/** SQL of the columns of a `SharedRow` from `rels r`; the letter is acldefault's: `r`, or `s` for sequences. */
export function relationShared(letter: 'r' | 's'): string {
  return sharedColumns({ catalog: 'pg_class', oid: 'r.oid', owner: 'r.relowner', acl: { sql: 'r.relacl', letter } });
}

/** SQL of the columns of a `RelationRow` from `rels r`. */
export const relationColumns = `${relationIdentity},
    ${relationShared('r')},
    ${optionsSql('r.reloptions')} AS options,
    CASE WHEN r.reltoastrelid <> 0 THEN (SELECT ${optionsSql('t.reloptions')}
      FROM pg_catalog.pg_class t WHERE t.oid = r.reltoastrelid) END AS toast_options,
    (SELECT a.amname FROM pg_catalog.pg_am a WHERE a.oid = r.relam AND a.amname <> 'heap') AS access_method,
    (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = r.reltablespace) AS tablespace,
    (SELECT pg_catalog.json_agg(n.name || '.' || pg_catalog.quote_ident(p.relname) ORDER BY i.inhseqno)
      FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
        JOIN spaces n ON n.oid = p.relnamespace WHERE i.inhrelid = r.oid) AS parents,
    r.relispartition AS is_partition, pg_catalog.pg_get_expr(r.relpartbound, r.oid) AS bound`;

/** Facts about where and how rows lie. */
export function storageFacts(row: RelationRow): Readonly<Record<string, JsonValue>> {
  return present({
    options: row.options,
    toastOptions: row.toast_options,
    accessMethod: row.access_method,
    tablespace: row.tablespace,
  });
}

/** Facts about the relations that this one is a part of. */
export function inheritanceFacts(row: RelationRow): Readonly<Record<string, JsonValue>> {
  if (!row.is_partition) return present({ inherits: row.parents });
  return present({ partitionOf: row.parents?.[0], bound: row.bound });
}

/** Leaves out what is false. */
export function flag(value: boolean): true | undefined {
  return value ? true : undefined;
}

const enabledStates: Readonly<Record<string, string>> = { D: 'disabled', R: 'replica', A: 'always', O: 'origin' };

/** When a trigger or rule fires, by the catalog's letter; undefined where it is as made, several by comma. */
export function enabledState(letters: string | null): string | undefined {
  if (letters === null || letters === 'O') return undefined;
  return [...letters].map((letter) => enabledStates[letter] ?? letter).join(', ');
}
