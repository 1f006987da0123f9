import type { JudgedStatement } from '../../../judged-statement.js';
import type { Hit } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type AlteredTable, alteredTable, rewritesExisting } from '../altered-table.js';
import { type AddedColumn, addedColumns } from './added-columns.js';

/** An added column and the statement's table. */
export interface ColumnPlace {
  readonly altered: AlteredTable;
  readonly added: AddedColumn;
}

/** What a rule about columns that write their table anew has to say for itself. */
export interface RewritingColumn {
  readonly isMeant: (added: AddedColumn) => boolean;
  /** What the rewrite is for, behind “All of … is written anew to”. */
  readonly purpose: (added: AddedColumn) => string;
  readonly instead: (statement: JudgedStatement, place: ColumnPlace, context: RuleContext) => string | undefined;
}

/** The meant columns of a statement that writes an existing table anew. */
export function hitsOnRewritingColumns(
  statement: JudgedStatement,
  context: RuleContext,
  { isMeant, purpose, instead }: RewritingColumn,
): readonly Hit[] {
  const altered = alteredTable(statement, context);
  if (altered === null || rewritesExisting(statement, context) === null) return [];
  const { name } = altered.table;
  return addedColumns(altered.commands)
    .filter(isMeant)
    .map((added) => ({
      message: `All of ${name} is written anew to ${purpose(added)}; nobody reads or writes it meanwhile.`,
      relation: name,
      instead: instead(statement, { altered, added }, context),
    }));
}
