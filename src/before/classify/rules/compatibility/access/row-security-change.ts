import type { AlterTableType, Node, RangeVar } from '@pgsql/types';
import { nameParts, relationNamed } from '../../../../../foundation/effects/tree-names.js';
import { alterCommands } from '../../../alter-commands.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'row-security-change',
  title: 'Which rows a role sees changes, without an error',
  why: 'Queries go on and return fewer rows, or more than they should: enabled without a policy they return none.',
  instead: 'Create the policies first, try them as the application role, enable row security last.',
  sources: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
  concern: 'compatibility',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt', 'CreatePolicyStmt', 'AlterPolicyStmt', 'DropStmt'],
  example: {
    setup: `CREATE TABLE users (id bigint); GRANT SELECT ON users TO app; INSERT INTO users VALUES (1);
CREATE VIEW users_seen_by_app AS SELECT id FROM users; ALTER VIEW users_seen_by_app OWNER TO app;`,
    unsafe: 'ALTER TABLE users ENABLE ROW LEVEL SECURITY;',
    safe: "COMMENT ON TABLE users IS 'people';",
    application: 'SELECT 1 / count(*) FROM users_seen_by_app',
  },
  predict: ({ node }, context) =>
    guardedTables(node).flatMap((range) => {
      const table = context.relation(range);
      if (table === null || !context.existing(table.name)) return [];
      const isPolicy = !('AlterTableStmt' in node);
      // Policies have no effect until row security is enabled.
      if (isPolicy && table.facts?.rowSecurity === false) return [];
      return [
        {
          message: `Roles see other rows of ${table.name} than before.`,
          relation: table.name,
          certainty: isPolicy && table.facts === null ? ('possible' as const) : ('certain' as const),
        },
      ];
    }),
  observe: ({ applicationError }) => applicationError === '22012',
});

const switches: ReadonlySet<AlterTableType | undefined> = new Set<AlterTableType>([
  'AT_EnableRowSecurity',
  'AT_DisableRowSecurity',
  'AT_ForceRowSecurity',
  'AT_NoForceRowSecurity',
]);

function guardedTables(node: Node): readonly RangeVar[] {
  if ('CreatePolicyStmt' in node) return present(node.CreatePolicyStmt.table);
  if ('AlterPolicyStmt' in node) return present(node.AlterPolicyStmt.table);
  if ('AlterTableStmt' in node) {
    const changes = alterCommands(node.AlterTableStmt).some(({ subtype }) => switches.has(subtype));
    return changes ? present(node.AlterTableStmt.relation) : [];
  }
  if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_POLICY') return [];
  return (node.DropStmt.objects ?? []).map((object) => relationNamed(nameParts(object).slice(0, -1)));
}

function present(range: RangeVar | undefined): readonly RangeVar[] {
  return range === undefined ? [] : [range];
}
