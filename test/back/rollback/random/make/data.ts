import type { Draw, Template } from '../draw.js';
import type { KnownRelation } from '../known-schema.js';

function insertSql(draw: Draw, of: KnownRelation, rows: number): string {
  const columns = of.columns.filter(
    ({ generated, identity, notNull }) => !generated && identity !== 'a' && (notNull || draw.chance(0.8)),
  );
  if (columns.length === 0) return `INSERT INTO ${of.sql} DEFAULT VALUES`;
  const start = draw.below(3) * 20;
  const shift = draw.below(50);
  const values = columns.map(({ type, notNull }) => {
    const value = draw.value(type, `i + ${start}${type === 'integer' ? '' : ` + ${shift}`}`);
    return !notNull && draw.chance(0.2) ? `CASE WHEN i % 3 = 0 THEN NULL ELSE ${value} END` : value;
  });
  return `INSERT INTO ${of.sql} (${columns.map(({ name }) => name).join(', ')}) SELECT ${values.join(', ')} FROM generate_series(1, ${rows}) i ON CONFLICT DO NOTHING`;
}

const insert: Template = (draw) => insertSql(draw, draw.relation('r', 'r', 'p'), 1 + draw.below(12));

const update: Template = (draw) => {
  const of = draw.relation('r', 'p');
  const column = draw.column(of, ({ generated, identity }) => !generated && identity !== 'a');
  const where = draw.one([
    '',
    ` WHERE ${column.name} IS NOT NULL`,
    " WHERE id::text > '3'",
    ' WHERE id::text IN (SELECT min(id::text) FROM ' + of.sql + ')',
  ]);
  return `UPDATE ${of.sql} SET ${column.name} = ${draw.one([draw.constant(column.type), 'NULL', 'DEFAULT'])}${where}`;
};

const remove: Template = (draw) => {
  const of = draw.relation('r', 'p');
  return `DELETE FROM ${of.sql}${draw.one(['', " WHERE id::text > '4'", ' WHERE id IS NULL', ` WHERE ${draw.column(of).name} IS NOT NULL`])}`;
};

const truncate: Template = (draw) =>
  `TRUNCATE ${draw.relation('r', 'p').sql}${draw.maybe(0.3, 'RESTART IDENTITY')}${draw.maybe(0.4, 'CASCADE')}`;

const replaceKeys: Template = (draw) => {
  const of = draw.relation('r');
  const { type } = draw.column(of, ({ name, type: of_ }) => name === 'id' && /^(?:integer|bigint)$/.test(of_));
  return `UPDATE ${of.sql} SET id = (id + 1000)::${type}`;
};

const block: Template = (draw) => {
  const of = draw.relation('r');
  const { name } = draw.column(of);
  return `DO $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM ${of.sql}; IF n > 2 THEN DELETE FROM ${of.sql} WHERE ${name} IS NULL; ELSE ALTER TABLE ${of.sql} ADD COLUMN by_block int DEFAULT 4; END IF; END $$`;
};

const moveOn: Template = (draw) =>
  draw.one([
    `SELECT nextval('${draw.relation('S').sql}')`,
    `SELECT setval('${draw.relation('S').sql}', 70)`,
    `ALTER SEQUENCE ${draw.relation('S').sql} RESTART`,
  ]);

const refresh: Template = (draw) => `REFRESH MATERIALIZED VIEW ${draw.relation('m').sql}`;

export const rows: readonly Template[] = [insert];
export const data: readonly Template[] = [
  insert,
  insert,
  update,
  update,
  update,
  remove,
  remove,
  truncate,
  replaceKeys,
  block,
  moveOn,
  refresh,
];
