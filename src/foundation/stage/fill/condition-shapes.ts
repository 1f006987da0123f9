import { quoteLiteral } from '../../sql/quote-identifier.js';
import type { FillType } from './fillable-table.js';
import { readLiterals } from './literals.js';
import { isTextType, oneOf, shapesOfType, type ValueShape } from './value-shapes.js';

const numberTypes = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'money']);
const timeTypes = new Set(['date', 'timestamp', 'timestamptz']);

/**
 * Ways to make values that a condition on the column may accept, guessed from the constants in it. They are guesses:
 * the server judges them before one is used.
 */
export function shapesOfConditions(type: FillType, conditions: readonly string[], seed: number): readonly ValueShape[] {
  const { strings, numbers } = readLiterals(conditions.join(' '));
  const guesses: ValueShape[] = [];
  if (strings.length > 0) guesses.push(oneOf(strings), ...strings.slice(0, 8).map((literal) => oneOf([literal])));
  if (numberTypes.has(type.name))
    guesses.push(...numberShapes(numbers), ...numbers.map((value) => oneOf([String(value)])));
  if (timeTypes.has(type.name)) guesses.push(...timeShapes(type, strings));
  if (isTextType(type)) guesses.push(...textShapes(strings, numbers));
  if (type.element !== null && type.kind === 'array') {
    guesses.push(...arrayShapes(shapesOfConditions(type.element, conditions, seed)), emptyArray);
    guesses.push(...arrayShapes(shapesOfType(type.element, seed)));
  }
  if (type.name === 'json' || type.name === 'jsonb')
    guesses.push(oneOf(['{}']), oneOf(['[]']), oneOf(['"text"']), oneOf(['1']));
  return guesses.map(({ count, sql }) => ({ count, sql: (index) => `(${sql(index)})::${type.sql}` }));
}

const emptyArray: ValueShape = { count: 1, sql: () => `'{}'` };

/** Arrays of one element: the shortest that is not empty. */
function arrayShapes(elements: readonly ValueShape[]): readonly ValueShape[] {
  return elements.map(({ count, sql }) => ({ count, sql: (index) => `ARRAY[${sql(index)}]` }));
}

function wrap(count: number, sql: (index: string) => string): ValueShape {
  return { count, sql: (index) => sql(`((${index}) % ${count})`) };
}

/** Around and between each two neighbouring bounds, in whole steps and in thousandths. */
function numberShapes(numbers: readonly number[]): readonly ValueShape[] {
  const bounds = [...new Set([0, ...numbers])].sort((a, b) => a - b);
  const shapes = bounds.flatMap((low, place) => {
    const high = bounds[place + 1];
    if (high === undefined) return [];
    const whole = Math.floor(high - low) + 1;
    return [
      ...(whole > 1 ? [wrap(whole, (i) => `(${low}) + ${i}`)] : []),
      wrap(1000, (i) => `(${low}) + (${high - low}) * (${i} + 1) / 1001.0`),
    ];
  });
  const steps = [1e12, 1e6, 1000, 10].flatMap((count) =>
    bounds.flatMap((bound) => [
      wrap(count, (i) => `(${bound}) + 1 + ${i}`),
      wrap(count, (i) => `(${bound}) - 1 - ${i}`),
    ]),
  );
  return [...shapes, ...steps];
}

/** Between each two bounds, after each, before each. Strings that are no times are refused by the judge. */
function timeShapes(type: FillType, strings: readonly string[]): readonly ValueShape[] {
  const literals = strings.slice(0, 12).map((text) => `${quoteLiteral(text)}::${type.sql}`);
  const step = type.name === 'date' ? (i: string) => `${i}::int` : (i: string) => `${i} * interval '1 minute'`;
  const span = (low: string, high: string) =>
    `pg_catalog.date_part('epoch', (${high})::timestamp - (${low})::timestamp)`;
  return literals.flatMap((low, place) => {
    const high = literals[place + 1];
    const within = (count: number) =>
      wrap(
        count,
        (i) => `(${low})::timestamp + ${span(low, high as string)} * (${i} / ${count}.0) * interval '1 second'`,
      );
    return [
      ...(high === undefined ? [] : [within(1_000_000)]),
      wrap(3000, (i) => `${low} + ${step(`(${i} + 1)`)}`),
      wrap(3000, (i) => `${low} - ${step(`(${i} + 1)`)}`),
    ];
  });
}

/** Common kinds of text, and texts of the lengths that the condition names. */
function textShapes(strings: readonly string[], numbers: readonly number[]): readonly ValueShape[] {
  const letters = (first: number, length: number) =>
    Array.from({ length }, (_, place) => (i: string) => `pg_catalog.chr(${first} + (${i} / ${26 ** place} % 26)::int)`);
  const word = (first: number, length: number) =>
    wrap(26 ** length, (i) =>
      letters(first, length)
        .map((letter) => letter(i))
        .join(' || '),
    );
  const padded = (length: number, filler: string) =>
    wrap(10 ** Math.min(length, 15), (i) => `pg_catalog.lpad((${i})::text, ${length}, '${filler}')`);
  const inBraces = strings.flatMap((text) => [...text.matchAll(/\{(\d+)/g)].map((match) => Number(match[1])));
  const lengths = [...new Set([...numbers, ...inBraces])].filter((n) => Number.isInteger(n) && n > 0 && n <= 1000);
  const sum = lengths.length > 1 ? lengths.reduce((a, b) => a + b) : null;
  const plain: readonly ((i: string) => string)[] = [
    (i) => `'user' || ${i} || '@example.com'`,
    (i) => `'https://example.com/' || ${i}`,
    (i) => `'item-' || ${i}`,
    (i) => `'item_' || ${i}`,
    (i) => `'/item/' || ${i}`,
    (i) => `'1.0.' || ${i}`,
    (i) => `'host' || ${i} || '.example.com'`,
    (i) => `'{"n": ' || ${i} || '}'`,
    (i) => `pg_catalog.md5((${i})::text)`,
    (i) => `(pg_catalog.md5((${i})::text)::uuid)::text`,
    (i) => `'+1555' || pg_catalog.lpad((${i})::text, 7, '0')`,
    (i) => `'#' || pg_catalog.lpad(pg_catalog.to_hex(${i}), 6, '0')`,
    (i) => `'10.0.' || (${i} / 256 % 256) || '.' || (${i} % 256)`,
    (i) => `((date '2022-01-01' + (${i} % 1500)::int))::text`,
    (i) => `'Aa1!' || pg_catalog.lpad((${i})::text, 8, '0')`,
    (i) => `(${i})::text`,
  ];
  return [
    ...plain.map((sql) => wrap(1_000_000, sql)),
    ...lengths.flatMap((length) => [padded(length, '0'), padded(length, 'x')]),
    ...(sum === null || sum > 1000 ? [] : [padded(sum, '0')]),
    ...[1, 2, 3, 4, 5, 6, 8].flatMap((length) => [word(65, length), word(97, length)]),
    ...prefixed(strings, lengths),
  ];
}

/** `^AB-[0-9]{6}` and the like: the letters that a pattern begins with, before a number of the right length. */
function prefixed(strings: readonly string[], lengths: readonly number[]): readonly ValueShape[] {
  return strings.flatMap((text) => {
    const start = /^\^?([\w :/@#+-]+)/.exec(text)?.[1];
    if (start === undefined) return [];
    const fixed = quoteLiteral(start);
    const counted = lengths.map((length) =>
      wrap(10 ** Math.min(length, 15), (i) => `${fixed} || pg_catalog.lpad((${i})::text, ${length}, '0')`),
    );
    return [wrap(1_000_000, (i) => `${fixed} || ${i}`), ...counted];
  });
}
