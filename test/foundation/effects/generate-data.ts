import type { SchemaRelation } from '../../../src/model/schema.js';
import { quoteIdentifier } from '../../../src/foundation/sql/quote-identifier.js';
import { type Draw, nameInSql, type Template } from './draw-from-schema.js';

const readable = ['table', 'partitioned table', 'view', 'matview'] as const;
const writable = ['table', 'partitioned table', 'view'] as const;

function condition(draw: Draw, of: SchemaRelation): string {
  if (draw.chance(0.3)) return 'true';
  if (draw.chance(0.2)) return `EXISTS (SELECT 1 FROM ${nameInSql(draw.relation(...readable))})`;
  return `${draw.column(of)} IS ${draw.one(['NULL', 'NOT NULL'])}`;
}

function assignment(draw: Draw, of: SchemaRelation): string {
  const column = of.columns.length === 0 ? undefined : draw.one(of.columns);
  return `${quoteIdentifier(column?.name ?? 'missing')} = ${draw.value(column)}`;
}

function insert(draw: Draw, of: SchemaRelation): string {
  const columns = of.columns.filter((column) => !column.identity && column.generated === null && draw.chance(0.8));
  if (columns.length === 0) return `INSERT INTO ${nameInSql(of)} DEFAULT VALUES`;
  const names = columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  const conflict = draw.one(['', '', ' ON CONFLICT DO NOTHING', ' RETURNING 1']);
  return `INSERT INTO ${nameInSql(of)} (${names}) VALUES (${columns.map((column) => draw.value(column)).join(', ')})${conflict}`;
}

/** DML, queries, and what holds them. */
const written: readonly Template[] = [
  (draw) => insert(draw, draw.relation(...writable)),
  (draw) => insert(draw, draw.relation(...writable)),
  (draw) => {
    const of = draw.relation(...writable);
    return `UPDATE ${nameInSql(of)} SET ${assignment(draw, of)} WHERE ${condition(draw, of)}`;
  },
  (draw) => {
    const of = draw.relation(...writable);
    return `DELETE FROM ${draw.one(['', 'ONLY '])}${nameInSql(of)} WHERE ${condition(draw, of)}`;
  },
  (draw) => {
    const of = draw.relation('table', 'partitioned table');
    const source = draw.relation(...readable);
    return `MERGE INTO ${nameInSql(of)} t USING ${nameInSql(source)} s ON ${draw.one(['true', 'false'])} WHEN ${draw.one(['MATCHED THEN DELETE', 'MATCHED THEN DO NOTHING', 'NOT MATCHED THEN DO NOTHING', 'NOT MATCHED THEN INSERT DEFAULT VALUES'])}`;
  },
  (draw) => {
    const of = draw.relation(...writable);
    return `WITH gone AS (DELETE FROM ${nameInSql(of)} WHERE ${condition(draw, of)} RETURNING *) INSERT INTO archive (id) SELECT 1 FROM gone`;
  },
];

const queries: readonly Template[] = [
  (draw) => {
    const of = draw.relation(...readable);
    return `SELECT * FROM ${nameInSql(of)} WHERE ${condition(draw, of)}`;
  },
  (draw) =>
    `SELECT count(*) FROM ${nameInSql(draw.relation(...readable))} a, ${nameInSql(draw.relation(...readable))} b`,
  (draw) =>
    `SELECT * FROM ${nameInSql(draw.relation(...readable))} ${draw.one(['FOR UPDATE', 'FOR SHARE', 'FOR NO KEY UPDATE', 'LIMIT 1 FOR KEY SHARE'])}`,
  (draw) =>
    `SELECT * FROM ${nameInSql(draw.relation(...readable))} a JOIN ${nameInSql(draw.relation('table'))} b ON true FOR UPDATE OF b`,
  (draw) =>
    `SELECT ${draw.one(["nextval('tickets')", "setval('loose_seq', 200)", "currval('tickets')", 'users_of(1)', 'order_count()', "add_archive('x')", 'add_column()', 'maybe_delete()', 'maybe_delete(true)', "run_dynamic('TRUNCATE numbers')", 'add_one(1)'])}`,
  (draw) => `SELECT last_value FROM ${nameInSql(draw.relation('sequence'))}`,
  (draw) => `WITH x AS (SELECT * FROM ${nameInSql(draw.relation(...readable))}) SELECT * FROM x`,
  (draw) => `TABLE ${nameInSql(draw.relation(...readable))}`,
];

const holders: readonly Template[] = [
  (draw) => `EXPLAIN ${draw.one(['', '(ANALYZE) ', '(VERBOSE) '])}${draw.one([...written, ...queries])(draw)}`,
  (draw) =>
    `DO $$ BEGIN ${draw
      .one(written)(draw)
      .replace(/ RETURNING 1$/, '')}; END $$`,
  (draw) =>
    `DO $$ BEGIN IF false THEN ${draw
      .one(written)(draw)
      .replace(/ RETURNING 1$/, '')}; END IF; END $$`,
  (draw) => `DO $$ BEGIN EXECUTE 'TRUNCATE ${nameInSql(draw.relation('table'))}'; END $$`,
  (draw) => `DECLARE made CURSOR FOR ${draw.one(queries)(draw)}`,
  (draw) => `PREPARE made AS ${draw.one([...written, ...queries])(draw)}`,
  () => 'CALL purge_archive()',
  (draw) => `COPY ${nameInSql(draw.relation('table'))} TO '/dev/null'`,
  (draw) => `COPY (${draw.one(queries)(draw)}) TO '/dev/null'`,
  (draw) => `COPY ${nameInSql(draw.relation(...writable))} FROM '/dev/null'`,
];

export const dataStatements: readonly Template[] = [...written, ...written, ...queries, ...holders];
