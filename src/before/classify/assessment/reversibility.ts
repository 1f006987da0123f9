import type { Node } from '@pgsql/types';
import type { Reversibility } from '../../../model/classification.js';
import { alterCommands } from '../alter-commands.js';
import type { JudgedMigration, JudgedStatement } from '../judged-statement.js';
import type { RuleContext } from '../rule-context.js';

const order: readonly Reversibility[] = ['reversible', 'reversible with effort', 'loses data', 'irreversible'];

export interface ReversibilityVerdict {
  readonly reversibility: Reversibility;
  readonly reason: string;
}

const fine: ReversibilityVerdict = { reversibility: 'reversible', reason: 'each statement has an inverse' };

/** How far the way back leads, by the gravest statement. */
export function reversibilityOf({ statements, contexts }: JudgedMigration): ReversibilityVerdict {
  const verdicts = statements.map((statement, position) => judge(statement, contexts[position] as RuleContext));
  return verdicts.reduce(
    (worst, verdict) => (order.indexOf(verdict.reversibility) > order.indexOf(worst.reversibility) ? verdict : worst),
    fine,
  );
}

function judge(statement: JudgedStatement, context: RuleContext): ReversibilityVerdict {
  const { node, effects } = statement;
  if ('DropdbStmt' in node) return { reversibility: 'irreversible', reason: 'a dropped database is gone' };
  if ('AlterEnumStmt' in node && node.AlterEnumStmt.oldVal === undefined) {
    return effort('an enum value can only be removed by rebuilding the type');
  }
  if ('DropOwnedStmt' in node) return loses('what the role owns is gone');
  if ('DropStmt' in node && effects.locks.length === 0) return nameless(node);
  const existing = effects.locks.find(({ relation, created }) => created !== true && context.existing(relation));
  if (existing === undefined) return fine;
  const name = existing.relation;
  if ('TruncateStmt' in node || 'DeleteStmt' in node) return loses(`rows of ${name} are removed`);
  if ('UpdateStmt' in node || 'MergeStmt' in node) return loses(`values of ${name} are overwritten`);
  if ('InsertStmt' in node || 'CopyStmt' in node)
    return effort(`rows added to ${name} have to be told from those that were there`);
  if ('DropStmt' in node) return dropVerdict(node, name);
  if (!('AlterTableStmt' in node)) return fine;
  const types = alterCommands(node.AlterTableStmt).map(({ subtype }) => subtype);
  if (types.includes('AT_DropColumn')) return loses(`values of a dropped column of ${name} are gone`);
  if (types.includes('AT_AlterColumnType'))
    return effort(`a converted column of ${name} may not convert back to what it was`);
  if (types.includes('AT_DropExpression')) return effort('a generation expression has to be written again');
  return fine;
}

function loses(reason: string): ReversibilityVerdict {
  return { reversibility: 'loses data', reason };
}

function effort(reason: string): ReversibilityVerdict {
  return { reversibility: 'reversible with effort', reason };
}

/** What is dropped has no lock that would tell whether the migration made it itself. */
function nameless({ DropStmt: drop }: Extract<Node, { DropStmt: unknown }>): ReversibilityVerdict {
  if (drop.removeType === 'OBJECT_SCHEMA') return loses('a dropped schema takes its tables along');
  const types = ['OBJECT_TYPE', 'OBJECT_DOMAIN', 'OBJECT_EXTENSION'];
  if (drop.behavior === 'DROP_CASCADE' && types.includes(drop.removeType ?? '')) {
    return loses('columns of a dropped type go with it');
  }
  return effort('its definition has to be known to make it again');
}

function dropVerdict(node: Extract<Node, { DropStmt: unknown }>, name: string): ReversibilityVerdict {
  switch (node.DropStmt.removeType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_SCHEMA':
    case 'OBJECT_FOREIGN_TABLE':
      return loses(`${name} and its rows are gone`);
    case 'OBJECT_SEQUENCE':
      return loses('a sequence loses its position');
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
    case 'OBJECT_EXTENSION':
      return node.DropStmt.behavior === 'DROP_CASCADE' ? loses(`columns of ${name} go with their type`) : fine;
    default:
      return effort('its definition has to be known to make it again');
  }
}
