import type { Draw, Template } from '../draw.js';

const body = (draw: Draw): string => `BEGIN RETURN coalesce(new, old); END -- ${draw.below(100)}`;

const triggerFunction: Template = (draw) =>
  `CREATE OR REPLACE FUNCTION ${draw.qualified()}() RETURNS trigger LANGUAGE plpgsql${draw.maybe(0.2, 'SECURITY DEFINER SET search_path = pg_catalog')} AS $$ ${body(draw)} $$`;

const oneArgument: Template = (draw) =>
  `CREATE FUNCTION ${draw.qualified()}(a int${draw.maybe(0.2, 'DEFAULT 3')}) RETURNS int LANGUAGE sql ${draw.one(['IMMUTABLE', 'STABLE', 'IMMUTABLE STRICT PARALLEL SAFE', 'VOLATILE COST 7'])} ${draw.one([`AS 'SELECT a + ${draw.below(9)}'`, `RETURN a * 2`, `BEGIN ATOMIC SELECT a + 1; END`])}`;

const readsTable: Template = (draw) => {
  const of = draw.relation('r', 'v', 'p');
  const name = draw.qualified();
  return draw.one([
    `CREATE FUNCTION ${name}() RETURNS SETOF ${of.sql} LANGUAGE sql STABLE AS 'SELECT * FROM ${of.sql.replaceAll("'", "''")}'`,
    `CREATE FUNCTION ${name}(r ${of.sql}) RETURNS text LANGUAGE sql STABLE AS 'SELECT (r).${draw.column(of).name}::text'`,
    `CREATE FUNCTION ${name}() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM ${of.sql} WHERE ${draw.column(of).name} IS NOT NULL; END`,
    `CREATE FUNCTION ${name}(x ${draw.type()}, OUT y int, OUT z ${draw.type()}) LANGUAGE plpgsql AS $$ BEGIN y := 1; END $$`,
    `CREATE FUNCTION ${name}(n int) RETURNS TABLE (a int, b text) LANGUAGE sql ROWS 7 AS $$ SELECT n, 'x' $$`,
    `CREATE FUNCTION ${name}(VARIADIC n int[]) RETURNS int LANGUAGE sql AS 'SELECT n[1]'`,
  ]);
};

const procedure: Template = (draw) =>
  `CREATE PROCEDURE ${draw.qualified()}(a int, INOUT b ${draw.one(['int', 'text'])}) LANGUAGE plpgsql AS $$ BEGIN b := a; END $$`;

const aggregate: Template = (draw) =>
  draw.one([
    `CREATE AGGREGATE ${draw.qualified()}(int) (SFUNC = int4pl, STYPE = int, INITCOND = '${draw.below(9)}', PARALLEL = SAFE, COMBINEFUNC = int4pl)`,
    `CREATE AGGREGATE ${draw.qualified()}(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA)`,
  ]);

const operator: Template = (draw) => {
  const name = draw.qualified();
  const sign = draw.one(['===', '<<<', '@#@', '+++']);
  return [
    `CREATE FUNCTION ${name}(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT a = b'`,
    `CREATE OPERATOR ${draw.schema()}.${sign} (LEFTARG = text, RIGHTARG = text, FUNCTION = ${name}${draw.maybe(0.4, ', RESTRICT = eqsel, JOIN = eqjoinsel')}${draw.maybe(0.3, ', HASHES, MERGES')})`,
  ];
};

const operatorClass: Template = (draw) => {
  const [name, family] = [draw.qualified(), draw.qualified()];
  return [
    `CREATE OPERATOR FAMILY ${family} USING btree`,
    `CREATE OPERATOR CLASS ${name} FOR TYPE int USING btree FAMILY ${family} AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int)`,
  ];
};

const cast: Template = (draw) => {
  const type = draw.one(draw.known.types.filter(({ form }) => form === 'e' || form === 'c')).sql;
  return `CREATE CAST (${type} AS ${draw.one(['int', 'text', 'xml'])}) WITH INOUT${draw.maybe(0.4, 'AS ASSIGNMENT')}`;
};

const enumType: Template = (draw) =>
  `CREATE TYPE ${draw.qualified()} AS ENUM (${Array.from({ length: 1 + draw.below(5) }, (_, at) => `'${draw.one(['new', 'open', "it''s", 'Done'])} ${at}'`).join(', ')})`;

const compositeType: Template = (draw) =>
  `CREATE TYPE ${draw.qualified()} AS (a ${draw.type()}, "B b" ${draw.type()}${draw.maybe(0.3, ', c text COLLATE "C"')})`;

const rangeType: Template = (draw) =>
  `CREATE TYPE ${draw.qualified()} AS RANGE (SUBTYPE = ${draw.one(['int', 'text', 'date', 'float8'])}${draw.maybe(0.3, () => `, MULTIRANGE_TYPE_NAME = ${draw.qualified()}`)})`;

const domain: Template = (draw) => {
  const type = draw.type();
  return `CREATE DOMAIN ${draw.qualified()} AS ${type}${draw.maybe(0.3, () => `DEFAULT ${draw.constant(type)}`)}${draw.maybe(0.4, () => `CONSTRAINT ${draw.name()} CHECK (length(VALUE::text) < 500)`)}${draw.maybe(0.1, 'NOT NULL')}`;
};

const sequence: Template = (draw) =>
  `CREATE${draw.maybe(0.05, 'UNLOGGED')} SEQUENCE ${draw.qualified()}${draw.maybe(0.3, 'AS int')}${draw.maybe(0.3, 'INCREMENT BY 3')}${draw.maybe(0.2, 'CACHE 5')}${draw.maybe(0.2, 'START WITH 50')}${draw.maybe(0.2, 'MAXVALUE 100000 CYCLE')}${draw.maybe(0.1, 'INCREMENT BY -1')}`;

const defaultFromSequence: Template = (draw) => {
  const of = draw.relation('r', 'p');
  const column = draw.column(
    of,
    ({ type, generated, identity }) => /^(?:integer|bigint)$/.test(type) && !generated && identity === null,
  );
  const { sql } = draw.relation('S');
  return [
    `ALTER TABLE ${of.sql} ALTER COLUMN ${column.name} SET DEFAULT nextval('${sql.replaceAll("'", "''")}')`,
    ...(draw.chance(0.5) ? [`ALTER SEQUENCE ${sql} OWNED BY ${of.sql}.${column.name}`] : []),
  ];
};

const collation: Template = (draw) =>
  draw.one([
    `CREATE COLLATION ${draw.qualified()} FROM "C"`,
    `CREATE COLLATION ${draw.qualified()} (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
  ]);

const textSearch: Template = (draw) => {
  const [dictionary, configuration] = [draw.qualified(), draw.qualified()];
  return draw.one([
    [
      `CREATE TEXT SEARCH DICTIONARY ${dictionary} (TEMPLATE = ${draw.one(['simple', 'simple', 'snowball, LANGUAGE = english'])})`,
    ],
    [`CREATE TEXT SEARCH CONFIGURATION ${configuration} (COPY = ${draw.one(['simple', 'english'])})`],
    [
      `CREATE TEXT SEARCH DICTIONARY ${dictionary} (TEMPLATE = simple, ACCEPT = false)`,
      `CREATE TEXT SEARCH CONFIGURATION ${configuration} (PARSER = default)`,
      `ALTER TEXT SEARCH CONFIGURATION ${configuration} ADD MAPPING FOR asciiword, word WITH ${dictionary}, simple`,
    ],
  ]);
};

const conversion: Template = (draw) =>
  `CREATE CONVERSION ${draw.qualified()} FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8`;

export const types: readonly Template[] = [
  enumType,
  enumType,
  enumType,
  compositeType,
  compositeType,
  rangeType,
  domain,
  domain,
];
export const code: readonly Template[] = [
  triggerFunction,
  triggerFunction,
  oneArgument,
  oneArgument,
  readsTable,
  readsTable,
  procedure,
  aggregate,
  operator,
  operatorClass,
  cast,
  sequence,
  sequence,
  defaultFromSequence,
  collation,
  textSearch,
  conversion,
  ...types,
];
