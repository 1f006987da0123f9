import type { Row } from '../../postgres/session.js';
import { bucketSql, firstUserOid } from './scope.js';

/**
 * Which versions of the catalogs' rows there are: as long as a digest is the same, so is every row behind it, deleted
 * ones included. `buckets` are of the objects of usual kinds, by a range of their OIDs; `rare` is one digest of all
 * catalogs that seldom change, and of what names in definitions hang on: roles, schemas, languages, operators.
 */
export interface Stamps {
  readonly buckets: ReadonlyMap<string, string>;
  readonly rare: string;
}

interface StampedCatalog {
  readonly catalog: string;
  /** The object that a row is about. */
  readonly oid: string;
  readonly where?: string;
}

const usual: readonly StampedCatalog[] = [
  { catalog: 'pg_class', oid: 'oid' },
  { catalog: 'pg_attribute', oid: 'attrelid', where: 'x.attnum > 0' },
  { catalog: 'pg_index', oid: 'indexrelid' },
  { catalog: 'pg_inherits', oid: 'inhrelid' },
  { catalog: 'pg_sequence', oid: 'seqrelid' },
  { catalog: 'pg_foreign_table', oid: 'ftrelid' },
  { catalog: 'pg_attrdef', oid: 'oid' },
  { catalog: 'pg_constraint', oid: 'oid' },
  { catalog: 'pg_trigger', oid: 'oid' },
  { catalog: 'pg_rewrite', oid: 'oid' },
  { catalog: 'pg_policy', oid: 'oid' },
  { catalog: 'pg_statistic_ext', oid: 'oid' },
  { catalog: 'pg_proc', oid: 'oid' },
  { catalog: 'pg_type', oid: 'oid' },
  { catalog: 'pg_enum', oid: 'enumtypid' },
  { catalog: 'pg_description', oid: 'objoid' },
  { catalog: 'pg_depend', oid: 'objid' },
];

const systemComments = `x.objoid < ${firstUserOid} AND x.classoid IN ('pg_catalog.pg_namespace'::pg_catalog.regclass,
  'pg_catalog.pg_extension'::pg_catalog.regclass, 'pg_catalog.pg_language'::pg_catalog.regclass)`;
const younger = `x.oid >= ${firstUserOid}`;

/** Catalogs that seldom change; of those that are large, what is younger than initdb or was granted since. */
const rare: readonly (readonly [catalog: string, where: string])[] = [
  ['pg_namespace', `x.nspname !~ '^pg_(toast_)?temp_'`],
  ...[
    'pg_authid',
    'pg_tablespace',
    'pg_language',
    'pg_extension',
    'pg_foreign_data_wrapper',
    'pg_foreign_server',
    'pg_user_mapping',
    'pg_publication',
    'pg_publication_rel',
    'pg_publication_namespace',
    'pg_subscription',
    'pg_event_trigger',
    'pg_default_acl',
    'pg_transform',
    'pg_largeobject_metadata',
    'pg_seclabel',
  ].map((catalog) => [catalog, 'true'] as const),
  ...[
    'pg_am',
    'pg_amop',
    'pg_amproc',
    'pg_cast',
    'pg_collation',
    'pg_conversion',
    'pg_operator',
    'pg_opclass',
    'pg_opfamily',
    'pg_ts_config',
    'pg_ts_dict',
    'pg_ts_parser',
    'pg_ts_template',
  ].map((catalog) => [catalog, younger] as const),
  ['pg_aggregate', `x.aggfnoid >= ${firstUserOid}::pg_catalog.oid`],
  ['pg_ts_config_map', `x.mapcfg >= ${firstUserOid}`],
  ['pg_proc', `x.oid < ${firstUserOid} AND x.proacl IS NOT NULL`],
  ['pg_class', `x.oid < ${firstUserOid} AND x.relacl IS NOT NULL`],
  ['pg_description', systemComments],
];

/** No version of a row shares both its place and the transaction that wrote it with another. */
function versionSql(seed: number): string {
  return `pg_catalog.hash_record_extended(ROW(x.ctid, x.xmin), ${seed})`;
}

const usualSql = usual
  .map(
    ({ catalog, oid, where = 'true' }, seed) =>
      `SELECT x.${oid} AS oid, ${versionSql(seed)} AS version FROM pg_catalog.${catalog} x WHERE x.${oid} >= ${firstUserOid} AND ${where}`,
  )
  .join('\nUNION ALL\n');

const rareSql = rare
  .map(
    ([catalog, where], seed) =>
      `SELECT pg_catalog.bit_xor(${versionSql(1000 + seed)}) AS version, pg_catalog.count(*) AS rows FROM pg_catalog.${catalog} x WHERE ${where}`,
  )
  .join('\nUNION ALL\n');

/** SQL of both, as one row that `parseStamps` takes. The role has to be a superuser. */
export const stampsSql = `SELECT (SELECT pg_catalog.string_agg(b.bucket || ' ' || b.digest, ',') FROM (
      SELECT ${bucketSql('u.oid')} AS bucket, pg_catalog.bit_xor(u.version) || '/' || pg_catalog.count(*) AS digest
      FROM (${usualSql}) u GROUP BY 1) b) AS buckets,
  (SELECT pg_catalog.string_agg(coalesce(r.version, 0) || '/' || r.rows, ' ') FROM (${rareSql}) r) AS rare`;

export function parseStamps(row: Row): Stamps {
  const lines = ((row['buckets'] ?? '') as string).split(',').filter((line) => line !== '');
  const buckets = new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line]));
  return { buckets, rare: String(row['rare']) };
}

/** Buckets in which any row is another, new or gone. */
export function changedBuckets(before: Stamps, now: Stamps): ReadonlySet<string> {
  const changed = [...now.buckets].flatMap(([bucket, line]) => (before.buckets.get(bucket) === line ? [] : [bucket]));
  const gone = [...before.buckets.keys()].filter((bucket) => !now.buckets.has(bucket));
  return new Set([...changed, ...gone]);
}
