import type { Row } from '../../../../foundation/postgres/session.js';
import { loadParser } from '../../../../foundation/sql/parse.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, warn } from '../../gate.js';
import type { GateContext } from '../../gate-context.js';
import { firstOf } from '../../in-words.js';
import { findRights, type Right } from './privileges/find-rights.js';
import { readRows } from './reading/read-shortly.js';

/* What the change itself makes is not there yet, and belongs to who makes it: such names are left out. MAINTAIN is of 17. */
const rightsSql = `WITH role AS (SELECT r.oid, r.rolname FROM pg_catalog.pg_roles r WHERE r.rolname = coalesce($1, current_user)),
  asked AS (SELECT a.* FROM pg_catalog.json_to_recordset($2) AS a(kind text, "on" text, privilege text))
  SELECT a.kind, coalesce(a."on", pg_catalog.current_schema()) AS "on", a.privilege, CASE
    WHEN a.kind = 'create in database'
      THEN pg_catalog.has_database_privilege(role.oid, pg_catalog.current_database(), 'CREATE')
    WHEN a.kind = 'create in schema' THEN n.oid IS NULL OR pg_catalog.has_schema_privilege(role.oid, n.oid, 'CREATE')
    WHEN c.oid IS NULL THEN true
    WHEN a.kind = 'table privilege' THEN pg_catalog.has_table_privilege(role.oid, c.oid, a.privilege)
      OR a.privilege IN ('REFERENCES', 'INSERT', 'UPDATE') AND pg_catalog.has_any_column_privilege(role.oid, c.oid, a.privilege)
    WHEN a.kind = 'maintain' AND pg_catalog.current_setting('server_version_num')::pg_catalog.int4 >= 170000
      THEN pg_catalog.pg_has_role(role.oid, c.relowner, 'USAGE') OR pg_catalog.has_table_privilege(role.oid, c.oid, 'MAINTAIN')
    ELSE pg_catalog.pg_has_role(role.oid, c.relowner, 'USAGE') END AS granted
  FROM asked a CROSS JOIN role
    LEFT JOIN pg_catalog.pg_class c ON a.kind NOT LIKE 'create%' AND c.oid = pg_catalog.to_regclass(a."on")
    LEFT JOIN pg_catalog.pg_namespace n ON pg_catalog.quote_ident(n.nspname) = coalesce(a."on", pg_catalog.quote_ident(pg_catalog.current_schema()))
  ORDER BY 1, 2, 3`;

/* The lease and the ledger belong to who connects, the steps to the role. Before 16 every member may become the role. */
const rolesSql = `SELECT session_user::pg_catalog.text AS login, r.rolname IS NOT NULL AS role_exists,
    coalesce(pg_catalog.pg_has_role(session_user, r.oid,
      CASE WHEN pg_catalog.current_setting('server_version_num')::pg_catalog.int4 >= 160000 THEN 'SET' ELSE 'MEMBER' END), false) AS may_become,
    CASE WHEN n.oid IS NULL THEN pg_catalog.has_database_privilege(session_user, pg_catalog.current_database(), 'CREATE')
      ELSE pg_catalog.has_schema_privilege(session_user, n.oid, 'USAGE') END AS may_keep_ledger
  FROM (SELECT 1) AS one LEFT JOIN pg_catalog.pg_roles r ON r.rolname = coalesce($1, current_user)
    LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = 'lockkeeper'`;

type Observation = {
  readonly login: string;
  readonly role: string;
  readonly roleExists: boolean;
  readonly mayBecome: boolean;
  readonly mayKeepLedger: boolean;
  readonly asked: number;
  readonly missing: readonly Right[];
};

const remedy = 'lockkeeper grants apply prints what the role needs; or name the owner as role of the target.';

function decide({ login, role, roleExists, mayBecome, mayKeepLedger, asked, missing }: Observation): GateDecision {
  if (!roleExists) return block(`There is no role ${role}.`, 'Correct the role of the target.');
  if (!mayBecome) return block(`${login} may not become ${role}.`, `GRANT ${role} TO ${login}.`);
  if (missing.length > 0) return block(`${role} lacks: ${firstOf(missing.map(words), 5)}.`, remedy);
  if (!mayKeepLedger) {
    return block(
      `${login} may not create or use the schema lockkeeper, where the ledger is.`,
      `GRANT CREATE ON DATABASE to ${login}, or have the schema made for it: lockkeeper grants apply.`,
    );
  }
  return asked === 0
    ? warn('The text of the change does not say which rights it needs.', 'Rehearse as the role that applies it.')
    : pass(`${role} has the ${asked} rights that the text of the change asks for.`);
}

function words({ kind, on, privilege }: Right): string {
  switch (kind) {
    case 'own':
      return `ownership of ${on}`;
    case 'maintain':
      return `ownership of ${on} or MAINTAIN`;
    case 'table privilege':
      return `${privilege} on ${on}`;
    case 'create in schema':
      return `CREATE in schema ${on}`;
    case 'create in database':
      return 'CREATE in the database';
  }
}

function toRight(row: Row): Right {
  return {
    kind: row['kind'] as Right['kind'],
    on: row['on'] as string | null,
    privilege: row['privilege'] as string | null,
  };
}

async function inspect({ session, target, change }: GateContext): Promise<Observation> {
  await loadParser();
  const rights = findRights(change.migrations);
  const [roles = {}] = await readRows(session, 'roles', { sql: rolesSql, values: [target.role] });
  const rows = await readRows(session, 'rights', { sql: rightsSql, values: [target.role, JSON.stringify(rights)] });
  return {
    login: String(roles['login']),
    role: target.role ?? String(roles['login']),
    roleExists: roles['role_exists'] === true,
    mayBecome: roles['may_become'] === true,
    mayKeepLedger: roles['may_keep_ledger'] === true,
    asked: rights.length,
    missing: rows.filter((row) => row['granted'] !== true).map(toRight),
  };
}

export default defineGate<Observation>({
  id: 'privileges',
  title: 'The role may do what the change does',
  why: 'A change that is refused half-way leaves the steps before it applied.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/ddl-priv.html'],
  blindSpot:
    'It goes by the text: what functions, blocks of code and rarer statements need shows only when they run. Where preflight connects as another role than apply will, set role of the target.',
  inspect,
  decide,
});
