import { roleSql } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface UserMappingRow extends SnapshotRow {
  readonly user: string;
  readonly server: string;
}

/** That it is there. Its options are passwords: they are never read. The view is open to everybody, the table is not. */
export default defineKind<UserMappingRow>({
  kind: 'user mapping',
  sql: `SELECT 'pg_user_mapping' AS classid, m.umid::pg_catalog.text AS objid, 0 AS objsubid,
    CASE m.umuser WHEN 0 THEN 'public' ELSE ${roleSql('m.umuser')} END || ' on server ' || pg_catalog.quote_ident(m.srvname) AS identity,
    CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE ${roleSql('m.umuser')} END AS user, pg_catalog.quote_ident(m.srvname) AS server
    FROM pg_catalog.pg_user_mappings m`,
  facts: (row) => ({ structure: { user: row.user, server: row.server } }),
});
