import { quoteLiteral } from '../../sql/quote-identifier.js';
import type { FillType } from './fillable-table.js';

/** One way to make values of a type. */
export interface ValueShape {
  /** SQL of the value for `index`, SQL of a bigint that is not negative. Different indexes below `count` differ. */
  readonly sql: (index: string) => string;
  /** How many different values there are. */
  readonly count: number;
}

const shape = (count: number, sql: (index: string) => string): ValueShape => ({ sql, count });
const endless = Number.MAX_SAFE_INTEGER;
const wrapped = (count: number, sql: (index: string) => string) =>
  shape(count, (index) => sql(`((${index}) % ${count})`));

/** Makers by type name; the seed only matters where values look random. */
const simpleShapes: Readonly<Record<string, (seed: number) => readonly ValueShape[]>> = {
  int2: () => [wrapped(32767, (i) => `${i} + 1`)],
  int4: () => [wrapped(2147483647, (i) => `${i} + 1`)],
  int8: () => [shape(endless, (i) => `${i} + 1`)],
  oid: () => [wrapped(2147483647, (i) => `${i} + 1`)],
  float4: () => [wrapped(16777216, (i) => `${i} + 1`)],
  float8: () => [shape(endless, (i) => `${i} + 1`)],
  money: () => [wrapped(1e12, (i) => `(${i} + 1)::numeric`)],
  bool: () => [wrapped(2, (i) => `(${i} = 0)`)],
  char: () => [wrapped(26, (i) => `pg_catalog.chr(97 + ${i}::int)`)],
  uuid: (seed) => [shape(endless, (i) => `pg_catalog.md5(${quoteLiteral(`${seed}:`)} || (${i}))`)],
  date: () => [
    wrapped(1500, (i) => `date '2022-01-01' + ${i}::int`),
    wrapped(1e6, (i) => `date '2022-01-01' + ${i}::int`),
  ],
  timestamp: () => [shape(endless, (i) => `timestamp '2024-01-01' + (${i}) * interval '1 minute'`)],
  timestamptz: () => [shape(endless, (i) => `timestamptz '2024-01-01 00:00+00' + (${i}) * interval '1 minute'`)],
  time: () => [wrapped(86400, (i) => `time '00:00' + ${i} * interval '1 second'`)],
  timetz: () => [wrapped(86400, (i) => `(time '00:00' + ${i} * interval '1 second')::text || '+00'`)],
  interval: () => [shape(endless, (i) => `(${i} + 1) * interval '1 minute'`)],
  json: () => [shape(endless, (i) => `pg_catalog.json_build_object('n', ${i})`)],
  jsonb: () => [shape(endless, (i) => `pg_catalog.jsonb_build_object('n', ${i})`)],
  jsonpath: () => [shape(endless, (i) => `'$.n' || (${i})`)],
  bytea: (seed) => [
    shape(endless, (i) => `pg_catalog.decode(pg_catalog.md5(${quoteLiteral(`${seed}:`)} || (${i})), 'hex')`),
  ],
  inet: () => [wrapped(16777216, (i) => `inet '10.0.0.0' + ${i}`)],
  cidr: () => [wrapped(16777216, (i) => `inet '10.0.0.0' + ${i}`)],
  macaddr: () => [wrapped(2 ** 48, (i) => `pg_catalog.lpad(pg_catalog.to_hex(${i}), 12, '0')`)],
  macaddr8: () => [shape(endless, (i) => `pg_catalog.lpad(pg_catalog.to_hex(${i}), 16, '0')`)],
  tsvector: () => [shape(endless, (i) => `'word' || (${i})`)],
  tsquery: () => [shape(endless, (i) => `'word' || (${i})`)],
  xml: () => [shape(endless, (i) => `'<n>' || (${i}) || '</n>'`)],
  pg_lsn: () => [shape(endless, (i) => `'0/0'::pg_lsn + (${i})::numeric`)],
  point: () => [shape(endless, (i) => `pg_catalog.point(${i}, 1)`)],
  line: () => [shape(endless, (i) => `pg_catalog.line(pg_catalog.point(${i}, 0), pg_catalog.point(${i}, 1))`)],
  lseg: () => [shape(endless, (i) => `pg_catalog.lseg(pg_catalog.point(${i}, 0), pg_catalog.point(${i}, 1))`)],
  box: () => [
    shape(endless, (i) => `pg_catalog.box(pg_catalog.point(2 * (${i}), 0), pg_catalog.point(2 * (${i}) + 1, 1))`),
  ],
  circle: () => [shape(endless, (i) => `pg_catalog.circle(pg_catalog.point(3 * (${i}), 0), 1)`)],
  path: () => [shape(endless, (i) => `'[(0,0),(' || (${i}) || ',1)]'`)],
  polygon: () => [shape(endless, (i) => `'((0,0),(' || (${i}) || ',1),(1,2))'`)],
  hstore: () => [shape(endless, (i) => `'n=>' || (${i})`)],
  ltree: () => [shape(endless, (i) => `'n' || (${i})`)],
};

const textTypes = new Set(['text', 'varchar', 'bpchar', 'name', 'citext']);

export function isTextType(type: FillType): boolean {
  return type.kind === 'base' && textTypes.has(type.name);
}

/** The most characters a value of a text type may have. */
function longestText(type: FillType): number {
  if (type.name === 'name') return 63;
  return type.modifier >= 0 ? type.modifier - 4 : Number.POSITIVE_INFINITY;
}

/** Ways to make values of the type, the plainest first. Empty when the filler does not know the type. */
export function shapesOfType(type: FillType, seed: number): readonly ValueShape[] {
  return uncastShapes(type, seed).map((uncast) =>
    shape(uncast.count, (index) => `(${uncast.sql(index)})::${type.sql}`),
  );
}

function uncastShapes(type: FillType, seed: number): readonly ValueShape[] {
  switch (type.kind) {
    case 'enum':
      return type.labels.length === 0 ? [] : [oneOf(type.labels)];
    case 'composite':
      return [shape(1, () => `ROW(${Array.from({ length: type.fieldCount }, () => 'NULL').join(', ')})`)];
    case 'array':
      return elementShapes(type, seed).map(({ count, sql }) =>
        shape(count, (i) => `ARRAY[${sql(i)}, ${sql(`(${i}) + 1`)}]`),
      );
    case 'multirange':
      return elementShapes(type, seed).map(({ count, sql }) => shape(count, (i) => `${type.sql}(${sql(i)})`));
    case 'range':
      // Neighbours of an increasing shape, so that ranges of different indexes do not overlap.
      return elementShapes(type, seed).map(({ count, sql }) =>
        wrapped(Math.max(1, count - 1), (i) => `${type.sql}(${sql(i)}, ${sql(`${i} + 1`)})`),
      );
    case 'base':
      return baseShapes(type, seed);
  }
}

function elementShapes(type: FillType, seed: number): readonly ValueShape[] {
  return type.element === null ? [] : shapesOfType(type.element, seed);
}

function baseShapes(type: FillType, seed: number): readonly ValueShape[] {
  if (isTextType(type)) return [textShape(longestText(type))];
  if (type.name === 'numeric') return [numericShape(type.modifier)];
  if (type.name === 'bit' || type.name === 'varbit') {
    const bits = Math.min(type.modifier > 0 ? type.modifier : 32, 62);
    return [wrapped(2 ** Math.min(bits, 52), (i) => `${i}::bit(${bits})`)];
  }
  if (type.name.startsWith('reg')) return regShapes(type.name);
  return simpleShapes[type.name]?.(seed) ?? [];
}

function textShape(longest: number): ValueShape {
  if (longest >= 20) return shape(endless, (i) => `'text ' || ((${i}) + 1)`);
  const digits = Math.min(longest, 12);
  return wrapped(16 ** digits, (i) => `pg_catalog.lpad(pg_catalog.to_hex(${i}), ${digits}, '0')`);
}

/** The modifier holds precision and, in eleven bits with a sign, scale. */
function numericShape(modifier: number): ValueShape {
  if (modifier < 0) return shape(endless, (i) => `${i} + 1`);
  const precision = ((modifier - 4) >> 16) & 0xffff;
  const scale = ((((modifier - 4) & 0x7ff) ^ 1024) - 1024) | 0;
  const whole = Math.min(scale < 0 ? precision : precision - scale, 15);
  const unit = scale < 0 ? `1e${-scale}` : '1';
  if (whole > 0) return wrapped(10 ** whole - 1, (i) => `(${i} + 1) * ${unit}::numeric`);
  return wrapped(10 ** Math.min(precision, 15) - 1, (i) => `(${i} + 1) * 1e-${scale}::numeric`);
}

function regShapes(name: string): readonly ValueShape[] {
  const samples: Readonly<Record<string, string>> = {
    regclass: 'pg_catalog.pg_class',
    regtype: 'integer',
    regrole: 'pg_monitor',
    regnamespace: 'pg_catalog',
    regproc: 'pg_catalog.now',
    regprocedure: 'pg_catalog.now()',
    regconfig: 'pg_catalog.simple',
    regdictionary: 'pg_catalog.simple',
  };
  const sample = samples[name];
  return sample === undefined ? [] : [oneOf([sample])];
}

/** One of the given literals in turn. */
export function oneOf(literals: readonly string[]): ValueShape {
  const list = literals.map(quoteLiteral).join(', ');
  return wrapped(literals.length, (i) => `(ARRAY[${list}]::text[])[1 + ${i}]`);
}
