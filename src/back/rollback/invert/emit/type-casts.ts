import { type Piece, textFact } from '../piece.js';
import { ownName } from '../sql-names.js';

/** Families within which a type changes by a cast that also an assignment makes: too long a value is then an error. */
const families = [
  /^(?:text|character varying|character|name|bpchar|"char")(?:\(\d+\))?$/,
  /^(?:smallint|integer|bigint|numeric|real|double precision|oid)(?:\([\d,-]+\))?$/,
  /^(?:date|timestamp(?:\(\d\))? with(?:out)? time zone)$/,
  /^(?:time(?:\(\d\))? with(?:out)? time zone|interval.*)$/,
  /^(?:bit|bit varying)(?:\(\d+\))?$/,
  /^(?:inet|cidr)$/,
];

function familyOf(type: string): number {
  return families.findIndex((family) => family.test(type.replace(/(?:\[\])+$/, '')));
}

export interface CastChange {
  readonly from: string;
  /** The type is another one of the same name. */
  readonly retyped: boolean;
}

/**
 * ` USING …` for a column whose type goes back, or nothing where the server finds the cast itself. An explicit cast cuts
 * what is too long without a word, so it is written only where there is no other; by way of text it fails on what does
 * not fit.
 */
export function castFor(column: Piece, { from, retyped }: CastChange): string {
  const to = textFact(column, 'type') ?? '';
  const name = ownName(column.identity);
  const withoutModifier = (type: string): string => type.replace(/\([\d,-]+\)/, '');
  if (!retyped && withoutModifier(from) === withoutModifier(to)) return '';
  const [source, target] = [familyOf(from), familyOf(to)];
  // Everything can be assigned to a string.
  if (!retyped && (target === 0 || (source === target && source >= 0))) return '';
  const json = /^jsonb?$/;
  if (json.test(from) && json.test(to)) return ` USING ${name}::${to}`;
  const dimensions = /(?:\[\])*$/.exec(to)?.[0] ?? '';
  return ` USING ${name}::pg_catalog.text${dimensions}::${to}`;
}
