import type { JsonValue } from '../../../../model/json.js';
import { rowColumns } from '../names-sql.js';
import { type Grant, grantListSql, present, roleSql } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface DefaultPrivilegesRow extends SnapshotRow {
  readonly role: string;
  readonly schema: string | null;
  readonly objects: string;
  readonly granted: readonly Grant[];
}

const objectsSql = `CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
      WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END`;

/** What `role` grants on `objects` to come: everything it says in all schemas, what it adds in one. */
export default defineKind<DefaultPrivilegesRow>({
  kind: 'default privileges',
  sql: `SELECT ${rowColumns('pg_default_acl', 'd.oid')}, ${roleSql('d.defaclrole')} AS role,
    (SELECT pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_namespace n WHERE n.oid = d.defaclnamespace) AS schema,
    ${objectsSql} AS objects, ${grantListSql('d.defaclacl')} AS granted
    FROM pg_catalog.pg_default_acl d`,
  facts: ({ role, schema, objects, granted }) => ({
    access: present({ role, schema, objects, grants: granted as unknown as JsonValue }),
  }),
});
