import type { AlterTableCmd, AlterTableStmt, ColumnDef, Constraint } from '@pgsql/types';

const none: readonly never[] = [];

/** Dozens of rules ask for those of the same statement. */
const known = new WeakMap<AlterTableStmt, readonly AlterTableCmd[]>();

/** The sub-commands of an ALTER TABLE, in the order of the text. */
export function alterCommands(statement: AlterTableStmt): readonly AlterTableCmd[] {
  const found = known.get(statement);
  if (found !== undefined) return found;
  const commands: AlterTableCmd[] = [];
  for (const item of statement.cmds ?? []) if ('AlterTableCmd' in item) commands.push(item.AlterTableCmd);
  known.set(statement, commands);
  return commands;
}

/** The column that ADD COLUMN or ALTER COLUMN TYPE describes. */
export function columnOf(command: AlterTableCmd): ColumnDef | null {
  return command.def !== undefined && 'ColumnDef' in command.def ? command.def.ColumnDef : null;
}

/** The constraint that ADD CONSTRAINT or ALTER CONSTRAINT describes. */
export function constraintOf(command: AlterTableCmd): Constraint | null {
  return command.def !== undefined && 'Constraint' in command.def ? command.def.Constraint : null;
}

/** Constraints that stand with a column (NOT NULL, DEFAULT, REFERENCES, GENERATED …). */
export function columnConstraints({ constraints }: ColumnDef): readonly Constraint[] {
  if (constraints === undefined) return none;
  const found: Constraint[] = [];
  for (const item of constraints) if ('Constraint' in item) found.push(item.Constraint);
  return found;
}
