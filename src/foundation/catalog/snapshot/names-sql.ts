import { ledgerSchema } from '../../../model/ledger.js';
import { keepSchema } from './scope.js';

/** SQL of names that do not depend on the search path, with each part as quote_ident writes it; null for OID 0. */

export interface NamedCatalog {
  readonly catalog: string;
  readonly name: string;
  readonly schema: string;
}

function qualified({ catalog, name, schema }: NamedCatalog, oid: string): string {
  return `(SELECT pg_catalog.quote_ident(named_in.nspname) || '.' || pg_catalog.quote_ident(named.${name})
      FROM pg_catalog.${catalog} named JOIN pg_catalog.pg_namespace named_in ON named_in.oid = named.${schema}
      WHERE named.oid = ${oid})`;
}

/** `schema.name`, without arguments. */
export function procSql(oid: string): string {
  return qualified({ catalog: 'pg_proc', name: 'proname', schema: 'pronamespace' }, oid);
}

export function operatorFamilySql(oid: string): string {
  return qualified({ catalog: 'pg_opfamily', name: 'opfname', schema: 'opfnamespace' }, oid);
}

export function operatorClassSql(oid: string): string {
  return qualified({ catalog: 'pg_opclass', name: 'opcname', schema: 'opcnamespace' }, oid);
}

export function collationSql(oid: string): string {
  return qualified({ catalog: 'pg_collation', name: 'collname', schema: 'collnamespace' }, oid);
}

export function dictionarySql(oid: string): string {
  return qualified({ catalog: 'pg_ts_dict', name: 'dictname', schema: 'dictnamespace' }, oid);
}

export function parserSql(oid: string): string {
  return qualified({ catalog: 'pg_ts_parser', name: 'prsname', schema: 'prsnamespace' }, oid);
}

export function templateSql(oid: string): string {
  return qualified({ catalog: 'pg_ts_template', name: 'tmplname', schema: 'tmplnamespace' }, oid);
}

/** `OPERATOR(schema.@@)`, as commands refer to it. */
export function operatorSql(oid: string): string {
  return `(SELECT 'OPERATOR(' || pg_catalog.quote_ident(named_in.nspname) || '.' || named.oprname || ')'
      FROM pg_catalog.pg_operator named JOIN pg_catalog.pg_namespace named_in ON named_in.oid = named.oprnamespace
      WHERE named.oid = ${oid})`;
}

/** `schema.name(types)`, as pg_identify_object writes it. */
export function signatureSql(oid: string): string {
  return `CASE WHEN ${oid} = 0 THEN NULL ELSE (pg_catalog.pg_identify_object('pg_catalog.pg_proc'::pg_catalog.regclass, ${oid}, 0)).identity END`;
}

/** A type as a definition names it; null for none. */
export function typeSql(oid: string): string {
  return `CASE WHEN ${oid} = 0 THEN NULL ELSE pg_catalog.format_type(${oid}, NULL) END`;
}

/** The columns of every `SnapshotRow`. */
export function rowColumns(catalog: string, oid: string): string {
  return `'${catalog}' AS classid, ${oid}::pg_catalog.text AS objid, 0 AS objsubid,
    (pg_catalog.pg_identify_object('pg_catalog.${catalog}'::pg_catalog.regclass, ${oid}, 0)).identity`;
}

/** SQL of whether a schema is neither that of a session's temporary objects, which end with it, nor one of ours. */
export function lasting(namespace: string): string {
  return `NOT EXISTS (SELECT FROM pg_catalog.pg_namespace own WHERE own.oid = ${namespace}
    AND (own.nspname ~ '^pg_temp_' OR own.nspname IN ('${keepSchema}', '${ledgerSchema}')))`;
}
