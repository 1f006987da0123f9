import type { AlterTableCmd } from '@pgsql/types';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { SchemaConstraint } from '../../../../../model/schema.js';
import { alterCommands, constraintOf } from '../../../alter-commands.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { type Hit, defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type Alteration, alterations } from '../../../subjects/alterations.js';
import { earlierNodes } from '../../../subjects/neighbours.js';

export default defineRule({
  id: 'drop-constraint',
  title: 'Dropping a constraint gives up what it guaranteed',
  why: 'Rows that break the rule come in from that moment, code that relies on it (ON CONFLICT, an ORM, a replica) fails, and bringing it back needs clean data.',
  instead: 'Put the constraint that replaces it in place first, in the same ALTER TABLE or before.',
  sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html'],
  concern: 'data',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt'],
  example: {
    setup: 'CREATE TABLE users (id bigint PRIMARY KEY, email text, CONSTRAINT users_email_key UNIQUE (email));',
    unsafe: 'ALTER TABLE users DROP CONSTRAINT users_email_key;',
    safe: 'ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key UNIQUE (email);',
    application: "INSERT INTO users VALUES (1, 'a') ON CONFLICT (email) DO NOTHING",
  },
  predict: (statement, context) =>
    alterations(statement, context, ['AT_DropConstraint']).flatMap((one) => judge(one, statement, context)),
  observe: ({ applicationError }) => applicationError === '42P10',
});

function judge(one: Alteration, statement: JudgedStatement, context: RuleContext): readonly Hit[] {
  const { relation, command } = one;
  const name = command.name ?? '';
  if (isReplaced(statement, name)) return [];
  const hit: Hit = {
    message: `What ${quoteIdentifier(name)} guaranteed for ${relation.name} no longer holds.`,
    relation: relation.name,
  };
  if (context.graph === null || relation.facts === null) {
    return isNotNullProof(name) || wasAdded(name, statement, context) ? [] : [{ ...hit, certainty: 'possible' }];
  }
  const constraint = context.graph.constraints(relation.facts.oid).find((known) => known.name === name);
  if (constraint === undefined || isCovered(constraint, one, context)) return [];
  return [{ ...hit, message: `${hit.message.slice(0, -1)}: ${constraint.definition}.` }];
}

/** A constraint of the same name, or a NOT NULL for the check that proved it, comes with the same statement. */
function isReplaced({ node }: JudgedStatement, name: string): boolean {
  const commands: readonly AlterTableCmd[] = 'AlterTableStmt' in node ? alterCommands(node.AlterTableStmt) : [];
  return commands.some((command) => command.subtype === 'AT_AddConstraint' && constraintOf(command)?.conname === name);
}

/** The last step of a NOT NULL in small steps drops the check that has done its work. */
function isNotNullProof(name: string): boolean {
  return /not_?null|nonnull|_nn$/i.test(name);
}

function wasAdded(name: string, statement: JudgedStatement, context: RuleContext): boolean {
  return earlierNodes(statement, context).some(
    (node) =>
      'AlterTableStmt' in node &&
      alterCommands(node.AlterTableStmt).some(
        (command) => command.subtype === 'AT_AddConstraint' && constraintOf(command)?.conname === name,
      ),
  );
}

/** The column is NOT NULL by itself, or another unique index over the same columns stays. */
function isCovered(constraint: SchemaConstraint, { relation }: Alteration, { graph }: RuleContext): boolean {
  const { facts } = relation;
  if (facts === null || graph === null) return false;
  if (constraint.kind === 'check') {
    const proved = /^CHECK \(\((?:"([^"]+)"|(\w+)) IS NOT NULL\)\)( NOT VALID)?$/.exec(constraint.definition);
    const column = proved?.[1] ?? proved?.[2];
    return facts.columns.some(({ name, notNull }) => notNull && name === column);
  }
  if (constraint.kind !== 'unique') return false;
  return graph
    .indexes(facts.oid)
    .some(
      ({ oid, index }) =>
        oid !== constraint.index &&
        index?.unique === true &&
        index.predicate === null &&
        index.keys.join() === constraint.columns.join(),
    );
}
