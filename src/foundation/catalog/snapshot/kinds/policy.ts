import type { ObjectKind } from '../../../../model/schema-snapshot.js';
import { present, roleSql, sharedColumns, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';
import { flag } from './relation-facts.js';

interface PolicyRow extends SnapshotRow, SharedRow {
  readonly relation: string;
  readonly relation_kind: ObjectKind;
  readonly command: string;
  readonly permissive: boolean;
  readonly using: string | null;
  readonly check: string | null;
  readonly roles: readonly string[];
}

const commands: Readonly<Record<string, string>> = { '*': 'ALL', r: 'SELECT', a: 'INSERT', w: 'UPDATE', d: 'DELETE' };

/**
 * Structure: `command`, `restrictive`, `using`, `check` (expressions as pg_get_expr). Access: `roles`, as quote_ident
 * writes them; left out where the policy is for PUBLIC.
 */
export default defineKind<PolicyRow>({
  kind: 'policy',
  sql: `SELECT 'pg_policy' AS classid, p.oid::pg_catalog.text AS objid, 0 AS objsubid,
    pg_catalog.quote_ident(p.polname) || ' on ' || r.identity AS identity, r.identity AS relation, r.kind AS relation_kind,
    p.polcmd AS command, p.polpermissive AS permissive, pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS using,
    pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS check,
    ARRAY(SELECT ${roleSql('role')} FROM pg_catalog.unnest(p.polroles) role WHERE role <> 0 ORDER BY 1) AS roles,
    ${sharedColumns({ catalog: 'pg_policy', oid: 'p.oid' })}
  FROM pg_catalog.pg_policy p JOIN rels r ON r.oid = p.polrelid
  WHERE r.wanted`,
  facts: (row) => ({
    structure: present({
      comment: row.comment,
      command: commands[row.command],
      restrictive: flag(!row.permissive),
      using: row.using,
      check: row.check,
    }),
    access: present({ roles: row.roles.length === 0 ? undefined : row.roles, securityLabels: row.labels }),
  }),
  parent: (row) => ({ kind: row.relation_kind, identity: row.relation }),
});
