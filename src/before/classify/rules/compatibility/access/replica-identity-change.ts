import { defineRule } from '../../../rule.js';
import { alterations } from '../../../subjects/alterations.js';

export default defineRule({
  id: 'replica-identity-change',
  title: 'What logical consumers learn of an UPDATE or DELETE changes',
  why: 'Subscribers and change capture find rows by the replica identity; without one, UPDATE and DELETE of a published table fail.',
  instead: 'Agree on it with the owners of every subscription; keep a primary key as the identity.',
  sources: [
    'https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY',
  ],
  concern: 'compatibility',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_ReplicaIdentity'],
  example: {
    setup: `DROP PUBLICATION IF EXISTS users_feed; CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE PUBLICATION users_feed FOR TABLE users; INSERT INTO users VALUES (1, 'a');`,
    unsafe: 'ALTER TABLE users REPLICA IDENTITY NOTHING;',
    safe: 'ALTER TABLE users ALTER COLUMN name SET STATISTICS 200;',
    application: "UPDATE users SET name = 'b' WHERE id = 1",
  },
  predict: (statement, context) =>
    alterations(statement, context, ['AT_ReplicaIdentity']).map(({ relation, command }) => {
      const { def } = command;
      const nothing =
        def !== undefined && 'ReplicaIdentityStmt' in def && def.ReplicaIdentityStmt.identity_type === 'n';
      return {
        message: nothing
          ? `If ${relation.name} is published, its UPDATEs and DELETEs fail.`
          : `Consumers of ${relation.name} identify its rows in another way.`,
        relation: relation.name,
        ...(nothing ? { severity: 'error' as const, certainty: 'possible' as const } : {}),
      };
    }),
  observe: ({ applicationError }) => applicationError === '55000',
});
