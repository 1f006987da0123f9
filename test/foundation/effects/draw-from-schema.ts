import type { Schema, SchemaColumn, SchemaRelation } from '../../../src/model/schema.js';
import { qualifiedName, quoteIdentifier } from '../../../src/foundation/sql/quote-identifier.js';

/** Draws from a schema: names that exist, and now and then ones that do not fit. */
export interface Draw {
  readonly schema: Schema;
  /** 0 ≤ n < below. */
  number(below: number): number;
  chance(share: number): boolean;
  one<T>(choices: readonly T[]): T;
  /** A relation of one of these kinds, as SQL names it. */
  relation(...kinds: readonly SchemaRelation['kind'][]): SchemaRelation;
  /** Quoted. */
  column(relation: SchemaRelation): string;
  columns(relation: SchemaRelation, atMost: number): readonly string[];
  type(): string;
  /** A literal or expression that may suit the column. */
  value(column: SchemaColumn | undefined): string;
  /** The name of a constraint of the relation, or of none. */
  constraint(relation: SchemaRelation): string;
  trigger(relation: SchemaRelation): string;
}

/** One statement; what it makes is called `made…`. */
export type Template = (draw: Draw) => string;

const types = [
  'int',
  'bigint',
  'smallint',
  'numeric',
  'numeric(10,2)',
  'numeric(20,4)',
  'real',
  'float8',
  'text',
  'varchar',
  'varchar(20)',
  'varchar(200)',
  'char(5)',
  'date',
  'timestamp',
  'timestamptz',
  'time',
  'interval',
  'boolean',
  'jsonb',
  'json',
  'uuid',
  'bytea',
  'text[]',
  'int[]',
  'inet',
  'oid',
  'euro',
  'price',
  'mood',
  'side.label',
  'side.color',
  'money_pair',
  'int4range',
  'name',
  'bit(8)',
];

export function drawFrom(schema: Schema, random: () => number): Draw {
  const number = (below: number): number => Math.floor(random() * below);
  const one = <T>(choices: readonly T[]): T => choices[number(choices.length)] as T;
  const ofKinds = new Map<string, readonly SchemaRelation[]>();
  const relation = (...kinds: readonly SchemaRelation['kind'][]): SchemaRelation => {
    const key = kinds.join();
    const known = ofKinds.get(key) ?? schema.relations.filter(({ kind }) => kinds.includes(kind));
    ofKinds.set(key, known);
    return one(known);
  };
  const column = ({ columns }: SchemaRelation): string =>
    quoteIdentifier(columns.length > 0 ? one(columns).name : 'missing');
  return {
    schema,
    number,
    one,
    chance: (share) => random() < share,
    relation,
    column,
    columns: (of, atMost) => [...new Set(Array.from({ length: 1 + number(atMost) }, () => column(of)))],
    type: () => one(types),
    value: (of) =>
      random() < 0.2 ? one(['NULL', "'a'", '1', 'now()', 'DEFAULT']) : literalFor(of?.typeText ?? '', number(100)),
    constraint: ({ oid }) => {
      const known = schema.constraints.filter((constraint) => constraint.relation === oid);
      return known.length === 0 ? 'missing' : quoteIdentifier(one(known).name);
    },
    trigger: ({ triggers }) => (triggers.length === 0 ? one(['ALL', 'USER']) : quoteIdentifier(one(triggers).name)),
  };
}

function literalFor(type: string, number: number): string {
  if (/^(bigint|integer|smallint|numeric|real|double|euro|price)/.test(type)) return String(number);
  if (/^(date|timestamp)/.test(type)) return `'2024-0${1 + (number % 4)}-1${number % 10}'`;
  if (type === 'boolean') return number % 2 === 0 ? 'true' : 'false';
  if (type === 'jsonb') return `'{"n": ${number}}'`;
  if (type === 'mood') return "'sad'";
  if (type === 'side.color') return "'green'";
  if (type.endsWith('[]') || type === 'euro_list') return "'{1}'";
  return `'v${number}'`;
}

/** Its name as a statement writes it: without the schema where the search path finds it. */
export function nameInSql({ schema, relname }: SchemaRelation): string {
  return schema === 'public' || schema.startsWith('pg_temp')
    ? quoteIdentifier(relname)
    : qualifiedName(schema, relname);
}
