import type { Migration } from '../../model/migration.js';
import { qualifiedName, quoteIdentifier } from '../sql/quote-identifier.js';
import type { StateRow, StateSubject, ToolSettings } from './state-table.js';

export type SqlValue = string | number | boolean | null;

/** SQL with `$1`… and what they stand for: as a driver takes it, or, without values, as psql does. */
export interface ParameterizedSql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

export interface QualifiedTable {
  readonly schema: string;
  readonly name: string;
}

/** The table to be made. */
export interface CreationContext {
  readonly table: QualifiedTable;
  /** Whoever may not create schemas can still be given one. */
  readonly schemaExists: boolean;
  readonly subject: StateSubject;
}

/** The table to write to, and all that its rows are about. */
export interface WritingContext {
  readonly table: QualifiedTable;
  /** Columns that the table has; null when `createTable` made it. */
  readonly columns: readonly string[] | null;
  /** What stood in it when the run began, in the order in which it was written. */
  readonly rows: readonly StateRow[];
  /** When that was, in milliseconds since 1970 by the server's clock. */
  readonly beganMs: number;
  readonly subject: StateSubject;
}

export interface AppliedMigration {
  readonly migration: Migration;
  /** How long its statements took, in milliseconds. */
  readonly durationMs: number;
}

export interface LockContext {
  /** Name of the database: some tools' keys come from it. */
  readonly database: string;
  readonly table: QualifiedTable;
  readonly settings: ToolSettings;
  /** Who takes it, for locks that say so. */
  readonly holder: string;
  /** The table of `StateWriting.lockTable` is there. */
  readonly lockTableExists: boolean;
}

/** One lock of a tool. It is held when `take` returned a row whose `taken` is true. Neither statement ever waits. */
export interface LockPart {
  readonly take: ParameterizedSql;
  readonly release: ParameterizedSql;
}

/** What keeps the tool itself from working at the same time: held when all parts are. */
export interface ToolLock {
  /** For people. */
  readonly title: string;
  /** `session`: an advisory lock, which goes with its session. `row`: it stays, whatever happens to who took it. */
  readonly kind: 'session' | 'row';
  /** What the tool makes before it locks for the first time. */
  readonly prepare: readonly ParameterizedSql[];
  readonly parts: readonly LockPart[];
  /**
   * The tool waits for the lock inside the server, with a snapshot. CREATE INDEX CONCURRENTLY by whoever holds the lock
   * then waits for the one who waits for it, and the server ends one of both for a deadlock.
   */
  readonly waitersBlock: boolean;
}

/**
 * How a tool writes its table, as SQL. The statements of one call belong into one transaction: the migration's own
 * where it has one. Pure.
 */
export interface StateWriting {
  /** Makes the table, its schema and the rows it begins with, as the tool does where there is none. */
  createTable(context: CreationContext): readonly ParameterizedSql[];
  recordApplied(applied: AppliedMigration, context: WritingContext): readonly ParameterizedSql[];
  /** What the tool does after its own way back; where it has none, what makes it apply the migration once more. */
  recordReverted(migration: Migration, context: WritingContext): readonly ParameterizedSql[];
  /** Why the row of this migration cannot be written as the tool would; null when it can. */
  refuse?(migration: Migration, context: WritingContext): string | null;
  /** Another table than that of the rows, which holds the lock. */
  lockTable?(table: QualifiedTable, settings: ToolSettings): QualifiedTable;
  /** Null for a tool that does not keep a second run out. */
  lock(context: LockContext): ToolLock | null;
}

/** A part of a row that is no plain value; `?` stands for the value. */
export interface SqlExpression {
  readonly expression: string;
  readonly value?: SqlValue;
}

type Cell = SqlValue | SqlExpression;

export function command(text: string, values: readonly SqlValue[] = []): ParameterizedSql {
  return { text, values };
}

export function nameOf({ schema, name }: QualifiedTable): string {
  return qualifiedName(schema, name);
}

export function insertRow(table: QualifiedTable, row: Readonly<Record<string, Cell>>): ParameterizedSql {
  const values: SqlValue[] = [];
  const cells = Object.values(row).map((cell) => bind(cell, values));
  const columns = Object.keys(row).map(quoteIdentifier).join(', ');
  return { text: `INSERT INTO ${nameOf(table)} (${columns}) VALUES (${cells.join(', ')})`, values };
}

export function deleteRows(table: QualifiedTable, where: Readonly<Record<string, Cell>>): ParameterizedSql {
  const values: SqlValue[] = [];
  const conditions = Object.entries(where).map(
    ([column, cell]) => `${quoteIdentifier(column)} = ${bind(cell, values)}`,
  );
  return { text: `DELETE FROM ${nameOf(table)} WHERE ${conditions.join(' AND ')}`, values };
}

function bind(cell: Cell, values: SqlValue[]): string {
  if (typeof cell !== 'object' || cell === null) return `$${values.push(cell)}`;
  return cell.value === undefined ? cell.expression : cell.expression.replace('?', `$${values.push(cell.value)}`);
}

/** When the migration began, by the server's clock. */
export function startOf({ durationMs }: AppliedMigration): SqlExpression {
  return {
    expression: "pg_catalog.clock_timestamp() - ?::pg_catalog.float8 * INTERVAL '1 millisecond'",
    value: durationMs,
  };
}

/** Nothing where the schema is there. */
export function createSchema({ table, schemaExists }: CreationContext): readonly ParameterizedSql[] {
  return schemaExists ? [] : [command(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(table.schema)}`)];
}

/** A lock of the session on keys of 64 bits. */
export function advisoryLock(keys: readonly bigint[], waitersBlock: boolean): ToolLock {
  const parts = keys.map((key) => ({
    take: command(`SELECT pg_catalog.pg_try_advisory_lock(${key}) AS taken`),
    release: command(`SELECT pg_catalog.pg_advisory_unlock(${key}) AS released`),
  }));
  const title = keys.length === 1 ? `the advisory lock ${keys[0]}` : `the advisory locks ${keys.join(' and ')}`;
  return { title, kind: 'session', prepare: [], parts, waitersBlock };
}
