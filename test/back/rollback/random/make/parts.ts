import type { Draw, Template } from '../draw.js';
import type { KnownRelation } from '../known-schema.js';

const list = (draw: Draw, of: KnownRelation, most: number): string =>
  draw
    .some(of.columns, most)
    .map(({ name }) => name)
    .join(', ');

const index: Template = (draw) => {
  const of = draw.relation('r', 'r', 'p', 'm');
  const column = draw.column(of);
  const name = draw.maybe(0.8, () => draw.name());
  const method = draw.one(['btree', 'btree', 'btree', 'hash', 'gin', 'gist', 'brin', 'spgist']);
  const opclass = method === 'btree' && column.type === 'text' ? draw.maybe(0.2, 'text_pattern_ops') : '';
  const item =
    method === 'btree' && draw.chance(0.2)
      ? draw.one([
          `(lower(${column.name}::text))`,
          `(coalesce(${column.name}::text, 'none'))`,
          `(md5(${column.name}::text)) COLLATE "C"`,
        ])
      : `${column.name}${opclass}${method === 'btree' ? draw.maybe(0.2, () => draw.one(['DESC', 'ASC NULLS FIRST', 'DESC NULLS LAST'])) : ''}`;
  const more = method === 'btree' ? draw.maybe(0.3, () => `, ${list(draw, of, 2)}`) : '';
  const include = method === 'btree' ? draw.maybe(0.15, () => `INCLUDE (${list(draw, of, 2)})`) : '';
  const unique = method === 'btree' ? draw.maybe(0.15, 'UNIQUE') : '';
  const nulls = unique === '' ? '' : draw.maybe(0.3, 'NULLS NOT DISTINCT');
  const where = draw.maybe(0.2, () => `WHERE ${column.name} IS NOT NULL`);
  const only = of.kind === 'p' ? draw.maybe(0.04, 'ONLY') : '';
  const options = method === 'btree' ? draw.maybe(0.15, 'WITH (fillfactor = 60)') : '';
  return `CREATE${unique} INDEX${name} ON${only} ${of.sql} USING ${method} (${item}${more})${include}${nulls}${options}${where}`;
};

const actions = [
  '',
  '',
  'ON DELETE CASCADE',
  'ON UPDATE SET NULL',
  'ON DELETE RESTRICT',
  'DEFERRABLE INITIALLY DEFERRED',
  'DEFERRABLE',
  'ON DELETE SET DEFAULT',
  'NOT VALID',
  'MATCH FULL',
];

const foreignKey: Template = (draw) => {
  const target = draw.relation('r', 'r', 'p');
  const from = draw.table();
  const column = draw.column(from, ({ type }) => /^(?:integer|bigint|uuid)$/.test(type));
  const state = draw.major >= 18 ? draw.maybe(0.1, 'NOT ENFORCED') : '';
  return `ALTER TABLE ${from.sql} ADD${draw.maybe(0.5, () => `CONSTRAINT ${draw.name()}`)} FOREIGN KEY (${column.name}) REFERENCES ${target.sql} (id) ${draw.one(actions)}${state}`;
};

const check: Template = (draw) => {
  const of = draw.relation('r', 'p', 'f');
  const { name } = draw.column(of);
  const condition = draw.one([
    `${name} IS NOT NULL OR true`,
    `length(${name}::text) < 900`,
    `num_nulls(${list(draw, of, 3)}) < 9`,
  ]);
  const state = draw.major >= 18 ? draw.maybe(0.1, 'NOT ENFORCED') : '';
  return `ALTER ${of.kind === 'f' ? 'FOREIGN ' : ''}TABLE ${of.sql} ADD CONSTRAINT ${draw.name()} CHECK (${condition})${draw.one(['', '', ' NO INHERIT', ' NOT VALID'])}${state}`;
};

const unique: Template = (draw) => {
  const of = draw.table();
  const kind = draw.one(['UNIQUE', 'UNIQUE', 'PRIMARY KEY']);
  const nulls = kind === 'UNIQUE' ? draw.maybe(0.2, 'NULLS NOT DISTINCT') : '';
  return `ALTER TABLE ${of.sql} ADD CONSTRAINT ${draw.name()} ${kind}${nulls} (${list(draw, of, 2)})${draw.maybe(0.15, () => `INCLUDE (${list(draw, of, 1)})`)}${draw.maybe(0.15, 'WITH (fillfactor = 80)')}${draw.maybe(0.15, () => draw.one(['DEFERRABLE', 'DEFERRABLE INITIALLY DEFERRED']))}`;
};

const exclusion: Template = (draw) => {
  const of = draw.table();
  const column = draw.column(of);
  return `ALTER TABLE ${of.sql} ADD CONSTRAINT ${draw.name()} EXCLUDE USING ${draw.one(['btree', 'hash', 'gist'])} (${column.name} WITH ${/range/.test(column.type) ? '&&' : '='})${draw.maybe(0.3, () => `WHERE (${column.name} IS NOT NULL)`)}`;
};

const usingIndex: Template = (draw) => {
  const found = draw.one(draw.known.indexes.filter(({ letter }) => letter === 'u'));
  return `ALTER TABLE ${found.table} ADD CONSTRAINT ${draw.name()} ${draw.one(['UNIQUE', 'PRIMARY KEY'])} USING INDEX ${found.name}`;
};

const notNull: Template = (draw) => {
  const of = draw.relation('r', 'p');
  return `ALTER TABLE ${of.sql} ADD CONSTRAINT ${draw.name()} NOT NULL ${draw.column(of).name}${draw.one(['', ' NO INHERIT', ' NOT VALID'])}`;
};

const triggerFunction = (draw: Draw): string =>
  draw.one(draw.known.routines.filter(({ returns }) => returns === 'trigger')).sql;

const trigger: Template = (draw) => {
  const of = draw.relation('r', 'r', 'p');
  const { name } = draw.column(of);
  const when = draw.maybe(0.25, () => `WHEN (new.${name} IS DISTINCT FROM old.${name})`);
  const event =
    when !== ''
      ? draw.one(['UPDATE', `UPDATE OF ${name}`])
      : draw.one(['INSERT', 'UPDATE', 'DELETE', 'INSERT OR UPDATE', `UPDATE OF ${name}`, 'INSERT OR DELETE']);
  return draw.chance(0.15)
    ? `CREATE CONSTRAINT TRIGGER ${draw.name()} AFTER ${event} ON ${of.sql} DEFERRABLE INITIALLY ${draw.one(['DEFERRED', 'IMMEDIATE'])} FOR EACH ROW${when} EXECUTE FUNCTION ${triggerFunction(draw)}`
    : `CREATE TRIGGER ${draw.name()} ${draw.one(['BEFORE', 'AFTER'])} ${event} ON ${of.sql} FOR EACH ${when === '' ? draw.one(['ROW', 'STATEMENT']) : 'ROW'}${when} EXECUTE FUNCTION ${triggerFunction(draw)}`;
};

const transitionTrigger: Template = (draw) =>
  `CREATE TRIGGER ${draw.name()} AFTER INSERT ON ${draw.relation('r').sql} REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ${triggerFunction(draw)}`;

const insteadTrigger: Template = (draw) =>
  `CREATE TRIGGER ${draw.name()} INSTEAD OF INSERT ON ${draw.relation('v').sql} FOR EACH ROW EXECUTE FUNCTION ${triggerFunction(draw)}`;

const rule: Template = (draw) => {
  const of = draw.relation('r', 'v');
  return `CREATE RULE ${draw.name()} AS ON ${draw.one(['DELETE', 'UPDATE'])} TO ${of.sql} WHERE old.${draw.column(of).name} IS NULL DO ${draw.one(['INSTEAD NOTHING', 'ALSO SELECT 1', `ALSO NOTIFY changed`])}`;
};

const policy: Template = (draw) => {
  const of = draw.relation('r', 'p');
  const { name } = draw.column(of);
  const command = draw.one(['ALL', 'SELECT', 'UPDATE', 'DELETE']);
  const using = `USING (${draw.one([`${name} IS NOT NULL`, `${name}::text <> current_user`, 'true'])})`;
  return `CREATE POLICY ${draw.name()} ON ${of.sql}${draw.maybe(0.2, 'AS RESTRICTIVE')} FOR ${command} TO ${draw.one(['PUBLIC', draw.role(), `random_reader, random_writer`])} ${using}`;
};

const statistics: Template = (draw) => {
  const of = draw.relation('r', 'p', 'm');
  const columns = draw.some(of.columns, 4).map(({ name }) => name);
  const kinds = draw.maybe(0.5, () => `(${draw.some(['ndistinct', 'dependencies', 'mcv'], 3).join(', ')})`);
  return columns.length === 1
    ? `CREATE STATISTICS ${draw.qualified()} ON (lower(${columns[0] ?? ''}::text)) FROM ${of.sql}`
    : `CREATE STATISTICS ${draw.qualified()}${kinds} ON ${columns.join(', ')} FROM ${of.sql}`;
};

function query(draw: Draw): string {
  const of = draw.relation('r', 'p', 'v', 'm');
  const columns = draw.some(of.columns, 4);
  const names = columns.map(({ name }) => name);
  const form = draw.below(8);
  if (form === 0) return `SELECT * FROM ${of.sql}`;
  if (form === 1) return `SELECT ${names[0] ?? ''}, count(*) AS n FROM ${of.sql} GROUP BY ${names[0] ?? ''}`;
  if (form === 2) {
    const other = draw.relation('r', 'p', 'v');
    return `SELECT a.${names[0] ?? ''} AS left_side, b.${draw.column(other).name} AS right_side FROM ${of.sql} a LEFT JOIN ${other.sql} b ON a.${names[0] ?? ''}::text = b.${draw.column(other).name}::text`;
  }
  if (form === 3)
    return `WITH w AS (SELECT ${names.join(', ')} FROM ${of.sql}) SELECT *, row_number() OVER () AS place FROM w`;
  if (form === 4) {
    const functions = draw.known.routines.filter(
      ({ word, arguments: count, returns }) => word === 'FUNCTION' && count === 1 && returns === 'integer',
    );
    return `SELECT ${names.join(', ')}, ${draw.one(functions).sql.replace(/\(.*/s, '')}(1) AS made FROM ${of.sql}`;
  }
  if (form === 5) return `SELECT r.* FROM ${of.sql} r`;
  return `SELECT ${names.map((name, at) => (draw.chance(0.2) ? `${name}::text AS "As ${at}"` : name)).join(', ')} FROM ${of.sql}${draw.maybe(0.4, `WHERE ${names[0] ?? ''} IS NOT NULL`)}`;
}

const view: Template = (draw) =>
  `CREATE VIEW ${draw.qualified()}${draw.maybe(0.15, () => `WITH (${draw.one(['security_barrier', 'security_invoker = true', 'check_option = local'])})`)} AS ${query(draw)}`;

const replacedView: Template = (draw) => {
  const of = draw.relation('v');
  return `CREATE OR REPLACE VIEW ${of.sql} AS SELECT ${of.columns.map(({ name, type }) => `NULL::${type} AS ${name}`).join(', ')}${draw.maybe(0.4, ', 1 AS added')}`;
};

const materializedView: Template = (draw) =>
  `CREATE MATERIALIZED VIEW ${draw.qualified()}${draw.maybe(0.15, 'WITH (fillfactor = 80)')} AS ${query(draw)}${draw.maybe(0.15, 'WITH NO DATA')}`;

const recursiveView: Template = (draw) => {
  const name = draw.qualified();
  return `CREATE RECURSIVE VIEW ${name} (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM ${name.slice(name.indexOf('.') + 1)} WHERE n < 5`;
};

export const parts: readonly Template[] = [
  index,
  index,
  index,
  index,
  foreignKey,
  foreignKey,
  check,
  check,
  unique,
  unique,
  exclusion,
  usingIndex,
  notNull,
  trigger,
  trigger,
  transitionTrigger,
  insteadTrigger,
  rule,
  policy,
  policy,
  statistics,
  view,
  view,
  view,
  materializedView,
  recursiveView,
];
export const replacements: readonly Template[] = [replacedView];
