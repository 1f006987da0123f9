import { quoteIdentifier } from '../../../../foundation/sql/quote-identifier.js';
import { defineEmitter, type EmitContext, inPlace, rebuild, refuse } from '../emitter.js';
import { flag, type Piece, textFact } from '../piece.js';
import { holder, targetOfKey } from '../sql-kind.js';
import { ownName } from '../sql-names.js';
import { optionList, optionsOf, withClause } from './options.js';

function isKey(constraint: Piece): boolean {
  return ['primary key', 'unique', 'exclusion'].includes(textFact(constraint, 'type') ?? '');
}

function deferrability(constraint: Piece): string {
  const state = textFact(constraint, 'deferrable');
  return state === null ? '' : ` DEFERRABLE ${state.toUpperCase()}`;
}

function createConstraint(constraint: Piece, context: EmitContext): readonly string[] {
  if (comesWithParent(constraint, context)) return [];
  const { parent, identity } = constraint;
  const table = parent === null ? undefined : context.before(parent);
  // A key of a partitioned table takes in those of its partitions one by one, under the names that they had.
  const only = isKey(constraint) && table !== undefined && textFact(table, 'partitionKey') !== null ? 'ONLY ' : '';
  const { word, identity: name } = targetOfKey(parent ?? '');
  const definition = textFact(constraint, 'definition') ?? '';
  const storage = only === '' ? '' : keyStorage(constraint, context);
  const states = `${flag(constraint, 'notEnforced') ? ' NOT ENFORCED' : ''}${flag(constraint, 'notValid') ? ' NOT VALID' : ''}`;
  return [
    `ALTER ${word} ${only}${name} ADD CONSTRAINT ${ownName(identity)} ${definition}${storage}${deferrability(constraint)}${states}`,
  ];
}

/** Of a partitioned index only the statement that makes it can say how its parts are to be stored. */
function keyStorage(constraint: Piece, context: EmitContext): string {
  const index = context
    .partsBefore(constraint.parent ?? '')
    .find((part) => part.kind === 'index' && textFact(part, 'madeBy') === constraint.key);
  // An exclusion may end with its WHERE, and nothing can stand behind that.
  if (index === undefined || textFact(constraint, 'type') === 'exclusion') return '';
  const tablespace = textFact(index, 'tablespace');
  return (
    withClause(optionList(optionsOf(index, 'options'))) +
    (tablespace === null ? '' : ` USING INDEX TABLESPACE ${quoteIdentifier(tablespace)}`)
  );
}

/** Whether a statement about the parent's makes it: not where its own table is made by itself, to be attached later. */
function comesWithParent(constraint: Piece, context: EmitContext): boolean {
  const madeBy = textFact(constraint, 'madeBy');
  const table = context.before(constraint.parent ?? '');
  const isPartition = table?.object.facts.structure['partitionOf'] !== undefined;
  if (isKey(constraint)) return false;
  if (madeBy === null && textFact(constraint, 'inherited') !== 'only') return false;
  const link = `partition ${(constraint.parent ?? '').replace(/^(?:foreign )?table /, '')}`;
  return !(isPartition && (context.isMade(constraint.parent ?? '') || context.isMade(link)));
}

export default defineEmitter({
  kind: 'constraint',
  create: createConstraint,
  drop: (constraint) => [`ALTER ${holder(constraint)} DROP CONSTRAINT IF EXISTS ${ownName(constraint.identity)}`],
  alter: ({ from, to, changed }) => {
    const name = ownName(to.identity);
    const rest = new Set(changed);
    // These follow from the parent's, or from attaching and detaching.
    for (const fact of ['madeBy', 'inherited']) rest.delete(fact);
    const actions: string[] = [];
    if (rest.has('notValid') && flag(from, 'notValid')) {
      rest.delete('notValid');
      actions.push(`VALIDATE CONSTRAINT ${name}`);
    }
    if (rest.has('deferrable') && textFact(to, 'type') === 'foreign key' && rest.size === 1) {
      rest.delete('deferrable');
      actions.push(`ALTER CONSTRAINT ${name}${deferrability(to) === '' ? ' NOT DEFERRABLE' : deferrability(to)}`);
    }
    if (rest.has('ownTriggers') || rest.has('otherTriggers')) {
      return refuse(`the triggers that enforce it were switched; the server names them anew each time`);
    }
    return rest.size > 0 ? rebuild : inPlace(actions.map((action) => `ALTER ${holder(to)} ${action}`));
  },
});
