import type { A_Const, Node, PartitionBoundSpec } from '@pgsql/types';
import { columnName } from './read-check.js';

/** What a partition may hold, as far as it concerns one column. */
export type Bound =
  | { readonly kind: 'range'; readonly lower: Value | null; readonly upper: Value | null }
  | { readonly kind: 'list'; readonly values: readonly Value[]; readonly nulls: boolean };

/** A number, or a text whose order is that of its characters (dates and times); other texts can only be equal. */
export type Value = number | string;

/** Null for what cannot be compared here: hashes, several columns, expressions. */
export function readBound(spec: PartitionBoundSpec): Bound | null {
  if (spec.strategy === 'l') {
    const values = (spec.listdatums ?? []).map(valueOf);
    const known = values.filter((value) => value !== null);
    const nulls = (spec.listdatums ?? []).filter(isNullConst).length;
    return known.length + nulls === values.length ? { kind: 'list', values: known, nulls: nulls > 0 } : null;
  }
  if (spec.strategy !== 'r' || spec.lowerdatums?.length !== 1 || spec.upperdatums?.length !== 1) return null;
  const lower = endOf(spec.lowerdatums[0], 'minvalue');
  const upper = endOf(spec.upperdatums[0], 'maxvalue');
  return lower === undefined || upper === undefined ? null : { kind: 'range', lower, upper };
}

/** Null for an open end; undefined when it is not known. */
function endOf(node: Node | undefined, open: 'minvalue' | 'maxvalue'): Value | null | undefined {
  // MINVALUE and MAXVALUE are parsed as names of columns.
  if (node !== undefined && columnName(node)?.toLowerCase() === open) return null;
  return node === undefined ? undefined : (valueOf(node) ?? undefined);
}

/** The column of a key over one column, as pg_get_partkeydef writes it; null for all else. */
export function keyColumn(key: string | null): string | null {
  const [, bare, quoted] = /^(?:RANGE|LIST) \((?:([a-z_][a-z0-9_$]*)|"((?:[^"]|"")+)")\)$/.exec(key ?? '') ?? [];
  return bare ?? quoted?.replaceAll('""', '"') ?? null;
}

export function valueOf(node: Node | undefined): Value | null {
  if (node === undefined) return null;
  if ('TypeCast' in node) return valueOf(node.TypeCast.arg);
  return 'A_Const' in node ? constant(node.A_Const) : null;
}

function constant({ ival, fval, sval, boolval }: A_Const): Value | null {
  if (ival !== undefined) return ival.ival ?? 0;
  if (fval !== undefined) return Number(fval.fval);
  if (boolval !== undefined) return boolval.boolval === true ? 'true' : 'false';
  if (sval === undefined) return null;
  const text = sval.sval ?? '';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : timeOf(text);
}

/** Written to the second, so that a date sorts among timestamps. */
function timeOf(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return `${text} 00:00:00`;
  const [, moment] = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?)(?:[+-]\d\d(?::\d\d)?)?$/.exec(text) ?? [];
  return moment ?? text;
}

/** Negative, zero or positive; null when their order is not known. */
export function compareValues(one: Value, other: Value): number | null {
  if (one === other) return 0;
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  const times = isTime(one) && isTime(other);
  return times ? (String(one) < String(other) ? -1 : 1) : null;
}

function isTime(value: Value): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(value);
}

function isNullConst(node: Node): boolean {
  return 'A_Const' in node && node.A_Const.isnull === true;
}
