import type { DropStmt } from '@pgsql/types';
import { nameParts, relationNamed } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { SchemaConstraint, SchemaRelation } from '../../../../../model/schema.js';
import { blockedTables } from '../../../locks/blocked-relations.js';
import { isGuarded, withLockTimeout } from '../../../locks/lock-guard.js';
import { observedBlocks } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';

export default defineRule({
  id: 'drop-table-locks-referenced',
  title: 'DROP TABLE locks the tables at the other end of its foreign keys',
  why: 'A foreign key has triggers on both its tables, so dropping one takes an ACCESS EXCLUSIVE lock on the other, all of them at once, until the transaction ends.',
  instead:
    'Drop the foreign keys one by one first, each in a transaction of its own with a short lock_timeout; then the table.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-droptable.html',
    'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  needsSchema: true,
  on: ['DropStmt'],
  example: {
    setup: `CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE visits (customer_id bigint CONSTRAINT visits_customer REFERENCES customers (id));`,
    unsafe: 'DROP TABLE visits;',
    safe: `SET lock_timeout = '2s';
ALTER TABLE visits DROP CONSTRAINT visits_customer;
DROP TABLE visits;`,
  },
  predict: (judged, context) => {
    const { node } = judged;
    if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_TABLE') return [];
    const dropped = droppedTables(node.DropStmt, context).filter(({ name }) => context.existing(name));
    const keys = foreignKeysAcross(dropped, context);
    const ends = new Set(keys.flatMap(({ relation, referenced }) => [relation, referenced]));
    const locked = blockedTables(judged, context).filter(({ relation }) => {
      const facts = context.graph?.relationNamed(relation);
      return facts != null && ends.has(facts.oid) && !dropped.includes(facts);
    });
    const [first] = locked;
    if (first === undefined) return [];
    const others = locked.map(({ relation }) => relation).join(', ');
    return [
      {
        message: `Dropping ${dropped.map(({ name }) => name).join(', ')} stops reads and writes of ${others} as well.`,
        relation: first.relation,
        instead: [
          '-- outside of a transaction, so that each statement commits by itself',
          withLockTimeout(...keys.map((key) => dropKey(key, context)), judged.statement.sql),
        ].join('\n'),
        ...(isGuarded(context) ? { severity: 'info' as const } : {}),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some(
      (statement) => /^drop\s+table\b/i.test(statement.sql) && observedBlocks(statement).length > 1,
    ),
});

function droppedTables(drop: DropStmt, context: RuleContext): readonly SchemaRelation[] {
  return (drop.objects ?? []).flatMap((object) => context.relation(relationNamed(nameParts(object)))?.facts ?? []);
}

/** Foreign keys of which one end is dropped and the other is not. */
function foreignKeysAcross(dropped: readonly SchemaRelation[], { graph }: RuleContext): readonly SchemaConstraint[] {
  const goes = new Set(dropped.map(({ oid }) => oid));
  return dropped
    .flatMap(({ oid }) => [...(graph?.constraints(oid) ?? []), ...(graph?.foreignKeysTo(oid) ?? [])])
    .filter(({ kind, parent }) => kind === 'foreign key' && parent === null)
    .filter(({ relation, referenced }) => goes.has(relation ?? '') !== goes.has(referenced ?? ''));
}

function dropKey({ relation, name }: SchemaConstraint, { graph }: RuleContext): string {
  return `ALTER TABLE ${graph?.relation(relation ?? '')?.name ?? ''} DROP CONSTRAINT ${quoteIdentifier(name)}`;
}
