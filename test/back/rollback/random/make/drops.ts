import type { Draw, Template } from '../draw.js';

const words = { r: 'TABLE', p: 'TABLE', v: 'VIEW', m: 'MATERIALIZED VIEW', f: 'FOREIGN TABLE', S: 'SEQUENCE' } as const;
const cascade = (draw: Draw): string => draw.maybe(0.6, 'CASCADE');

const relation: Template = (draw) => {
  const { kind, sql } = draw.relation('r', 'p', 'v', 'm', 'f', 'S');
  return `DROP ${words[kind]} ${sql}${cascade(draw)}`;
};

const tables: Template = (draw) =>
  `DROP TABLE ${draw
    .some(
      draw.known.relations.filter(({ kind }) => kind === 'r' || kind === 'p'),
      3,
    )
    .map(({ sql }) => sql)
    .join(', ')} CASCADE`;

const type: Template = (draw) => {
  const { sql, form } = draw.one(draw.known.types);
  return `DROP ${form === 'd' ? 'DOMAIN' : 'TYPE'} ${sql}${cascade(draw)}`;
};

const routine: Template = (draw) => {
  const { sql, word } = draw.one(draw.known.routines);
  return `DROP ${word} ${sql}${cascade(draw)}`;
};

const index: Template = (draw) => {
  const { name, schema } = draw.one(draw.known.indexes);
  return `DROP INDEX ${schema}.${name}`;
};

const part: Template = (draw) => {
  const [word, found] = draw.one([
    ['TRIGGER', draw.known.triggers],
    ['RULE', draw.known.rules],
    ['POLICY', draw.known.policies],
  ] as const);
  const { name, table } = draw.one(found);
  return `DROP ${word} ${name} ON ${table}`;
};

const other: Template = (draw) => {
  const { word, sql } = draw.one(draw.known.others);
  return `DROP ${word} ${sql}${cascade(draw)}`;
};

const schema: Template = (draw) => `DROP SCHEMA ${draw.schema()} CASCADE`;

/** Dropped and made again with another definition. */
const remadeView: Template = (draw) => {
  const { sql, columns } = draw.relation('v');
  return [
    `DROP VIEW ${sql} CASCADE`,
    `CREATE VIEW ${sql} AS SELECT ${columns
      .slice(0, 2)
      .map(({ name }, at) => `${at} AS ${name}`)
      .join(', ')}`,
  ];
};

export const drops: readonly Template[] = [
  relation,
  relation,
  relation,
  relation,
  tables,
  tables,
  type,
  type,
  routine,
  index,
  index,
  part,
  part,
  other,
  other,
  schema,
  remadeView,
];
