import type { Session } from '../../../../src/foundation/postgres/session.js';

export interface KnownColumn {
  /** Quoted, as all names here. */
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly generated: boolean;
  readonly identity: string | null;
  readonly inherited: boolean;
}

export interface KnownRelation {
  /** `schema.name`. */
  readonly sql: string;
  readonly schema: string;
  readonly name: string;
  /** pg_class.relkind. */
  readonly kind: 'r' | 'p' | 'v' | 'm' | 'f' | 'S';
  readonly columns: readonly KnownColumn[];
  /** `list`, `range` or `hash`. */
  readonly partitionedBy: string | null;
  readonly isPartition: boolean;
}

/** Part of a relation or of a domain. */
export interface KnownPart {
  readonly name: string;
  readonly schema: string;
  readonly table: string;
  /** Word of ALTER for what it is part of. */
  readonly holder: string;
  /** What kind of part it is, in the catalog's own letter. */
  readonly letter: string;
  readonly isPartition: boolean;
}

export interface KnownType {
  readonly sql: string;
  readonly schema: string;
  readonly form: 'e' | 'r' | 'c' | 'd';
  readonly labels: readonly string[];
  readonly base: string | null;
  readonly attributes: readonly { readonly name: string; readonly type: string }[];
}

export interface KnownRoutine {
  /** With its arguments' types. */
  readonly sql: string;
  readonly schema: string;
  /** FUNCTION, PROCEDURE or AGGREGATE. */
  readonly word: string;
  readonly returns: string | null;
  readonly arguments: number;
}

/** An object that ALTER, DROP and COMMENT name by a word and a name. */
export interface KnownObject {
  readonly word: string;
  readonly sql: string;
}

/** What a database holds by now, as far as statements can name it. */
export interface KnownSchema {
  readonly schemas: readonly string[];
  readonly relations: readonly KnownRelation[];
  readonly constraints: readonly KnownPart[];
  readonly indexes: readonly KnownPart[];
  readonly triggers: readonly KnownPart[];
  readonly rules: readonly KnownPart[];
  readonly policies: readonly KnownPart[];
  readonly types: readonly KnownType[];
  readonly routines: readonly KnownRoutine[];
  readonly others: readonly KnownObject[];
}

const list = (select: string): string => `(SELECT coalesce(json_agg(x ORDER BY x::text), '[]') FROM (${select}) x)`;
const notOfExtension = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;
const inSchemas = `n.nspname !~ '^(pg_|information_schema|lockkeeper)'`;
const named = `format('%I.%I', n.nspname, c.relname)`;

const columnsSql =
  list(`SELECT quote_ident(a.attname) AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS "notNull",
  a.attgenerated <> '' AS generated, nullif(a.attidentity, '') AS identity, a.attinhcount > 0 AS inherited
  FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind <> 'S'`);

const relationsSql =
  list(`SELECT ${named} AS sql, quote_ident(n.nspname) AS schema, quote_ident(c.relname) AS name, c.relkind AS kind,
  (SELECT CASE partstrat WHEN 'l' THEN 'list' WHEN 'r' THEN 'range' ELSE 'hash' END FROM pg_partitioned_table WHERE partrelid = c.oid) AS "partitionedBy",
  c.relispartition AS "isPartition", ${columnsSql} AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${inSchemas} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND ${notOfExtension('pg_class', 'c.oid')}`);

const holder = `CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END`;
const parts = (what: {
  readonly name: string;
  readonly letter: string;
  readonly catalog: string;
  readonly relation: string;
  readonly where?: string;
}): string =>
  list(`SELECT quote_ident(p.${what.name}) AS name, ${named} AS table, quote_ident(n.nspname) AS schema, ${holder} AS holder,
    ${what.letter}::text AS letter, c.relispartition AS "isPartition"
    FROM ${what.catalog} p JOIN pg_class c ON c.oid = p.${what.relation} JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${inSchemas} AND ${notOfExtension('pg_class', 'c.oid')}${what.where ?? ''}`);

const indexesSql =
  list(`SELECT quote_ident(i.relname) AS name, ${named} AS table, quote_ident(n.nspname) AS schema, ${holder} AS holder,
  CASE WHEN x.indisunique THEN 'u' ELSE 'i' END AS letter, c.relispartition AS "isPartition"
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${inSchemas}`);

const typesSql =
  list(`SELECT format('%I.%I', n.nspname, t.typname) AS sql, quote_ident(n.nspname) AS schema, t.typtype AS form,
  coalesce((SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid), '[]') AS labels,
  coalesce((SELECT format_type(rngsubtype, NULL) FROM pg_range WHERE rngtypid = t.oid), CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END) AS base,
  coalesce((SELECT json_agg(json_build_object('name', quote_ident(attname), 'type', format_type(atttypid, atttypmod)) ORDER BY attnum)
    FROM pg_attribute WHERE attrelid = t.typrelid AND t.typrelid <> 0 AND attnum > 0 AND NOT attisdropped), '[]') AS attributes
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE ${inSchemas} AND t.typtype IN ('e', 'r', 'c', 'd') AND ${notOfExtension('pg_type', 't.oid')}
    AND (t.typrelid = 0 OR (SELECT relkind = 'c' FROM pg_class WHERE oid = t.typrelid))`);

const routinesSql =
  list(`SELECT p.oid::regprocedure::text AS sql, quote_ident(n.nspname) AS schema, format_type(p.prorettype, NULL) AS returns, p.pronargs AS arguments,
  CASE p.prokind WHEN 'a' THEN 'AGGREGATE' WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS word
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${inSchemas} AND ${notOfExtension('pg_proc', 'p.oid')}
    AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')`);

const inSchema = (word: string, catalog: string, [name, schema]: readonly [string, string]): string =>
  `SELECT '${word}' AS word, format('%I.%I', n.nspname, o.${name}) AS sql FROM ${catalog} o JOIN pg_namespace n ON n.oid = o.${schema}
   WHERE ${inSchemas} AND ${notOfExtension(catalog, 'o.oid')}`;
const global = (word: string, catalog: string, name: string): string =>
  `SELECT '${word}' AS word, quote_ident(o.${name}) AS sql FROM ${catalog} o WHERE o.oid >= 16384 AND ${notOfExtension(catalog, 'o.oid')}`;

const othersSql = list(
  [
    inSchema('STATISTICS', 'pg_statistic_ext', ['stxname', 'stxnamespace']),
    inSchema('COLLATION', 'pg_collation', ['collname', 'collnamespace']),
    inSchema('CONVERSION', 'pg_conversion', ['conname', 'connamespace']),
    inSchema('TEXT SEARCH CONFIGURATION', 'pg_ts_config', ['cfgname', 'cfgnamespace']),
    inSchema('TEXT SEARCH DICTIONARY', 'pg_ts_dict', ['dictname', 'dictnamespace']),
    global('PUBLICATION', 'pg_publication', 'pubname'),
    global('EVENT TRIGGER', 'pg_event_trigger', 'evtname'),
    global('FOREIGN DATA WRAPPER', 'pg_foreign_data_wrapper', 'fdwname'),
    global('SERVER', 'pg_foreign_server', 'srvname'),
    global('EXTENSION', 'pg_extension', 'extname'),
    `SELECT 'OPERATOR', o.oid::regoperator::text FROM pg_operator o WHERE o.oid >= 16384 AND ${notOfExtension('pg_operator', 'o.oid')}`,
    `SELECT 'CAST', format('(%s AS %s)', format_type(castsource, NULL), format_type(casttarget, NULL)) FROM pg_cast o WHERE o.oid >= 16384 AND ${notOfExtension('pg_cast', 'o.oid')}
      AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_cast'::regclass AND i.objid = o.oid AND i.deptype = 'i')`,
  ].join(' UNION ALL '),
);

const modelSql = `SELECT json_build_object(
  'schemas', (SELECT coalesce(json_agg(quote_ident(n.nspname) ORDER BY 1), '[]') FROM pg_namespace n WHERE ${inSchemas}),
  'relations', ${relationsSql}, 'indexes', ${indexesSql}, 'types', ${typesSql}, 'routines', ${routinesSql}, 'others', ${othersSql},
  'constraints', ${parts({ name: 'conname', letter: 'p.contype', catalog: 'pg_constraint', relation: 'conrelid' })},
  'triggers', ${parts({ name: 'tgname', letter: 'p.tgenabled', catalog: 'pg_trigger', relation: 'tgrelid', where: ' AND NOT p.tgisinternal' })},
  'rules', ${parts({ name: 'rulename', letter: 'p.ev_type', catalog: 'pg_rewrite', relation: 'ev_class', where: ` AND p.rulename <> '_RETURN'` })},
  'policies', ${parts({ name: 'polname', letter: 'p.polcmd', catalog: 'pg_policy', relation: 'polrelid' })}) AS known`;

export async function readKnownSchema(session: Session): Promise<KnownSchema> {
  const { rows } = await session.query(modelSql);
  const known = rows[0]?.['known'];
  return (typeof known === 'string' ? JSON.parse(known) : known) as KnownSchema;
}
