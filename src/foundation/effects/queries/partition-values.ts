import type { A_Const, Node } from '@pgsql/types';
import { typeNameParts } from '../tree-names.js';

/** A constant of a syntax tree. */
export interface Constant {
  /** Null for NULL. */
  readonly text: string | null;
  readonly literal: 'string' | 'number' | 'other';
  /** The type that it is cast to. */
  readonly cast: string | null;
}

/** A value that can be compared with others of its column. */
export type Comparable = bigint | number | string;

export function constantOf(node: Node | undefined): Constant | null {
  if (node === undefined) return null;
  if ('A_Const' in node) return plainConstant(node.A_Const);
  if (!('TypeCast' in node)) return null;
  const inner = constantOf(node.TypeCast.arg);
  if (inner === null || inner.cast !== null) return null;
  return { ...inner, cast: typeNameParts(node.TypeCast.typeName).at(-1) ?? null };
}

function plainConstant({ isnull, sval, ival, fval, boolval }: A_Const): Constant {
  if (isnull === true) return { text: null, literal: 'other', cast: null };
  if (sval !== undefined) return { text: sval.sval ?? '', literal: 'string', cast: null };
  if (ival !== undefined) return { text: String(ival.ival ?? 0), literal: 'number', cast: null };
  if (fval !== undefined) return { text: fval.fval ?? '', literal: 'number', cast: null };
  return { text: String(boolval?.boolval ?? false), literal: 'other', cast: null };
}

type TypeClass = 'integer' | 'number' | 'date' | 'timestamp' | 'timestamptz' | 'text' | 'other';

const classes: Readonly<Record<string, TypeClass>> = {
  smallint: 'integer',
  integer: 'integer',
  bigint: 'integer',
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  numeric: 'number',
  real: 'number',
  'double precision': 'number',
  float4: 'number',
  float8: 'number',
  date: 'date',
  timestamp: 'timestamp',
  'timestamp without time zone': 'timestamp',
  timestamptz: 'timestamptz',
  'timestamp with time zone': 'timestamptz',
  text: 'text',
  varchar: 'text',
  'character varying': 'text',
};

function classOf(typeText: string): TypeClass {
  return classes[typeText.replace(/\s*\([^)]*\)/, '')] ?? 'other';
}

/** A constant as a value of a column's type; null when it cannot be told, or converts the column instead. */
export function comparable(constant: Constant, typeText: string): Comparable | null {
  const { text, literal, cast } = constant;
  const type = classOf(typeText);
  if (text === null) return null;
  if (cast !== null && classOf(cast) !== type) return null;
  if (cast !== null && type === 'other' && cast !== typeText) return null;
  switch (type) {
    case 'integer':
      return /^\s*[-+]?\d+\s*$/.test(text) ? BigInt(text.trim()) : null;
    case 'number':
      return Number.isFinite(Number(text)) && text.trim() !== '' ? Number(text) : null;
    case 'date':
      return literal === 'string' && /^\d{4}-\d\d-\d\d$/.test(text) ? text : null;
    case 'timestamp':
    case 'timestamptz':
      return literal === 'string' ? timestampOf(text) : null;
    case 'text':
      return literal === 'string' ? text : null;
    case 'other':
      return literal === 'number' ? null : text;
    default:
      return type satisfies never;
  }
}

/** Times of day as this session's zone shows them; one that names another zone cannot be told. */
function timestampOf(text: string): string | null {
  const [, day, time = '00:00', seconds = '00', fraction = ''] =
    /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?)?$/.exec(text) ?? [];
  return day === undefined ? null : `${day} ${time}:${seconds}.${fraction.padEnd(6, '0')}`;
}

/** The text of a bound has the offset of the zone in which the catalog was read. */
export function boundValue(constant: Constant, typeText: string): Comparable | null {
  const text = constant.text?.replace(/(:\d\d(?:\.\d+)?)[-+]\d\d(?::\d\d)?$/, '$1') ?? null;
  return comparable({ ...constant, text }, typeText);
}

/** Whether values of this type are in the order of our own comparison; that of texts is a collation's affair. */
export function hasKnownOrder(typeText: string): boolean {
  const type = classOf(typeText);
  return type !== 'text' && type !== 'other';
}
