import type { AlterTableCmd, AlterTableType, Node, RangeVar } from '@pgsql/types';
import { alterCommands, columnOf } from '../alter-commands.js';
import type { JudgedStatement } from '../judged-statement.js';
import type { RuleContext } from '../rule-context.js';
import { earlierNodes } from './neighbours.js';

/** Sub-commands of this kind on this column, in earlier statements of the migration and earlier in the same one. */
export function earlierOnColumn(
  statement: JudgedStatement,
  context: RuleContext,
  wanted: { readonly kind: AlterTableType; readonly column: string },
): readonly AlterTableCmd[] {
  const target = relationOf(statement.node);
  if (target === null) return [];
  const nodes = [...earlierNodes(statement, context), statement.node].filter((node) =>
    isSame(relationOf(node), target),
  );
  return nodes.flatMap((node) =>
    'AlterTableStmt' in node
      ? alterCommands(node.AlterTableStmt).filter(
          (command) =>
            command.subtype === wanted.kind && (command.name ?? columnOf(command)?.colname) === wanted.column,
        )
      : [],
  );
}

function relationOf(node: Node): RangeVar | null {
  return 'AlterTableStmt' in node ? (node.AlterTableStmt.relation ?? null) : null;
}

/** By the names as they are written: one with a schema and one without may be the same. */
function isSame(one: RangeVar | null, other: RangeVar): boolean {
  if (one === null || one.relname !== other.relname) return false;
  return one.schemaname === undefined || other.schemaname === undefined || one.schemaname === other.schemaname;
}
