import type { SchemaDependency } from '../../model/schema.js';
import { meaningOf } from './scope.js';

/** OIDs from here on are those of users' objects. */
const firstUserOid = 16384;

/** Every role counts: DROP OWNED and REASSIGN OWNED name it. Languages and schemas may be as old as the cluster. */
export const objectsSql = `
  SELECT 'pg_attrdef' AS catalog, oid::text AS oid, NULL::text AS schema, ''::text AS name, adrelid::text AS relation
    FROM pg_catalog.pg_attrdef WHERE oid >= ${firstUserOid}
  UNION ALL SELECT 'pg_constraint', oid::text, NULL, conname, nullif(conrelid, 0)::text
    FROM pg_catalog.pg_constraint WHERE oid >= ${firstUserOid}
  UNION ALL SELECT 'pg_trigger', oid::text, NULL, tgname, tgrelid::text
    FROM pg_catalog.pg_trigger WHERE oid >= ${firstUserOid}
  UNION ALL SELECT 'pg_rewrite', oid::text, NULL, rulename, ev_class::text
    FROM pg_catalog.pg_rewrite WHERE oid >= ${firstUserOid}
  UNION ALL SELECT 'pg_policy', oid::text, NULL, polname, polrelid::text
    FROM pg_catalog.pg_policy WHERE oid >= ${firstUserOid}
  UNION ALL SELECT 'pg_statistic_ext', s.oid::text, n.nspname, s.stxname, s.stxrelid::text
    FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
    WHERE s.oid >= ${firstUserOid}
  UNION ALL SELECT 'pg_collation', c.oid::text, n.nspname, c.collname, NULL
    FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
    WHERE c.oid >= ${firstUserOid}
  UNION ALL SELECT 'pg_operator', o.oid::text, n.nspname, o.oprname, NULL
    FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
    WHERE o.oid >= ${firstUserOid}
  UNION ALL SELECT 'pg_opclass', o.oid::text, n.nspname, o.opcname, NULL
    FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
    WHERE o.oid >= ${firstUserOid}
  UNION ALL SELECT 'pg_opfamily', o.oid::text, n.nspname, o.opfname, NULL
    FROM pg_catalog.pg_opfamily o JOIN pg_catalog.pg_namespace n ON n.oid = o.opfnamespace
    WHERE o.oid >= ${firstUserOid}
  UNION ALL SELECT 'pg_ts_config', c.oid::text, n.nspname, c.cfgname, NULL
    FROM pg_catalog.pg_ts_config c JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
    WHERE c.oid >= ${firstUserOid}
  UNION ALL SELECT 'pg_ts_dict', d.oid::text, n.nspname, d.dictname, NULL
    FROM pg_catalog.pg_ts_dict d JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace
    WHERE d.oid >= ${firstUserOid}
  UNION ALL SELECT 'pg_am', oid::text, NULL, amname, NULL FROM pg_catalog.pg_am WHERE oid >= ${firstUserOid}
  UNION ALL SELECT 'pg_namespace', oid::text, NULL, nspname, NULL
    FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  UNION ALL SELECT 'pg_extension', oid::text, NULL, extname, NULL FROM pg_catalog.pg_extension
  UNION ALL SELECT 'pg_publication', oid::text, NULL, pubname, NULL FROM pg_catalog.pg_publication
  UNION ALL SELECT 'pg_language', oid::text, NULL, lanname, NULL FROM pg_catalog.pg_language WHERE lanispl
  UNION ALL SELECT 'pg_foreign_data_wrapper', oid::text, NULL, fdwname, NULL FROM pg_catalog.pg_foreign_data_wrapper
  UNION ALL SELECT 'pg_foreign_server', oid::text, NULL, srvname, NULL FROM pg_catalog.pg_foreign_server
  UNION ALL SELECT 'pg_authid', oid::text, NULL, rolname, NULL FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_'`;

/**
 * There are many, so they come as one text: each by its letter, then catalog, OID and column of both ends.
 * pg_shdepend speaks of every database; the rows of this one count, and what they say of roles.
 */
export const dependenciesSql = `SELECT pg_catalog.string_agg(one.line, ',') AS lines FROM (
  SELECT pg_catalog.concat_ws(' ', d.deptype, k.relname, d.objid, d.objsubid, r.relname, d.refobjid, d.refobjsubid) AS line
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_class k ON k.oid = d.classid JOIN pg_catalog.pg_class r ON r.oid = d.refclassid
    WHERE d.objid >= ${firstUserOid} OR r.relname = 'pg_extension'
  UNION ALL SELECT pg_catalog.concat_ws(' ', d.deptype, k.relname, d.objid, d.objsubid, 'pg_authid', d.refobjid, 0)
    FROM pg_catalog.pg_shdepend d JOIN pg_catalog.pg_class k ON k.oid = d.classid
    WHERE d.deptype IN ('o', 'r') AND d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
      AND d.dbid = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())) one`;

export interface DependencyLines {
  /** Null when there are none. */
  readonly lines: string | null;
}

const kinds: Readonly<Record<string, SchemaDependency['kind']>> = {
  n: 'normal',
  a: 'auto',
  x: 'auto',
  i: 'internal',
  P: 'partition',
  S: 'partition',
  e: 'extension',
  o: 'owner',
  r: 'policy',
};

export function toDependencies({ lines }: DependencyLines): readonly SchemaDependency[] {
  return (lines ?? '').split(',').flatMap((line) => {
    const [letter, catalog, oid, column, onCatalog, onOid, onColumn] = line.split(' ');
    if (letter === undefined || catalog === undefined || oid === undefined) return [];
    if (onCatalog === undefined || onOid === undefined) return [];
    return {
      dependent: { catalog, oid, column: Number(column) },
      on: { catalog: onCatalog, oid: onOid, column: Number(onColumn) },
      kind: meaningOf(letter, kinds),
    };
  });
}
