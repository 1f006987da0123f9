import type { AlterTableCmd, AlterTableStmt, RangeVar } from '@pgsql/types';
import type { RelationHandle } from '../../../../foundation/effects/effect-context.js';
import type { Certainty } from '../../../../model/effects.js';
import { alterCommands } from '../../alter-commands.js';
import type { JudgedStatement } from '../../judged-statement.js';
import type { RuleContext } from '../../rule-context.js';

/** A table that was there before the migration, and what is about to be done to it. */
export interface AlteredTable {
  readonly alter: AlterTableStmt;
  readonly relation: RangeVar;
  readonly table: RelationHandle;
  readonly commands: readonly AlterTableCmd[];
}

/** Null when the statement alters something else, or a table that nobody uses yet. */
export function alteredTable({ node }: JudgedStatement, context: RuleContext): AlteredTable | null {
  if (!('AlterTableStmt' in node) || node.AlterTableStmt.objtype !== 'OBJECT_TABLE') return null;
  const alter = node.AlterTableStmt;
  if (alter.relation === undefined) return null;
  const table = context.relation(alter.relation);
  if (table === null || !context.existing(table.name)) return null;
  return { alter, relation: alter.relation, table, commands: alterCommands(alter) };
}

/** How sure it is that one of the tables that were there is read whole; null when none is. */
export function scansExisting({ effects }: JudgedStatement, context: RuleContext): Certainty | null {
  return surest(effects.scans, context);
}

/** The same for tables that get a new file. */
export function rewritesExisting({ effects }: JudgedStatement, context: RuleContext): Certainty | null {
  return surest(effects.rewrites, context);
}

function surest(
  relations: readonly { readonly relation: string; readonly certainty: Certainty }[],
  context: RuleContext,
): Certainty | null {
  const existing = relations.filter(({ relation }) => context.existing(relation));
  if (existing.length === 0) return null;
  return existing.some(({ certainty }) => certainty === 'certain') ? 'certain' : 'possible';
}
