import type { GrantStmt } from '@pgsql/types';
import { rangeVars } from '../../../../../foundation/effects/tree-names.js';
import { type Hit, defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';

export default defineRule({
  id: 'grants-change',
  title: 'Who may do what changes',
  why: 'What a role loses with REVOKE fails in its sessions at once; what a GRANT gives is open before anybody reviewed the use of it.',
  instead: 'Grant first, move the users over, revoke last; and let those who answer for access read the change.',
  sources: ['https://www.postgresql.org/docs/current/ddl-priv.html'],
  concern: 'compatibility',
  severity: 'warning',
  scope: 'statement',
  on: ['GrantStmt', 'GrantRoleStmt', 'AlterDefaultPrivilegesStmt'],
  example: {
    setup: `CREATE TABLE users (id bigint); GRANT SELECT ON users TO app;
CREATE VIEW users_seen_by_app AS SELECT id FROM users; ALTER VIEW users_seen_by_app OWNER TO app;`,
    unsafe: 'REVOKE SELECT ON users FROM app;',
    safe: "COMMENT ON TABLE users IS 'people';",
    application: 'SELECT id FROM users_seen_by_app',
  },
  predict: ({ node }, context) => {
    if ('GrantStmt' in node) return judge(node.GrantStmt, context);
    if ('GrantRoleStmt' in node) {
      const granted = node.GrantRoleStmt.is_grant === true;
      return [
        granted
          ? { message: 'Roles get the rights of another role.', severity: 'info' }
          : { message: 'Roles lose what they had as members of another role.' },
      ];
    }
    return [{ message: 'Rights on what will be made later change.', severity: 'info' }];
  },
  observe: ({ applicationError }) => applicationError === '42501',
});

function judge(grant: GrantStmt, context: RuleContext): readonly Hit[] {
  const severity = grant.is_grant === true ? ('info' as const) : ('warning' as const);
  const verb = grant.is_grant === true ? 'is opened to' : 'is closed to';
  const named = grant.targtype === 'ACL_TARGET_OBJECT' && grant.objtype === 'OBJECT_TABLE';
  if (!named) {
    const what = grant.targtype === 'ACL_TARGET_ALL_IN_SCHEMA' ? 'Every object of a kind in a schema' : 'An object';
    return [{ message: `${what} ${verb} roles.`, severity }];
  }
  return rangeVars(grant.objects).flatMap((range) => {
    const relation = context.relation(range);
    if (relation === null || !context.existing(relation.name)) return [];
    return [{ message: `${relation.name} ${verb} roles.`, relation: relation.name, severity }];
  });
}
