import type { Node, TypeName } from '@pgsql/types';

/** The modifier that a type name gives, as pg_attribute.atttypmod holds it; -1 for none. */
export function typmodOf(typeName: TypeName | undefined, type: string): number {
  const [first, second] = (typeName?.typmods ?? []).map(numberOf);
  if (first === undefined) return type === 'bpchar' && isWordCharacter(typeName) ? 5 : type === 'bit' ? 1 : -1;
  switch (type) {
    case 'varchar':
    case 'bpchar':
      return first + 4;
    case 'numeric':
      return ((first << 16) | ((second ?? 0) & 0x7ff)) + 4;
    case 'interval':
      return second === undefined && first === fullRange ? -1 : (first << 16) | (second ?? fullPrecision);
    default:
      return Math.min(first, temporal.has(type) ? finest : Infinity);
  }
}

/** `char` without a length is `char(1)`, `bpchar` is not; the grammar turns both into the same name but for this. */
function isWordCharacter(typeName: TypeName | undefined): boolean {
  return (typeName?.names ?? []).length > 1;
}

function numberOf(node: Node): number {
  return 'A_Const' in node ? (node.A_Const.ival?.ival ?? 0) : 0;
}

const temporal: ReadonlySet<string> = new Set(['timestamp', 'timestamptz', 'time', 'timetz']);
const finest = 6;
const fullRange = 0x7fff;
const fullPrecision = 0xffff;

/** Whether every value of a type under the old modifier is one under the new, and the server knows it. */
export function widens(type: string, from: number, to: number): boolean {
  if (to === -1 || from === to) return true;
  switch (type) {
    case 'varchar':
    case 'varbit':
      return from !== -1 && from <= to;
    case 'numeric':
      return from !== -1 && scaleOf(from) === scaleOf(to) && (from - 4) >> 16 <= (to - 4) >> 16;
    case 'interval':
      return intervalWidens(from, to);
    default:
      return temporal.has(type) && (to >= finest || (from !== -1 && from <= to));
  }
}

function scaleOf(typmod: number): number {
  return (typmod - 4) & 0x7ff;
}

function intervalWidens(from: number, to: number): boolean {
  const least = leastField(from);
  const precision = from === -1 ? finest : from & 0xffff;
  const wanted = to & 0xffff;
  return leastField(to) <= least && (least > 0 || wanted >= finest || wanted >= precision);
}

/** Bits of an interval's range for second, minute, hour, day, month and year. */
const fieldBits = [12, 11, 10, 3, 1, 2];

function leastField(typmod: number): number {
  const range = (typmod >> 16) & fullRange;
  if (typmod === -1 || range === fullRange) return 0;
  return Math.max(
    0,
    fieldBits.findIndex((bit) => (range & (1 << bit)) !== 0),
  );
}
