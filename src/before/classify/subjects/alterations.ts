import type { AlterTableCmd, AlterTableType } from '@pgsql/types';
import type { RelationHandle } from '../../../foundation/effects/effect-context.js';
import type { SchemaColumn } from '../../../model/schema.js';
import { alterCommands } from '../alter-commands.js';
import type { JudgedStatement } from '../judged-statement.js';
import type { RuleContext } from '../rule-context.js';

/** One sub-command of an ALTER TABLE on a relation that was there before the migration. */
export interface Alteration {
  readonly relation: RelationHandle;
  readonly command: AlterTableCmd;
  /** The column that the sub-command names, as it is before; null without a schema or when it is not there. */
  readonly column: SchemaColumn | null;
}

/** The sub-commands of these kinds; none for relations that the migration made, or that a known schema lacks. */
export function alterations(
  { node }: JudgedStatement,
  context: RuleContext,
  kinds: readonly AlterTableType[],
): readonly Alteration[] {
  if (!('AlterTableStmt' in node) || node.AlterTableStmt.relation === undefined) return [];
  const commands = alterCommands(node.AlterTableStmt).filter(
    ({ subtype }) => subtype !== undefined && kinds.includes(subtype),
  );
  if (commands.length === 0) return [];
  const relation = context.relation(node.AlterTableStmt.relation);
  if (relation === null || !context.existing(relation.name)) return [];
  return commands.map((command) => ({
    relation,
    command,
    column: relation.facts?.columns.find(({ name }) => name === command.name) ?? null,
  }));
}

/** Whether a known schema lacks the column, so that the sub-command does nothing or fails. */
export function lacksColumn({ relation, column }: Alteration): boolean {
  return relation.facts !== null && column === null;
}
