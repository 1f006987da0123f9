import { lasting, rowColumns } from '../names-sql.js';
import { firstUserOid, isTouched } from '../scope.js';
import { sharedColumns } from '../shared-facts.js';

/**
 * SQL of the routines whose kind is among the letters of pg_proc.prokind. The constructors of range types are left out:
 * they come and go with their type.
 */
export function routinesSql(columns: string, letters: readonly string[], join = ''): string {
  const kinds = letters.map((letter) => `'${letter}'`).join(', ');
  return `SELECT ${rowColumns('pg_proc', 'p.oid')}, ${columns},
    ${sharedColumns({ catalog: 'pg_proc', oid: 'p.oid', owner: 'p.proowner', acl: { sql: 'p.proacl', letter: 'f' } })}
    FROM pg_catalog.pg_proc p ${join}
    WHERE p.oid >= ${firstUserOid} AND p.prokind IN (${kinds})${letters.includes('a') ? '' : ` AND ${isTouched('p.oid')}`} AND ${lasting('p.pronamespace')}
      AND NOT EXISTS (SELECT FROM members m
        WHERE m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND m.objid = p.oid)
      AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend made WHERE made.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
        AND made.objid = p.oid AND made.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND made.deptype = 'i')`;
}
