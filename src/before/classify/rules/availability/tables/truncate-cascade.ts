import { rangeVars } from '../../../../../foundation/effects/tree-names.js';
import { blockedTables } from '../../../locks/blocked-relations.js';
import { withLockTimeout } from '../../../locks/lock-guard.js';
import { observedBlocks } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'truncate-cascade',
  title: 'TRUNCATE … CASCADE empties and locks tables that it does not name',
  why: 'Every table whose foreign key leads here, directly or over others, is locked ACCESS EXCLUSIVE and loses all its rows.',
  instead:
    'Name the tables that are to be emptied, without CASCADE: a table that was forgotten then stops the statement.',
  sources: ['https://www.postgresql.org/docs/current/sql-truncate.html'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['TruncateStmt'],
  example: {
    setup:
      'CREATE TABLE carts (id bigint PRIMARY KEY); CREATE TABLE cart_items (cart_id bigint REFERENCES carts (id));',
    unsafe: 'TRUNCATE carts CASCADE;',
    safe: 'TRUNCATE carts, cart_items;',
  },
  predict: (judged, context) => {
    const { node } = judged;
    if (!('TruncateStmt' in node) || node.TruncateStmt.behavior !== 'DROP_CASCADE') return [];
    const named = rangeVars(node.TruncateStmt.relations).flatMap((range) => context.relation(range) ?? []);
    if (!named.some(({ name }) => context.existing(name))) return [];
    const [first] = named;
    if (first === undefined) return [];
    if (context.graph === null) {
      const message = `Every table with a foreign key to ${first.name} is locked and emptied too.`;
      return [{ message, relation: first.name, certainty: 'possible' }];
    }
    const trees = new Set(
      named.flatMap(({ facts }) => context.graph?.descendants(facts?.oid ?? '') ?? []).map(({ name }) => name),
    );
    const others = blockedTables(judged, context)
      .map(({ relation }) => relation)
      .filter((relation) => !trees.has(relation) && !named.some(({ name }) => name === relation));
    if (others.length === 0) return [];
    const restart = node.TruncateStmt.restart_seqs === true ? ' RESTART IDENTITY' : '';
    const list = [...named.map(({ name }) => name), ...others].join(', ');
    return [
      {
        message: `${others.join(', ')}: locked and emptied together with ${first.name}.`,
        relation: first.name,
        instead: withLockTimeout(`TRUNCATE ${list}${restart}`),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some(
      (statement) =>
        /\bcascade\b/i.test(statement.sql) &&
        observedBlocks(statement).some(({ relation }) => !statement.sql.includes(relation.split('.')[1] ?? relation)),
    ),
});
