import type { Draw, Template } from '../draw.js';
import type { KnownColumn, KnownRelation } from '../known-schema.js';
import { boundOf, columnDefinition, options } from './tables.js';

type Action = (draw: Draw, of: KnownRelation) => string;

const onColumn =
  (write: (draw: Draw, column: KnownColumn) => string): Action =>
  (draw, of) =>
    `ALTER COLUMN ${draw.column(of).name} ${write(draw, draw.column(of))}`;

const changeType: Action = (draw, of) => {
  const column = draw.column(of);
  const type = draw.type();
  return `ALTER COLUMN ${column.name} TYPE ${type}${draw.one(['', ` USING NULL::${type}`, ` USING ${column.name}::text::${type}`, ` USING ${draw.constant(type)}`])}`;
};

/** Types that take what others hold, some with a loss. */
const lossyType: Action = (draw, of) => {
  const column = draw.column(of, ({ type }) =>
    /^(?:integer|bigint|numeric|text|character varying|timestamp|double)/.test(type),
  );
  if (/^(?:text|character)/.test(column.type))
    return `ALTER COLUMN ${column.name} TYPE ${draw.one(['varchar(2)', 'char(3)', 'text COLLATE "C"', 'varchar(300)'])} USING left(${column.name}, 2)`;
  if (column.type.startsWith('timestamp')) return `ALTER COLUMN ${column.name} TYPE date`;
  return `ALTER COLUMN ${column.name} TYPE ${draw.one(['bigint', 'numeric(10)', 'smallint', 'text', 'float8'])}`;
};

const setDefault: Action = (draw, of) => {
  const column = draw.column(of, ({ generated, identity }) => !generated && identity === null);
  return `ALTER COLUMN ${column.name} SET DEFAULT ${draw.constant(column.type)}`;
};

const setNotNull: Action = (draw, of) => `ALTER COLUMN ${draw.column(of, ({ notNull }) => !notNull).name} SET NOT NULL`;
const dropNotNull: Action = (draw, of) =>
  `ALTER COLUMN ${draw.column(of, ({ notNull }) => notNull).name} DROP NOT NULL`;

const addIdentity: Action = (draw, of) =>
  `ALTER COLUMN ${draw.column(of, ({ type, notNull, identity }) => notNull && identity === null && /int/.test(type)).name} ADD GENERATED ${draw.one(['ALWAYS', 'BY DEFAULT'])} AS IDENTITY`;

const changeIdentity: Action = (draw, of) => {
  const { name, identity } = draw.column(of, (column) => column.identity !== null);
  return `ALTER COLUMN ${name} ${draw.one([`SET GENERATED ${identity === 'a' ? 'BY DEFAULT' : 'ALWAYS'}`, 'DROP IDENTITY', 'SET INCREMENT BY 7', 'RESTART WITH 500'])}`;
};

const expression: Action = (draw, of) => {
  const { name } = draw.column(of, ({ generated }) => generated);
  return `ALTER COLUMN ${name} ${draw.one(['DROP EXPRESSION', "SET EXPRESSION AS ('other')"])}`;
};

const column: readonly Action[] = [
  (draw, of) =>
    `ADD COLUMN ${columnDefinition(
      draw,
      of.columns.filter(({ generated }) => !generated).map(({ name }) => name),
    )}`,
  (draw, of) =>
    `ADD COLUMN ${columnDefinition(
      draw,
      of.columns.filter(({ generated }) => !generated).map(({ name }) => name),
    )}`,
  (draw, of) => `DROP COLUMN ${draw.column(of).name}${draw.maybe(0.5, 'CASCADE')}`,
  (draw, of) => `DROP COLUMN ${draw.column(of).name}${draw.maybe(0.5, 'CASCADE')}`,
  changeType,
  lossyType,
  lossyType,
  setDefault,
  (draw, of) => `ALTER COLUMN ${draw.column(of).name} DROP DEFAULT`,
  setNotNull,
  dropNotNull,
  addIdentity,
  changeIdentity,
  expression,
  onColumn((draw) => `SET STATISTICS ${draw.below(300)}`),
  onColumn((draw) => `SET STORAGE ${draw.one(['PLAIN', 'EXTERNAL', 'MAIN', 'EXTENDED'])}`),
  onColumn((draw) => `SET COMPRESSION ${draw.one(['pglz', 'default'])}`),
  onColumn((draw) => draw.one(['SET (n_distinct = 9)', 'SET (n_distinct_inherited = -0.5)', 'RESET (n_distinct)'])),
];

const nameOf = (
  found: readonly { readonly name: string; readonly table: string }[],
  of: KnownRelation,
  draw: Draw,
): string => draw.one(found.filter(({ table }) => table === of.sql)).name;

const whole: readonly Action[] = [
  (draw, of) => `DROP CONSTRAINT ${nameOf(draw.known.constraints, of, draw)}${draw.maybe(0.5, 'CASCADE')}`,
  (draw, of) => `DROP CONSTRAINT ${nameOf(draw.known.constraints, of, draw)} CASCADE`,
  (draw, of) => `VALIDATE CONSTRAINT ${nameOf(draw.known.constraints, of, draw)}`,
  (draw, of) =>
    `ALTER CONSTRAINT ${nameOf(
      draw.known.constraints.filter(({ letter }) => letter === 'f'),
      of,
      draw,
    )} ${draw.one(['DEFERRABLE', 'NOT DEFERRABLE', 'DEFERRABLE INITIALLY DEFERRED'])}`,
  (draw, of) =>
    `${draw.one(['DISABLE', 'ENABLE ALWAYS', 'ENABLE REPLICA', 'ENABLE'])} TRIGGER ${nameOf(draw.known.triggers, of, draw)}`,
  (draw) => `${draw.one(['DISABLE', 'ENABLE'])} TRIGGER USER`,
  (draw, of) => `${draw.one(['DISABLE', 'ENABLE ALWAYS'])} RULE ${nameOf(draw.known.rules, of, draw)}`,
  (draw) => `${draw.one(['ENABLE', 'DISABLE', 'FORCE', 'NO FORCE'])} ROW LEVEL SECURITY`,
  (draw, of) => `CLUSTER ON ${nameOf(draw.known.indexes, of, draw)}`,
  () => 'SET WITHOUT CLUSTER',
  (draw) => `SET ${draw.one(['LOGGED', 'UNLOGGED'])}`,
  (draw) => `SET (${draw.some(options, 2).join(', ')})`,
  () => 'RESET (fillfactor, autovacuum_enabled)',
  (draw, of) =>
    `REPLICA IDENTITY ${draw.one(['FULL', 'NOTHING', 'DEFAULT', `USING INDEX ${nameOf(draw.known.indexes, of, draw)}`])}`,
  (draw) => `INHERIT ${draw.relation('r').sql}`,
  (draw) => `NO INHERIT ${draw.relation('r').sql}`,
  () => 'NOT OF',
];

const alterTable: Template = (draw) => {
  const of = draw.relation('r', 'r', 'p');
  const count = draw.chance(0.2) ? 2 : 1;
  const actions = Array.from({ length: count }, () => draw.one(draw.chance(0.6) ? column : whole)(draw, of));
  return `ALTER TABLE${draw.maybe(of.kind === 'p' ? 0.1 : 0.02, 'ONLY')} ${of.sql} ${actions.join(', ')}`;
};

const detach: Template = (draw) => {
  const part = draw.one(draw.known.relations.filter(({ isPartition }) => isPartition));
  return `ALTER TABLE ${draw.relation('p').sql} DETACH PARTITION ${part.sql}`;
};

const attach: Template = (draw) => {
  const parent = draw.relation('p');
  return `ALTER TABLE ${parent.sql} ATTACH PARTITION ${draw.relation('r').sql} ${boundOf(draw, parent)}`;
};

const alterForeign: Template = (draw) => {
  const of = draw.relation('f');
  return `ALTER FOREIGN TABLE ${of.sql} ${draw.one([`ADD COLUMN ${columnDefinition(draw)}`, `DROP COLUMN ${draw.column(of).name}`, "OPTIONS (ADD mode 'r')", `ALTER COLUMN ${draw.column(of).name} TYPE text`, `ALTER COLUMN ${draw.column(of).name} OPTIONS (ADD x 'y')`])}`;
};

const alterIndex: Template = (draw) => {
  const { name, schema } = draw.one(draw.known.indexes);
  return `ALTER INDEX ${schema}.${name} ${draw.one(['SET (fillfactor = 55)', 'RESET (fillfactor)', 'ALTER COLUMN 1 SET STATISTICS 33'])}`;
};

const alterView: Template = (draw) => {
  const of = draw.relation('v');
  return `ALTER VIEW ${of.sql} ${draw.one(['SET (security_barrier)', 'RESET (security_barrier)', `ALTER COLUMN ${draw.column(of).name} SET DEFAULT NULL`])}`;
};

const alterSequence: Template = (draw) =>
  `ALTER SEQUENCE ${draw.relation('S').sql} ${draw.one(['INCREMENT BY 2', 'MAXVALUE 900', 'CYCLE', 'CACHE 3', 'AS bigint', 'AS int', 'OWNED BY NONE', 'START WITH 3', 'NO MAXVALUE', 'RESTART WITH 40'])}`;

const alterEnum: Template = (draw) => {
  const { sql, labels } = draw.one(draw.known.types.filter(({ form }) => form === 'e'));
  const quoted = labels.map((label) => `'${label.replaceAll("'", "''")}'`);
  return `ALTER TYPE ${sql} ${draw.one([`ADD VALUE 'added ${draw.below(20)}'`, `ADD VALUE 'put ${draw.below(20)}' BEFORE ${draw.one(quoted)}`, `RENAME VALUE ${draw.one(quoted)} TO 'said ${draw.below(9)}'`])}`;
};

const alterComposite: Template = (draw) => {
  const { sql, attributes } = draw.one(draw.known.types.filter(({ form }) => form === 'c'));
  const { name } = draw.one(attributes);
  return `ALTER TYPE ${sql} ${draw.one([`ADD ATTRIBUTE ${draw.name()} ${draw.type()}`, `DROP ATTRIBUTE ${name}`, `ALTER ATTRIBUTE ${name} TYPE ${draw.type()}`])}${draw.maybe(0.5, 'CASCADE')}`;
};

const alterDomain: Template = (draw) => {
  const { sql, base } = draw.one(draw.known.types.filter(({ form }) => form === 'd'));
  return `ALTER DOMAIN ${sql} ${draw.one([`SET DEFAULT ${draw.constant(base ?? 'text')}`, 'DROP DEFAULT', 'SET NOT NULL', 'DROP NOT NULL', `ADD CONSTRAINT ${draw.name()} CHECK (VALUE IS NOT NULL OR true)${draw.maybe(0.3, 'NOT VALID')}`])}`;
};

const alterOther: Template = (draw) => {
  const { word, sql } = draw.one(draw.known.others);
  switch (word) {
    case 'STATISTICS':
      return `ALTER STATISTICS ${sql} SET STATISTICS ${draw.below(90)}`;
    case 'PUBLICATION':
      return `ALTER PUBLICATION ${sql} ${draw.one([`ADD TABLE ${draw.relation('r').sql}`, `DROP TABLE ${draw.relation('r').sql}`, `SET TABLE ${draw.relation('r').sql} WHERE (id IS NULL)`, "SET (publish = 'delete')", `ADD TABLES IN SCHEMA ${draw.schema()}`])}`;
    case 'EVENT TRIGGER':
      return `ALTER EVENT TRIGGER ${sql} ${draw.one(['DISABLE', 'ENABLE REPLICA', 'ENABLE ALWAYS'])}`;
    case 'SERVER':
      return `ALTER SERVER ${sql} ${draw.one(["VERSION '2'", "OPTIONS (ADD port '7')", 'OPTIONS (DROP host)'])}`;
    case 'FOREIGN DATA WRAPPER':
      return `ALTER FOREIGN DATA WRAPPER ${sql} OPTIONS (ADD more 'x')`;
    case 'TEXT SEARCH CONFIGURATION':
      return `ALTER TEXT SEARCH CONFIGURATION ${sql} ${draw.one(['ALTER MAPPING FOR asciiword WITH english_stem', 'DROP MAPPING FOR word', 'ADD MAPPING FOR email WITH simple'])}`;
    case 'TEXT SEARCH DICTIONARY':
      return `ALTER TEXT SEARCH DICTIONARY ${sql} (ACCEPT = true)`;
    case 'OPERATOR':
      return `ALTER OPERATOR ${sql} SET (RESTRICT = neqsel)`;
    case 'EXTENSION':
      return `ALTER EXTENSION ${sql} SET SCHEMA ${draw.schema()}`;
    default:
      return `COMMENT ON ${word} ${sql} IS 'changed'`;
  }
};

const alterRoutine: Template = (draw) => {
  const { sql, word } = draw.one(draw.known.routines);
  return `ALTER ${word} ${sql} ${draw.one(['STABLE', 'SECURITY DEFINER', "SET work_mem = '4MB'", 'COST 3', 'STRICT', 'PARALLEL SAFE', 'LEAKPROOF'])}`;
};

const replaceRoutine: Template = (draw) => {
  const { sql } = draw.one(
    draw.known.routines.filter(({ returns, word }) => returns === 'integer' && word === 'FUNCTION'),
  );
  return `CREATE OR REPLACE FUNCTION ${sql.replace('(integer)', '(a integer)')} RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ${draw.below(99)}'`;
};

const alterPolicy: Template = (draw) => {
  const { name, table } = draw.one(draw.known.policies);
  return `ALTER POLICY ${name} ON ${table} ${draw.one(['USING (false)', `TO ${draw.role()}`])}`;
};

export const alterations: readonly Template[] = [
  ...Array.from({ length: 16 }, () => alterTable),
  detach,
  detach,
  attach,
  alterForeign,
  alterIndex,
  alterView,
  alterSequence,
  alterSequence,
  alterEnum,
  alterEnum,
  alterEnum,
  alterComposite,
  alterComposite,
  alterDomain,
  alterOther,
  alterOther,
  alterOther,
  alterRoutine,
  replaceRoutine,
  alterPolicy,
];
