import type { Constraint } from '@pgsql/types';
import type { RelationHandle } from '../../../../../foundation/effects/effect-context.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { columnConstraints, columnOf, constraintOf } from '../../../alter-commands.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type AlteredTable, alteredTable, scansExisting } from '../altered-table.js';
import { alterSource } from '../safe-sql/alter-source.js';
import { columnNames } from '../safe-sql/names.js';
import { validateLater } from '../safe-sql/validate-later.js';
import { isAdopted, leavesOf } from './adopted-keys.js';
import { scansUnder } from './observed.js';

export default defineRule({
  id: 'add-foreign-key-validated',
  title: 'ADD FOREIGN KEY checks every row while writes to both tables wait',
  why: 'It holds SHARE ROW EXCLUSIVE locks on the table and on the one it refers to while it looks up each row.',
  instead: 'Add the key NOT VALID, and VALIDATE it in another transaction: that lets both tables be written.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddConstraint', 'AT_AddColumn'],
  example: {
    setup:
      'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
    unsafe: 'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id);',
    safe: `ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer;`,
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    if (altered === null || scansExisting(statement, context) === null) return [];
    const keys = altered.commands.flatMap((command) => {
      const constraint = constraintOf(command);
      if (constraint !== null)
        return isChecked(constraint) && !isAdoptedKey(constraint, altered, context) ? [constraint] : [];
      const column = command.subtype === 'AT_AddColumn' ? columnOf(command) : null;
      return column === null ? [] : checkedWithDefault(columnConstraints(column));
    });
    if (keys.length === 0) return [];
    const { name } = altered.table;
    const others = [...new Set(keys.flatMap((key) => referencedName(key, context)?.name ?? []))];
    return [
      {
        message: `Writes to ${[name, ...others.filter((other) => other !== name)].join(' and ')} wait while every row of ${name} is checked.`,
        relation: name,
        instead: instead(statement, altered, context),
      },
    ];
  },
  observe: scansUnder('ShareRowExclusiveLock'),
});

function isChecked({ contype, skip_validation }: Constraint): boolean {
  return contype === 'CONSTR_FOREIGN' && skip_validation !== true;
}

function isAdoptedKey({ fk_attrs, pktable }: Constraint, altered: AlteredTable, context: RuleContext): boolean {
  const referenced = pktable === undefined ? null : (context.relation(pktable)?.facts?.oid ?? null);
  return isAdopted(altered, { kind: 'foreign key', columns: columnNames(fk_attrs), referenced }, context);
}

/** A new column that is null everywhere refers to nothing. */
function checkedWithDefault(constraints: readonly Constraint[]): readonly Constraint[] {
  const filled = constraints.some(({ contype, raw_expr }) => contype === 'CONSTR_DEFAULT' && !isNull(raw_expr));
  return filled ? constraints.filter(isChecked) : [];
}

function isNull(expression: Constraint['raw_expr']): boolean {
  return expression !== undefined && 'A_Const' in expression && expression.A_Const.isnull === true;
}

function referencedName({ pktable }: Constraint, context: RuleContext): RelationHandle | null {
  return pktable === undefined ? null : context.relation(pktable);
}

/** Before 18 a partitioned table takes no key that is NOT VALID; its partitions do, and the whole then adopts theirs. */
function instead(statement: JudgedStatement, altered: AlteredTable, context: RuleContext): string | undefined {
  const source = alterSource(statement, altered.alter);
  const alone = altered.commands.some((command) => {
    const constraint = constraintOf(command);
    return constraint !== null && isChecked(constraint);
  });
  if (source === null || !alone) return undefined;
  if (altered.table.kind !== 'partitioned table' || context.major >= 18) {
    return validateLater(source, altered, isChecked);
  }
  if (context.graph === null || altered.table.facts === null || altered.commands.length > 1) return undefined;
  const ofLeaves = leavesOf(altered, context).map((leaf) => {
    const relation = { schemaname: leaf.schema, relname: leaf.relname };
    const head = `ALTER TABLE ${quoteIdentifier(leaf.schema)}.${quoteIdentifier(leaf.relname)}`;
    return validateLater({ ...source, head }, { ...altered, relation }, isChecked);
  });
  return [...ofLeaves, `${source.sql};`].join('\n');
}
