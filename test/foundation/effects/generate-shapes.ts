import type { SchemaRelation } from '../../../src/model/schema.js';
import { qualifiedName } from '../../../src/foundation/sql/quote-identifier.js';
import { type Draw, nameInSql, type Template } from './draw-from-schema.js';
import { alterCommand } from './generate-alter.js';

/** Forms of statements that real migrations have: guarded, qualified, many at once, wrapped in code. */

const tables = ['table', 'partitioned table'] as const;

function several<T>(draw: Draw, most: number, make: () => T): readonly T[] {
  return Array.from({ length: 2 + draw.number(most - 1) }, make);
}

function fullName({ schema, relname }: SchemaRelation): string {
  return qualifiedName(schema, relname);
}

/** As any team may write it: plain, qualified, quoted throughout, or one that is not there. */
function anyName(draw: Draw, of: SchemaRelation): string {
  return draw.one([
    nameInSql(of),
    fullName(of),
    `"${of.schema}"."${of.relname}"`,
    draw.chance(0.1) ? 'not_there' : nameInSql(of),
  ]);
}

function partitionsIn(draw: Draw): readonly SchemaRelation[] {
  return draw.schema.relations.filter(({ isPartition, kind }) => isPartition && kind !== 'index');
}

const alters: readonly Template[] = [
  (draw) => {
    const of = draw.relation(...tables);
    const commands = several(draw, 4, () => alterCommand(draw, of));
    return `ALTER TABLE ${draw.one(['', 'IF EXISTS ', 'ONLY '])}${anyName(draw, of)} ${commands.join(', ')}`;
  },
  (draw) => {
    const of = draw.one(partitionsIn(draw));
    return `ALTER TABLE ${draw.one(['', 'IF EXISTS '])}${anyName(draw, of)} ${alterCommand(draw, of)}`;
  },
  (draw) => {
    const of = draw.relation(...tables);
    const commands = several(draw, 4, () => `ADD COLUMN IF NOT EXISTS "new${draw.number(9)}" ${draw.type()}`);
    return `ALTER TABLE ${anyName(draw, of)} ${commands.join(', ')}`;
  },
  (draw) => {
    const of = draw.relation(...tables);
    const commands = several(draw, 3, () => `DROP COLUMN IF EXISTS ${draw.column(of)}`);
    return `ALTER TABLE ${anyName(draw, of)} ${commands.join(', ')}${draw.one(['', ' CASCADE'])}`;
  },
  (draw) => {
    const of = draw.relation(...tables);
    const commands = several(draw, 3, () => `ALTER COLUMN ${draw.column(of)} SET NOT NULL`);
    return `ALTER TABLE ${anyName(draw, of)} ${commands.join(', ')}`;
  },
  (draw) => {
    const of = draw.relation(...tables);
    const name = draw.constraint(of);
    return `ALTER TABLE ${anyName(draw, of)} DROP CONSTRAINT ${draw.one(['', 'IF EXISTS '])}${name}${draw.one(['', ' CASCADE'])}, ADD CONSTRAINT ${name} CHECK (${draw.column(of)} IS NOT NULL OR true)`;
  },
  (draw) => {
    const of = draw.relation(...tables);
    const column = draw.column(of);
    return `ALTER TABLE ${anyName(draw, of)} ALTER COLUMN ${column} DROP DEFAULT, ALTER COLUMN ${column} TYPE ${draw.type()} USING ${column}::text::${draw.type()}, ALTER COLUMN ${column} SET DEFAULT NULL`;
  },
  (draw) => {
    const of = draw.relation(...tables);
    return `ALTER TABLE ${anyName(draw, of)} ADD COLUMN made ${draw.type()} ${draw.one(['NOT NULL ', ''])}DEFAULT ${draw.one(["'1'", 'random()::int', 'gen_random_uuid()', 'now()', 'add_one(1)', '(SELECT 1)', "nextval('tickets')", 'current_date', 'order_count()', "'x'::text || 'y'"])}`;
  },
  (draw) => {
    const of = draw.relation(...tables);
    return `ALTER TABLE ${anyName(draw, of)} ADD COLUMN made ${draw.type()} GENERATED ALWAYS AS (${draw.column(of)}) ${draw.one(['STORED', 'VIRTUAL'])}`;
  },
];

const definitions: readonly Template[] = [
  (draw) =>
    `DROP TABLE IF EXISTS ${several(draw, 3, () => anyName(draw, draw.relation(...tables))).join(', ')} CASCADE`,
  (draw) => `DROP TABLE IF EXISTS ${anyName(draw, draw.one(partitionsIn(draw)))}${draw.one(['', ' CASCADE'])}`,
  (draw) =>
    `DROP INDEX ${draw.one(['', 'CONCURRENTLY '])}IF EXISTS ${anyName(draw, draw.relation('index', 'partitioned index'))}${draw.one(['', ' CASCADE'])}`,
  (draw) => `DROP VIEW IF EXISTS ${anyName(draw, draw.relation('view'))} CASCADE`,
  (draw) => `DROP SEQUENCE IF EXISTS ${anyName(draw, draw.relation('sequence'))} CASCADE`,
  (draw) => {
    const of = draw.relation(...tables);
    return `DROP TRIGGER IF EXISTS ${of.triggers[0]?.name ?? 'missing'} ON ${anyName(draw, of)}`;
  },
  (draw) => {
    const of = draw.relation(...tables);
    return `DROP POLICY IF EXISTS ${of.policies[0] ?? 'missing'} ON ${anyName(draw, of)}`;
  },
  (draw) => {
    const of = draw.relation('table', 'view');
    return `DROP RULE IF EXISTS ${of.rules[0]?.name ?? 'missing'} ON ${anyName(draw, of)}`;
  },
  (draw) =>
    `DROP ${draw.one(['TYPE', 'DOMAIN'])} IF EXISTS ${draw.one(['mood', 'euro', 'price', 'euro_list', 'money_pair', 'person_type', 'side.color', 'side.label', 'float_range'])} CASCADE`,
  (draw) =>
    `DROP FUNCTION IF EXISTS ${draw.one(['touch_row()', 'log_change', 'add_one(int)', 'users_of', 'order_count()', 'not_there()'])} CASCADE`,
  (draw) => `DROP SCHEMA IF EXISTS ${draw.one(['side', 'not_there'])} CASCADE`,
  (draw) =>
    `CREATE INDEX IF NOT EXISTS ${draw.one(['made', 'users_old', '"Made Index"'])} ON ${draw.one(['', 'ONLY '])}${anyName(draw, draw.one(partitionsIn(draw)))} (${draw.number(9) > 4 ? '(1)' : 'id'})`,
  (draw) => {
    const of = draw.relation(...tables);
    return `CREATE INDEX CONCURRENTLY IF NOT EXISTS made ON ${anyName(draw, of)} (${draw.column(of)})`;
  },
  (draw) =>
    `CREATE TABLE IF NOT EXISTS "made" (id bigserial PRIMARY KEY, other ${draw.one(['bigint', 'int'])} REFERENCES ${anyName(draw, draw.relation(...tables))} ON DELETE CASCADE, another ${draw.one(['bigint', 'int'])} REFERENCES users (id))`,
  (draw) =>
    `CREATE OR REPLACE VIEW ${draw.one(['made', 'side.made'])} AS SELECT a.* FROM ${anyName(draw, draw.relation(...tables, 'view'))} a LEFT JOIN ${anyName(draw, draw.relation(...tables, 'matview'))} b ON true`,
  (draw) =>
    `CREATE TABLE made PARTITION OF ${draw.one(['events', 'events_2', 'metrics', 'regions', 'no_parts'])} ${draw.one(['DEFAULT', "FOR VALUES IN ('q')", "FOR VALUES FROM ('2031-01-01') TO ('2031-02-01')", 'FOR VALUES FROM (7) TO (8)', 'FOR VALUES WITH (MODULUS 4, REMAINDER 3)'])}`,
];

function commented(draw: Draw): string {
  const of = draw.relation(...tables);
  return draw.one([
    `TABLE ${anyName(draw, of)}`,
    `COLUMN ${fullName(of)}.${draw.column(of)}`,
    `CONSTRAINT ${draw.constraint(of)} ON ${anyName(draw, of)}`,
    `INDEX ${nameInSql(draw.relation('index'))}`,
    `VIEW ${nameInSql(draw.relation('view'))}`,
    `MATERIALIZED VIEW ${nameInSql(draw.relation('matview'))}`,
    `SEQUENCE ${nameInSql(draw.relation('sequence'))}`,
    'TYPE person_type',
    'DOMAIN euro',
    'FUNCTION touch_row()',
    `TRIGGER ${of.triggers[0]?.name ?? 'missing'} ON ${nameInSql(of)}`,
    'SCHEMA side',
    'STATISTICS users_stats',
  ]);
}

const descriptions: readonly Template[] = [
  (draw) => `COMMENT ON ${commented(draw)} IS ${draw.one(["'words'", 'NULL'])}`,
  (draw) =>
    `GRANT ${draw.one(['SELECT', 'ALL', 'INSERT, UPDATE', 'SELECT (id)'])} ON ${draw.one(['', 'TABLE '])}${anyName(draw, draw.relation(...tables, 'view', 'matview'))} TO ${draw.one(['rich_reader', 'PUBLIC'])}`,
  (draw) =>
    `${draw.one(['GRANT SELECT', 'REVOKE ALL'])} ON ALL ${draw.one(['TABLES', 'SEQUENCES'])} IN SCHEMA ${draw.one(['public', 'side'])} ${draw.one(['TO', 'FROM'])} rich_reader`,
  (draw) =>
    `GRANT USAGE ON ${draw.one(['SCHEMA side', 'SEQUENCE tickets', 'TYPE mood', 'ALL SEQUENCES IN SCHEMA public'])} TO rich_reader`,
  (draw) => `REVOKE ALL ON ${anyName(draw, draw.relation(...tables))} FROM rich_reader CASCADE`,
  () => 'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO rich_reader',
  (draw) =>
    `ALTER ${draw.one(['TABLE', 'VIEW', 'SEQUENCE', 'INDEX', 'MATERIALIZED VIEW'])} IF EXISTS ${anyName(draw, draw.relation(...tables, 'view', 'sequence', 'index', 'matview'))} RENAME TO made`,
  (draw) => `REASSIGN OWNED BY rich_reader TO ${draw.one(['CURRENT_USER', 'SESSION_USER'])}`,
  () => 'DROP OWNED BY rich_reader',
];

/** DDL in code, as scripts wrap it to be run twice. */
const wrapped: readonly Template[] = [
  (draw) =>
    `DO $$ BEGIN ${draw
      .one([...alters, ...definitions])(draw)
      .replace('CONCURRENTLY ', '')}; END $$`,
  (draw) =>
    `DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'made') THEN ${draw.one(alters)(draw)}; END IF; END $$`,
  (draw) =>
    `DO $$ BEGIN ${draw.one(alters)(draw)}; EXCEPTION WHEN duplicate_object OR duplicate_column THEN NULL; END $$`,
];

export const shapedStatements: readonly Template[] = [
  ...Array.from({ length: 3 }, () => alters).flat(),
  ...definitions,
  ...descriptions,
  ...wrapped,
];
