import { operatorFamilySql, operatorSql, signatureSql, typeSql } from './names-sql.js';

/** A class, or a family as far as it has members of its own. */
export interface MemberHolder {
  readonly catalog: 'pg_opclass' | 'pg_opfamily';
  readonly oid: string;
}

/**
 * SQL of the operators and functions that depend on a class, or directly on a family, as a JSON list of items in the
 * words of CREATE OPERATOR CLASS.
 */
export function membersSql({ catalog, oid }: MemberHolder): string {
  const isOf = (member: string, memberOid: string) => `EXISTS (SELECT FROM pg_catalog.pg_depend held
        WHERE held.classid = 'pg_catalog.${member}'::pg_catalog.regclass AND held.objid = ${memberOid}
          AND held.refclassid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND held.refobjid = ${oid}
          AND held.deptype IN ('i', 'a'))`;
  return `(SELECT coalesce(pg_catalog.json_agg(item.words ORDER BY item.what, item.number, item.words COLLATE "C"), '[]') FROM (
      SELECT 1 AS what, bound_operator.amopstrategy AS number, 'OPERATOR ' || bound_operator.amopstrategy || ' '
          || pg_catalog.replace(pg_catalog.replace(${operatorSql('bound_operator.amopopr')}, 'OPERATOR(', ''), ')', '')
          || ' (' || ${typeSql('bound_operator.amoplefttype')} || ', ' || ${typeSql('bound_operator.amoprighttype')} || ')'
          || coalesce(' FOR ORDER BY ' || ${operatorFamilySql('bound_operator.amopsortfamily')}, '') AS words
        FROM pg_catalog.pg_amop bound_operator WHERE ${isOf('pg_amop', 'bound_operator.oid')}
      UNION ALL
      SELECT 2, bound_function.amprocnum, 'FUNCTION ' || bound_function.amprocnum || ' (' || ${typeSql('bound_function.amproclefttype')} || ', '
          || ${typeSql('bound_function.amprocrighttype')} || ') ' || ${signatureSql('bound_function.amproc::pg_catalog.oid')}
        FROM pg_catalog.pg_amproc bound_function WHERE ${isOf('pg_amproc', 'bound_function.oid')}) item)`;
}
