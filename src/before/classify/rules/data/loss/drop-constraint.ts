import type { AlterTableStmt, Constraint } from '@pgsql/types';
import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { SchemaConstraint } from '../../../../../model/schema.js';
import { alterCommands, constraintOf } from '../../../alter-commands.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { type Hit, defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type Alteration, alterations } from '../../../subjects/alterations.js';
import { earlierNodes, laterNodes } from '../../../subjects/neighbours.js';

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
  alters: ['AT_DropConstraint'],
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
  const known = relation.facts === null ? null : (context.graph?.constraints(relation.facts.oid) ?? null);
  const constraint = known?.find((each) => each.name === name) ?? null;
  if (isReplaced({ name, constraint }, statement, context)) return [];
  const hit: Hit = {
    message: `What ${quoteIdentifier(name)} guaranteed for ${relation.name} no longer holds.`,
    relation: relation.name,
  };
  if (known === null) {
    return isNotNullProof(name) || wasAdded(name, statement, context) ? [] : [{ ...hit, certainty: 'possible' }];
  }
  if (constraint === null || isCovered(constraint, one, context)) return [];
  return [{ ...hit, message: `${hit.message.slice(0, -1)}: ${constraint.definition}.` }];
}

interface Dropped {
  readonly name: string;
  /** Null when only the text is known. */
  readonly constraint: SchemaConstraint | null;
}

/** Another comes in its place with the same statement, or later in the same transaction. */
function isReplaced(dropped: Dropped, statement: JudgedStatement, context: RuleContext): boolean {
  const { node, inTransaction } = statement;
  const table = 'AlterTableStmt' in node ? node.AlterTableStmt.relation?.relname : undefined;
  return [node, ...(inTransaction ? laterNodes(statement, context) : [])].some(
    (one) =>
      'AlterTableStmt' in one &&
      one.AlterTableStmt.relation?.relname === table &&
      addedConstraints(one.AlterTableStmt).some((added) => takesPlaceOf(added, dropped)),
  );
}

function addedConstraints(statement: AlterTableStmt): readonly Constraint[] {
  return alterCommands(statement)
    .filter(({ subtype }) => subtype === 'AT_AddConstraint')
    .flatMap((command) => constraintOf(command) ?? []);
}

/** One of the same name, another primary key, or one of the same kind over the same columns. */
function takesPlaceOf(added: Constraint, { name, constraint }: Dropped): boolean {
  if (added.conname === name) return true;
  if (added.contype === 'CONSTR_PRIMARY')
    return constraint === null ? name.endsWith('_pkey') : constraint.kind === 'primary key';
  const kind = added.contype === 'CONSTR_FOREIGN' ? 'foreign key' : added.contype === 'CONSTR_UNIQUE' ? 'unique' : null;
  const columns = (added.fk_attrs ?? added.keys ?? []).flatMap(nameParts);
  return constraint !== null && constraint.kind === kind && constraint.columns.join() === columns.join();
}

/** The last step of a NOT NULL in small steps drops the check that has done its work. */
function isNotNullProof(name: string): boolean {
  return /not_?null|nonnull|_nn$/i.test(name);
}

function wasAdded(name: string, statement: JudgedStatement, context: RuleContext): boolean {
  return earlierNodes(statement, context).some(
    (node) => 'AlterTableStmt' in node && addedConstraints(node.AlterTableStmt).some(({ conname }) => conname === name),
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
