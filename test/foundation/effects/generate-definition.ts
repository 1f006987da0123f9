import { type Draw, nameInSql, type Template } from './draw-from-schema.js';

const tables = ['table', 'partitioned table'] as const;
const readable = ['table', 'partitioned table', 'view', 'matview'] as const;

function index(draw: Draw): string {
  const of = draw.relation('table', 'partitioned table', 'matview');
  const options = `${draw.one(['', '', 'UNIQUE '])}INDEX ${draw.one(['', '', '', 'CONCURRENTLY '])}`;
  const keys = draw.one([
    draw.columns(of, 2).join(', '),
    `(${draw.column(of)}::text)`,
    `lower(${draw.column(of)}::text)`,
  ]);
  const end = draw.one(['', '', ` INCLUDE (${draw.column(of)})`, ` WHERE ${draw.column(of)} IS NOT NULL`]);
  return `CREATE ${options}${draw.one(['made', 'IF NOT EXISTS users_old'])} ON ${draw.one(['', '', 'ONLY '])}${nameInSql(of)} ${draw.one(['', '', 'USING hash ', 'USING brin '])}(${keys})${end}`;
}

const created: readonly Template[] = [
  index,
  index,
  index,
  (draw) => `CREATE TABLE made (id ${draw.type()}, other int REFERENCES ${nameInSql(draw.relation('table'))})`,
  (draw) =>
    `CREATE ${draw.one(['', 'UNLOGGED ', 'TEMPORARY '])}TABLE made (LIKE ${nameInSql(draw.relation(...readable))} INCLUDING ${draw.one(['ALL', 'DEFAULTS', 'INDEXES'])})`,
  (draw) => `CREATE TABLE made (extra int) INHERITS (${nameInSql(draw.relation('table'))})`,
  (draw) =>
    `CREATE TABLE made AS SELECT * FROM ${nameInSql(draw.relation(...readable))}${draw.one(['', ' WITH NO DATA'])}`,
  (draw) => `CREATE TABLE IF NOT EXISTS ${nameInSql(draw.relation('table'))} (id int)`,
  () => 'CREATE TABLE made OF person_type',
  (draw) =>
    `CREATE TABLE made PARTITION OF ${draw.one(["events FOR VALUES FROM ('2024-03-01') TO ('2024-04-01')", "events_2 FOR VALUES IN ('z')", 'no_parts DEFAULT', 'no_parts FOR VALUES FROM (1) TO (2)', "regions FOR VALUES IN ('w')", "events FOR VALUES FROM ('2030-01-01') TO ('2031-01-01') PARTITION BY LIST (kind)"])}`,
  (draw) =>
    `CREATE ${draw.one(['', 'OR REPLACE '])}VIEW ${draw.one(['made', 'made', 'rich_orders', 'active_users'])} AS SELECT * FROM ${nameInSql(draw.relation(...readable))}`,
  (draw) =>
    `CREATE MATERIALIZED VIEW made AS SELECT 1 AS x FROM ${nameInSql(draw.relation(...readable))}${draw.one(['', ' WITH NO DATA'])}`,
  (draw) => `CREATE SEQUENCE made${draw.one(['', ' OWNED BY users.id', ' OWNED BY orgs.id'])}`,
  (draw) =>
    `CREATE ${draw.one(['', 'OR REPLACE '])}TRIGGER made ${draw.one(['BEFORE INSERT', 'AFTER UPDATE', 'AFTER DELETE'])} ON ${nameInSql(draw.relation(...tables))} FOR EACH ${draw.one(['ROW', 'STATEMENT'])} EXECUTE FUNCTION ${draw.one(['touch_row', 'log_change'])}()`,
  (draw) =>
    `CREATE CONSTRAINT TRIGGER made AFTER INSERT ON ${nameInSql(draw.relation('table'))} ${draw.one(['', 'FROM users '])}FOR EACH ROW EXECUTE FUNCTION log_change()`,
  (draw) =>
    `CREATE RULE made AS ON ${draw.one(['INSERT', 'UPDATE', 'DELETE'])} TO ${nameInSql(draw.relation('table', 'view'))} DO ${draw.one(['INSTEAD NOTHING', 'ALSO DELETE FROM archive'])}`,
  (draw) =>
    `CREATE POLICY made ON ${nameInSql(draw.relation(...tables))} USING (${draw.one(['true', 'EXISTS (SELECT 1 FROM orgs)'])})`,
  (draw) => {
    const of = draw.relation(...tables);
    return `CREATE STATISTICS made ON ${draw.column(of)}, ${draw.column(of)} FROM ${nameInSql(of)}`;
  },
  (draw) =>
    `CREATE PUBLICATION made FOR ${draw.one(['ALL TABLES', 'TABLES IN SCHEMA side', `TABLE ${nameInSql(draw.relation(...tables))}`])}`,
  (draw) =>
    `ALTER PUBLICATION pub_users ${draw.one(['ADD', 'SET', 'DROP'])} TABLE ${nameInSql(draw.relation(...tables))}`,
  (draw) =>
    `CREATE FUNCTION made() RETURNS int LANGUAGE sql ${draw.one(["AS 'SELECT 1'", 'BEGIN ATOMIC SELECT count(*)::int FROM users; END', 'RETURN 1'])}`,
  () => 'CREATE FOREIGN TABLE made (id int) SERVER far',
  (draw) =>
    `CREATE ${draw.one(["TYPE made AS ENUM ('a')", 'TYPE made AS (a int)', 'DOMAIN made AS euro', 'SCHEMA made', 'ROLE made', 'TYPE made AS RANGE (subtype = int)'])}`,
];

const end = ['', '', ' CASCADE', ' CASCADE', ' RESTRICT'];

const dropped: readonly Template[] = [
  (draw) => `DROP TABLE ${nameInSql(draw.relation(...tables))}${draw.one(end)}`,
  (draw) => `DROP TABLE ${nameInSql(draw.relation('table'))}, ${nameInSql(draw.relation('table'))} CASCADE`,
  () => 'DROP TABLE IF EXISTS missing',
  (draw) =>
    `DROP INDEX ${draw.one(['', '', 'CONCURRENTLY '])}${nameInSql(draw.relation('index', 'partitioned index'))}${draw.one(['', '', ' CASCADE'])}`,
  (draw) => `DROP VIEW ${nameInSql(draw.relation('view'))}${draw.one(end)}`,
  (draw) => `DROP MATERIALIZED VIEW ${nameInSql(draw.relation('matview'))}${draw.one(end)}`,
  (draw) => `DROP SEQUENCE ${nameInSql(draw.relation('sequence'))}${draw.one(end)}`,
  (draw) => `DROP FOREIGN TABLE far_things${draw.one(end)}`,
  (draw) =>
    `DROP FUNCTION ${draw.one(['log_change()', 'touch_row()', 'order_count()', 'add_one(int)', 'users_of(int)', 'count_changes()'])}${draw.one(end)}`,
  (draw) =>
    `DROP TYPE ${draw.one(['mood', 'side.color', 'money_pair', 'person_type', 'float_range', 'side.unused_pair'])}${draw.one(end)}`,
  (draw) => `DROP DOMAIN ${draw.one(['euro', 'price', 'euro_list', 'unused_domain', 'side.label'])}${draw.one(end)}`,
  (draw) => `DROP SCHEMA side${draw.one(end)}`,
  (draw) =>
    `DROP TRIGGER ${draw.one(['users_touch ON users', 'orders_log ON orders', 'events_log ON events', 'totals_change ON order_totals', 'documents_check ON documents', 'IF EXISTS missing ON users'])}`,
  (draw) => `DROP RULE ${draw.one(['archived_delete ON side.archived', 'archive_log ON archive'])}`,
  (draw) => `DROP POLICY ${draw.one(['documents_owner', 'documents_open'])} ON documents`,
  (draw) =>
    `DROP ${draw.one(['STATISTICS users_stats', 'PUBLICATION pub_users', 'SERVER far CASCADE', 'FOREIGN DATA WRAPPER dummy CASCADE', 'PROCEDURE purge_archive', 'AGGREGATE side.add_all(int)', 'OWNED BY rich_reader'])}`,
];

const named: readonly Template[] = [
  (draw) => `COMMENT ON TABLE ${nameInSql(draw.relation('table'))} IS 'x'`,
  (draw) => {
    const of = draw.relation(...readable);
    return `COMMENT ON COLUMN ${nameInSql(of)}.${draw.column(of)} IS 'x'`;
  },
  (draw) => `COMMENT ON INDEX ${nameInSql(draw.relation('index'))} IS 'x'`,
  (draw) => {
    const of = draw.relation('table');
    return `COMMENT ON CONSTRAINT ${draw.constraint(of)} ON ${nameInSql(of)} IS 'x'`;
  },
  (draw) =>
    `${draw.one(['GRANT SELECT ON', 'GRANT ALL ON'])} ${nameInSql(draw.relation(...readable))} TO ${draw.one(['rich_reader', 'PUBLIC'])}`,
  (draw) => `REVOKE ALL ON ${nameInSql(draw.relation(...readable))} FROM PUBLIC`,
  (draw) => `GRANT USAGE ON SEQUENCE ${nameInSql(draw.relation('sequence'))} TO rich_reader`,
  (draw) =>
    `ALTER TRIGGER ${draw.one(['users_touch ON users', 'orders_log ON orders', 'events_log ON events'])} RENAME TO made`,
  () => 'ALTER POLICY documents_owner ON documents RENAME TO made',
  () => 'ALTER POLICY documents_owner ON documents USING (true)',
  (draw) => `ALTER STATISTICS users_stats ${draw.one(['RENAME TO made', 'SET STATISTICS 50'])}`,
  () => 'ALTER SCHEMA side RENAME TO made',
  () => 'ALTER RULE archive_log ON archive RENAME TO made',
  (draw) =>
    `ALTER FUNCTION log_change() ${draw.one(['RENAME TO made', 'SET search_path = public', 'OWNER TO rich_reader'])}`,
];

export const definitionStatements: readonly Template[] = [...created, ...dropped, ...named];
