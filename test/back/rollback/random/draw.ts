import { quoteIdentifier } from '../../../../src/foundation/sql/quote-identifier.js';
import type { KnownColumn, KnownObject, KnownRelation, KnownSchema, KnownType } from './known-schema.js';

/** Statements of one idea, run one after another; thrown `NothingThere` where the schema has nothing to do it to. */
export type Template = (draw: Draw) => string | readonly string[];

export class NothingThere extends Error {}

const words = ['order', 'line', 'Account', 'event', 'stock', 'note', 'user', 'price', 'Odd Name', 'state', 'größe'];

const plainTypes = [
  'int',
  'bigint',
  'smallint',
  'numeric(12,2)',
  'text',
  'text',
  'varchar(40)',
  'char(6)',
  'date',
  'timestamptz',
  'boolean',
  'jsonb',
  'uuid',
  'bytea',
  'int[]',
  'text[]',
  'float8',
  'interval',
  'inet',
  'int4range',
  'tstzrange',
  'point',
  'tsvector',
  'bit(4)',
  'numeric',
  'xml',
];

/** Chooses at random from what is there. */
export class Draw {
  readonly known: KnownSchema;
  readonly major: number;
  readonly #random: () => number;

  constructor(known: KnownSchema, how: { readonly major: number; readonly seed: number }) {
    this.known = known;
    this.major = how.major;
    this.#random = randomNumbers(how.seed);
  }

  below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  one<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new NothingThere();
    return choices[this.below(choices.length)] as T;
  }

  some<T>(choices: readonly T[], most: number): readonly T[] {
    const wanted = 1 + this.below(most);
    return [...new Set(Array.from({ length: wanted }, () => this.one(choices)))];
  }

  /** Text now and then. */
  maybe(share: number, text: string | (() => string)): string {
    if (!this.chance(share)) return '';
    return ` ${typeof text === 'string' ? text : text()}`;
  }

  /** A new name, quoted where it has to be. */
  name(): string {
    return quoteIdentifier(`${this.one(words)}_${this.below(900)}`);
  }

  qualified(): string {
    return `${this.schema()}.${this.name()}`;
  }

  schema(): string {
    return this.one(this.known.schemas);
  }

  role(): string {
    return this.one(['random_reader', 'random_writer', '"Random Owner"']);
  }

  relation(...kinds: readonly KnownRelation['kind'][]): KnownRelation {
    return this.one(this.known.relations.filter(({ kind }) => kinds.includes(kind)));
  }

  /** A table that may have rows and columns of its own. */
  table(): KnownRelation {
    return this.one(
      this.known.relations.filter(({ kind, isPartition }) => (kind === 'r' || kind === 'p') && !isPartition),
    );
  }

  column(of: KnownRelation, isMeant: (column: KnownColumn) => boolean = () => true): KnownColumn {
    return this.one(of.columns.filter(isMeant));
  }

  ofWord(...wanted: readonly string[]): KnownObject {
    return this.one(this.known.others.filter(({ word }) => wanted.includes(word)));
  }

  type(): string {
    if (this.chance(0.3) && this.known.types.length > 0) {
      const { sql } = this.one(this.known.types);
      return this.chance(0.15) ? `${sql}[]` : sql;
    }
    return this.one(plainTypes);
  }

  /** An expression of the type, different for different values of `i`, an integer expression. */
  value(type: string, i: string, depth = 0): string {
    if (type.endsWith('[]')) return `ARRAY[${this.value(type.slice(0, -2), i, depth)}]::${type}`;
    const own = this.known.types.find(({ sql }) => sql === type);
    if (own !== undefined) return this.#ownValue(own, i, depth);
    return plainValue(type, i);
  }

  #ownValue(own: KnownType, i: string, depth: number): string {
    if (depth > 3) return 'NULL';
    switch (own.form) {
      case 'e':
        return own.labels.length === 0 ? 'NULL' : `(enum_range(NULL::${own.sql}))[1 + (${i}) % ${own.labels.length}]`;
      case 'd':
        return `(${this.value(own.base ?? 'text', i, depth + 1)})::${own.sql}`;
      case 'r':
        return `${own.sql}(${this.value(own.base ?? 'int', i, depth + 1)}, NULL)`;
      case 'c':
        return `ROW(${own.attributes.map(({ type }) => this.value(type, i, depth + 1)).join(', ')})::${own.sql}`;
      default:
        return own.form satisfies never;
    }
  }

  /** A constant that suits a DEFAULT of the type. */
  constant(type: string): string {
    return this.value(type, String(this.below(50)));
  }
}

const values: readonly (readonly [RegExp, (i: string) => string])[] = [
  [/^(?:int|integer|bigint|smallint|numeric|float8|double precision|real|oid)/, (i) => `(${i})`],
  [/^(?:text|varchar|character varying|char|character|name|bpchar)/, (i) => `('v' || (${i}))`],
  [/^date$/, (i) => `(date '2024-01-01' + (${i}))`],
  [/^timestamp/, (i) => `(timestamptz '2024-01-01 00:00Z' + (${i}) * interval '1 hour')`],
  [/^bool/, (i) => `((${i}) % 2 = 0)`],
  [/^jsonb?$/, (i) => `jsonb_build_object('n', ${i})`],
  [/^uuid$/, (i) => `md5((${i})::text)::uuid`],
  [/^bytea$/, (i) => `decode(md5((${i})::text), 'hex')`],
  [/^interval/, (i) => `((${i}) * interval '1 minute')`],
  [/^inet$/, (i) => `(inet '10.0.0.1' + (${i}))`],
  [/^int4range$/, (i) => `int4range(${i}, (${i}) + 5)`],
  [/^tstzrange$/, (i) => `tstzrange(timestamptz '2024-01-01 00:00Z' + (${i}) * interval '1 hour', NULL)`],
  [/^point$/, (i) => `point(${i}, 1)`],
  [/^tsvector$/, (i) => `to_tsvector('simple', 'w' || (${i}))`],
  [/^bit/, (i) => `(${i})::bit(4)`],
  [/^xml$/, (i) => `('<a>' || (${i}) || '</a>')::xml`],
];

function plainValue(type: string, i: string): string {
  return values.find(([pattern]) => pattern.test(type))?.[1](i) ?? 'NULL';
}

/** mulberry32: small, and the same everywhere. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
