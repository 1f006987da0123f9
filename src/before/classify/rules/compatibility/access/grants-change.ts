import type { GrantStmt, Node } from '@pgsql/types';
import { nameParts, rangeVars } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { type Hit, defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { earlierNodes } from '../../../subjects/neighbours.js';

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
  predict: (statement, context) => {
    const { node } = statement;
    if ('GrantStmt' in node) return judge(node.GrantStmt, statement, context);
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

function judge(grant: GrantStmt, statement: JudgedStatement, context: RuleContext): readonly Hit[] {
  const severity = grant.is_grant === true ? ('info' as const) : ('warning' as const);
  const verb = grant.is_grant === true ? 'is opened to' : 'is closed to';
  if (grant.targtype === 'ACL_TARGET_ALL_IN_SCHEMA') {
    return [{ message: `Every object of a kind in a schema ${verb} roles.`, severity }];
  }
  const relations = rangeVars(grant.objects);
  if (relations.length > 0) {
    return relations.flatMap((range) => {
      const relation = context.relation(range);
      if (relation === null || !context.existing(relation.name)) return [];
      return [{ message: `${relation.name} ${verb} roles.`, relation: relation.name, severity }];
    });
  }
  const made = new Set(earlierNodes(statement, context).flatMap((node) => madeName(node) ?? []));
  return (grant.objects ?? [])
    .map(nameParts)
    .filter((parts) => !made.has(parts.at(-1) ?? ''))
    .map((parts) => ({ message: `${parts.map(quoteIdentifier).join('.')} ${verb} roles.`, severity }));
}

/** The bare name of a schema, function or type that a statement makes. */
function madeName(node: Node): string | null {
  if ('CreateSchemaStmt' in node) return node.CreateSchemaStmt.schemaname ?? null;
  const name =
    'CreateFunctionStmt' in node
      ? node.CreateFunctionStmt.funcname
      : 'CreateEnumStmt' in node
        ? node.CreateEnumStmt.typeName
        : 'CreateDomainStmt' in node
          ? node.CreateDomainStmt.domainname
          : undefined;
  return name?.flatMap(nameParts).at(-1) ?? null;
}
