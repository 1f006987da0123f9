import { conversion } from '../../../../../foundation/effects/alter/type-conversion.js';
import type { Certainty } from '../../../../../model/effects.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type AlteredTable, alteredTable, rewritesExisting } from '../altered-table.js';
import { rewrites } from '../constraints/observed.js';
import { alterSource, withClauses } from '../safe-sql/alter-source.js';
import { keepInStep } from '../safe-sql/keep-in-step.js';
import { relationText } from '../safe-sql/names.js';
import { fillInBatches, inSteps, notNullSteps } from '../safe-sql/steps.js';
import { changesZone, type TypedColumn, typedColumns, wordsOfType } from './typed-columns.js';

export default defineRule({
  id: 'change-column-type',
  title: 'Changing the type of a column writes the whole table anew',
  why: 'Unless the stored bytes mean the same under the new type, every row is converted and every index built again under an ACCESS EXCLUSIVE lock.',
  instead:
    'Add a column of the new type, keep it in step by a trigger, fill it in batches, and swap the names in a short transaction.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AlterColumnType'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, amount integer NOT NULL, note varchar(20));',
    unsafe: 'ALTER TABLE orders ALTER COLUMN amount TYPE bigint;',
    safe: 'ALTER TABLE orders ADD COLUMN amount_next bigint;',
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    if (altered === null || rewritesExisting(statement, context) === null) return [];
    return typedColumns(altered).flatMap((typed) => {
      const certainty = changesZone(typed, context) ? null : costOf(typed, context);
      if (certainty === null) return [];
      const { name } = altered.table;
      const what = `All of ${name} ${certainty === 'certain' ? 'is' : 'may be'} written anew to convert ${quoteIdentifier(typed.name)}`;
      return [
        {
          message: `${what}; nobody reads or writes it meanwhile.`,
          relation: name,
          certainty,
          instead: instead(statement, { altered, typed }, context),
        },
      ];
    });
  },
  observe: rewrites,
});

/** With a schema, null where the values stay as they are. */
function costOf({ before, definition }: TypedColumn, context: RuleContext): Certainty | null {
  if (before === null) return 'possible';
  return conversion(before, { to: definition.typeName, using: definition.raw_default }, context);
}

function instead(
  statement: JudgedStatement,
  { altered, typed }: { readonly altered: AlteredTable; readonly typed: TypedColumn },
  { major, graph }: RuleContext,
): string | undefined {
  const source = alterSource(statement, altered.alter);
  if (source === null) return undefined;
  const { relation } = altered;
  const table = relationText(relation);
  const { type, using } = wordsOfType(source, typed);
  const [old, next, former] = ['', '_next', '_former'].map((end) => quoteIdentifier(`${typed.name}${end}`));
  const place = { relation, column: `${typed.name}_next` };
  const value = using === null ? `${old}::${type.replace(/\s+collate\s[\s\S]*$/i, '')}` : `(${using})`;
  const step = keepInStep(place, value);
  const notNull = typed.before?.notNull === true;
  return inSteps(
    withClauses(source, new Map([[typed.index, null]])),
    `ALTER TABLE ${table} ADD COLUMN ${next} ${type};`,
    ...step.begin,
    ...fillInBatches(place, { value, missing: `${next} IS DISTINCT FROM ${value}` }),
    ...(notNull ? ['-- Then:', ...notNullSteps(place, major)] : []),
    graph === null
      ? '-- Give it the NOT NULL, default and keys of the old column, and build its indexes CONCURRENTLY.'
      : remaining(altered, typed),
    '-- Then, in one short transaction:',
    'BEGIN;',
    "SET LOCAL lock_timeout = '2s';",
    ...step.end,
    `ALTER TABLE ${table} RENAME COLUMN ${old} TO ${former};`,
    `ALTER TABLE ${table} RENAME COLUMN ${next} TO ${old};`,
    ...(notNull ? [`ALTER TABLE ${table} ALTER COLUMN ${former} DROP NOT NULL;`] : []),
    'COMMIT;',
    `-- In a later change, when nobody needs it any more: ALTER TABLE ${table} DROP COLUMN ${former};`,
  );
}

/** What else hangs on the column, to be made for the new one. */
function remaining({ table }: AlteredTable, { before, name }: TypedColumn): string | null {
  if (before?.default == null) return null;
  return `ALTER TABLE ${table.name} ALTER COLUMN ${quoteIdentifier(`${name}_next`)} SET DEFAULT ${before.default};`;
}
