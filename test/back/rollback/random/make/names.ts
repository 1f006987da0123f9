import type { Draw, Template } from '../draw.js';
import type { KnownRelation } from '../known-schema.js';

const words = { r: 'TABLE', p: 'TABLE', v: 'VIEW', m: 'MATERIALIZED VIEW', f: 'FOREIGN TABLE', S: 'SEQUENCE' } as const;

const nameOf = ({ kind, sql }: KnownRelation): string => `${words[kind]} ${sql}`;

/** What stands by itself and can be renamed or moved, with its bare name. */
function movable(draw: Draw): string {
  return draw.one([
    () => nameOf(draw.relation('r', 'p', 'v', 'm', 'f', 'S')),
    () => nameOf(draw.relation('r', 'p')),
    () => {
      const { sql, form } = draw.one(draw.known.types);
      return `${form === 'd' ? 'DOMAIN' : 'TYPE'} ${sql}`;
    },
    () => {
      const { sql, word } = draw.one(draw.known.routines);
      return `${word} ${sql}`;
    },
    () => {
      const { sql, word } = draw.ofWord(
        'STATISTICS',
        'COLLATION',
        'CONVERSION',
        'TEXT SEARCH CONFIGURATION',
        'TEXT SEARCH DICTIONARY',
      );
      return `${word} ${sql}`;
    },
  ])();
}

const rename: Template = (draw) => `ALTER ${movable(draw)} RENAME TO ${draw.name()}`;
const move: Template = (draw) => `ALTER ${movable(draw)} SET SCHEMA ${draw.schema()}`;
const renameSchema: Template = (draw) => `ALTER SCHEMA ${draw.schema()} RENAME TO ${draw.name()}`;
const renameIndex: Template = (draw) => {
  const { name, schema } = draw.one(draw.known.indexes);
  return `ALTER INDEX ${schema}.${name} RENAME TO ${draw.name()}`;
};

const renameServerObject: Template = (draw) => {
  const { word, sql } = draw.ofWord('PUBLICATION', 'EVENT TRIGGER', 'FOREIGN DATA WRAPPER', 'SERVER');
  return `ALTER ${word} ${sql} RENAME TO ${draw.name()}`;
};

const renameColumn: Template = (draw) => {
  const of = draw.relation('r', 'p', 'v', 'm', 'f');
  return `ALTER ${nameOf(of)} RENAME COLUMN ${draw.column(of).name} TO ${draw.name()}`;
};

const renamePart: Template = (draw) =>
  draw.one([
    () => {
      const { name, table } = draw.one(draw.known.constraints);
      return `ALTER TABLE ${table} RENAME CONSTRAINT ${name} TO ${draw.name()}`;
    },
    () => {
      const { name, table } = draw.one(draw.known.triggers);
      return `ALTER TRIGGER ${name} ON ${table} RENAME TO ${draw.name()}`;
    },
    () => {
      const { name, table } = draw.one(draw.known.rules);
      return `ALTER RULE ${name} ON ${table} RENAME TO ${draw.name()}`;
    },
    () => {
      const { name, table } = draw.one(draw.known.policies);
      return `ALTER POLICY ${name} ON ${table} RENAME TO ${draw.name()}`;
    },
    () => {
      const { sql, attributes } = draw.one(draw.known.types.filter(({ form }) => form === 'c'));
      return `ALTER TYPE ${sql} RENAME ATTRIBUTE ${draw.one(attributes).name} TO ${draw.name()} CASCADE`;
    },
  ])();

/** Two relations take each other's name. */
const swapTables: Template = (draw) => {
  const one = draw.relation('r', 'p', 'v', 'S');
  const other = draw.one(
    draw.known.relations.filter(
      ({ kind, schema, sql }) => kind === one.kind && schema === one.schema && sql !== one.sql,
    ),
  );
  const aside = draw.name();
  return [
    `ALTER ${nameOf(one)} RENAME TO ${aside}`,
    `ALTER ${nameOf(other)} RENAME TO ${one.name}`,
    `ALTER ${words[one.kind]} ${one.schema}.${aside} RENAME TO ${other.name}`,
  ];
};

const swapColumns: Template = (draw) => {
  const of = draw.relation('r', 'p');
  const one = draw.column(of);
  const other = draw.column(of, ({ name }) => name !== one.name);
  const to = (from: string, name: string): string => `ALTER TABLE ${of.sql} RENAME COLUMN ${from} TO ${name}`;
  return [to(one.name, 'aside'), to(other.name, one.name), to('aside', other.name)];
};

/** A column is replaced by another of its name. */
const replaceColumn: Template = (draw) => {
  const of = draw.relation('r');
  const { name } = draw.column(of);
  return [
    `ALTER TABLE ${of.sql} ADD COLUMN replacing text`,
    `UPDATE ${of.sql} SET replacing = ${name}::text`,
    `ALTER TABLE ${of.sql} DROP COLUMN ${name} CASCADE`,
    `ALTER TABLE ${of.sql} RENAME COLUMN replacing TO ${name}`,
  ];
};

/** A table is replaced by a new one of its name. */
const replaceTable: Template = (draw) => {
  const of = draw.relation('r');
  const kept = draw.name();
  return [
    `ALTER TABLE ${of.sql} RENAME TO ${kept}`,
    `CREATE TABLE ${of.sql} (LIKE ${of.schema}.${kept} INCLUDING ${draw.one(['ALL', 'DEFAULTS'])})`,
    ...(draw.chance(0.6) ? [`INSERT INTO ${of.sql} SELECT * FROM ${of.schema}.${kept}`] : []),
    ...(draw.chance(0.6) ? [`DROP TABLE ${of.schema}.${kept} CASCADE`] : []),
  ];
};

/** The way around that old servers needed to take a label away. */
const replaceEnum: Template = (draw) => {
  const { sql, schema, labels } = draw.one(draw.known.types.filter(({ form }) => form === 'e'));
  const users = draw.known.relations
    .filter(({ kind }) => kind === 'r' || kind === 'p')
    .flatMap((of) => of.columns.filter(({ type }) => type === sql).map((column) => ({ of, column })));
  const aside = draw.name();
  const kept = labels.slice(0, 1 + draw.below(labels.length)).map((label) => `'${label.replaceAll("'", "''")}'`);
  return [
    `ALTER TYPE ${sql} RENAME TO ${aside}`,
    `CREATE TYPE ${sql} AS ENUM (${kept.join(', ')})`,
    ...users.flatMap(({ of, column }) => [
      `ALTER TABLE ${of.sql} ALTER COLUMN ${column.name} DROP DEFAULT`,
      `ALTER TABLE ${of.sql} ALTER COLUMN ${column.name} TYPE ${sql} USING (CASE WHEN ${column.name}::text IN (${kept.join(', ')}) THEN ${column.name}::text ELSE ${kept[0] ?? ''} END)::${sql}`,
    ]),
    `DROP TYPE ${schema}.${aside} CASCADE`,
  ];
};

export const names: readonly Template[] = [
  rename,
  rename,
  rename,
  move,
  move,
  renameSchema,
  renameIndex,
  renameServerObject,
  renameColumn,
  renameColumn,
  renameColumn,
  renamePart,
  renamePart,
  swapTables,
  swapTables,
  swapColumns,
  replaceColumn,
  replaceTable,
  replaceEnum,
];
