import type { CreatePublicationStmt, Node } from '@pgsql/types';
import type { RelationHandle } from '../../../../../foundation/effects/effect-context.js';
import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { type Hit, defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';

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
  predict: ({ node }, context) => judge(node, context),
  observe: ({ applicationError }) => applicationError === '55000',
});

function judge(node: Node, context: RuleContext): readonly Hit[] {
  if ('CreatePublicationStmt' in node) return judgeNew(node.CreatePublicationStmt, context);
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

/** A new publication takes UPDATE and DELETE away from tables that were there and have no key. */
function judgeNew(
  { pubname, pubobjects, for_all_tables: all }: CreatePublicationStmt,
  context: RuleContext,
): readonly Hit[] {
  const name = quoteIdentifier(pubname ?? '');
  const specs = (pubobjects ?? []).flatMap((item) => ('PublicationObjSpec' in item ? [item.PublicationObjSpec] : []));
  const hits = specs.flatMap(({ pubtable }) => {
    const table = pubtable?.relation === undefined ? null : context.relation(pubtable.relation);
    if (table === null || !context.existing(table.name) || hasKey(table, context)) return [];
    return [
      {
        message: `If ${table.name} has no primary key, its UPDATEs and DELETEs fail once ${name} publishes it.`,
        relation: table.name,
        certainty: 'possible' as const,
      },
    ];
  });
  if (all !== true && specs.every(({ pubtable }) => pubtable !== undefined)) return hits;
  return [
    ...hits,
    {
      message: `Tables that ${name} publishes and that have no primary key can no longer be updated.`,
      certainty: 'possible',
    },
  ];
}

function hasKey({ facts }: RelationHandle, { graph }: RuleContext): boolean {
  return facts !== null && graph?.constraints(facts.oid).some(({ kind }) => kind === 'primary key') === true;
}
