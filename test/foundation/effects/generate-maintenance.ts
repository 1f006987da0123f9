import { nameInSql, type Template } from './draw-from-schema.js';

const tables = ['table', 'partitioned table'] as const;

const modes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
];

export const maintenanceStatements: readonly Template[] = [
  (draw) =>
    `TRUNCATE ${draw.one(['', 'ONLY '])}${nameInSql(draw.relation(...tables))}${draw.one(['', ' CASCADE', ' CASCADE', ' RESTART IDENTITY CASCADE'])}`,
  (draw) => `TRUNCATE ${nameInSql(draw.relation('table'))}, ${nameInSql(draw.relation('table'))} CASCADE`,
  (draw) =>
    `LOCK TABLE ${draw.one(['', 'ONLY '])}${nameInSql(draw.relation(...tables, 'view'))} IN ${draw.one(modes)} MODE`,
  (draw) => `ANALYZE ${nameInSql(draw.relation(...tables, 'matview'))}`,
  (draw) =>
    `VACUUM ${draw.one(['', '(FREEZE) ', '(ANALYZE) ', '(FULL) '])}${nameInSql(draw.relation(...tables, 'matview'))}`,
  (draw) =>
    `CLUSTER ${draw.one(['users USING users_pkey', 'keyed', 'events USING events_body', 'order_sums USING order_sums_user', 'numbers USING numbers_b'])}`,
  (draw) => `REINDEX ${draw.one(['', '(CONCURRENTLY) '])}TABLE ${nameInSql(draw.relation(...tables, 'matview'))}`,
  (draw) =>
    `REINDEX ${draw.one(['', '(CONCURRENTLY) '])}INDEX ${nameInSql(draw.relation('index', 'partitioned index'))}`,
  (draw) =>
    `REFRESH MATERIALIZED VIEW ${draw.one(['', 'CONCURRENTLY '])}${nameInSql(draw.relation('matview'))}${draw.one(['', '', ' WITH NO DATA'])}`,
  () => 'SET CONSTRAINTS ALL IMMEDIATE',
  () => 'SET CONSTRAINTS items_product DEFERRED',
  () => 'DISCARD PLANS',
];
