import type { Node } from '@pgsql/types';
import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { type Hit, defineRule } from '../../../rule.js';

export default defineRule({
  id: 'publication-change',
  title: 'What is published to subscribers changes',
  why: 'A table that leaves a publication stops arriving without an error; one that enters it without a primary key can no longer be updated.',
  instead: 'Agree on it with the owners of every subscription, refresh those, and compare the rows on both sides.',
  sources: ['https://www.postgresql.org/docs/current/sql-alterpublication.html'],
  concern: 'compatibility',
  severity: 'warning',
  scope: 'statement',
  on: ['CreatePublicationStmt', 'AlterPublicationStmt', 'DropStmt'],
  example: {
    setup:
      'DROP PUBLICATION IF EXISTS events_feed; CREATE TABLE events (id bigint, kind text); INSERT INTO events VALUES (1);',
    unsafe: 'CREATE PUBLICATION events_feed FOR TABLE events;',
    safe: "COMMENT ON TABLE events IS 'what happened';",
    application: "UPDATE events SET kind = 'b' WHERE id = 1",
  },
  predict: ({ node }) => judge(node),
  observe: ({ applicationError }) => applicationError === '55000',
});

function judge(node: Node): readonly Hit[] {
  if ('CreatePublicationStmt' in node) {
    const name = quoteIdentifier(node.CreatePublicationStmt.pubname ?? '');
    return [
      {
        message: `Tables that ${name} publishes and that have no primary key can no longer be updated.`,
        certainty: 'possible',
      },
    ];
  }
  if ('AlterPublicationStmt' in node) {
    return [
      { message: `Subscribers of ${quoteIdentifier(node.AlterPublicationStmt.pubname ?? '')} get something else.` },
    ];
  }
  if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_PUBLICATION') return [];
  return (node.DropStmt.objects ?? []).map((object) => ({
    message: `Subscribers of ${nameParts(object).map(quoteIdentifier).join('.')} get nothing any more.`,
    severity: 'error' as const,
  }));
}
