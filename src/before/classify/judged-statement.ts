import type { Node, ParseResult } from '@pgsql/types';
import type { NodeTag } from '../../foundation/effects/effect-context.js';
import type { StatementEffects } from '../../model/effects.js';
import type { Migration } from '../../model/migration.js';
import type { Oid } from '../../model/schema.js';
import type { Statement } from '../../model/sql-text.js';
import type { StatementError } from '../../model/trace.js';
import type { RuleContext } from './rule-context.js';

/** A statement with all that rules may ask about it. */
export interface JudgedStatement {
  readonly statement: Statement;
  /** Its place in the migration, from 0; statements inside a body share the place of the one that holds them. */
  readonly index: number;
  readonly tree: ParseResult;
  readonly node: Node;
  readonly tag: NodeTag;
  readonly effects: StatementEffects;
  /** Runs inside a transaction block with other statements of its migration. */
  readonly inTransaction: boolean;
  /** What it stands in, when it is part of a DO block or of a function that is called. */
  readonly inside: 'DO block' | 'function' | null;
}

/** A statement without a syntax tree. */
export interface UnparsedStatement {
  readonly statement: Statement;
  readonly reason: string;
  /** 0-based place in its characters where the parser stopped; null when it was not asked. */
  readonly cursor: number | null;
}

/** A migration, judged as far as its last statement. */
export interface JudgedMigration {
  readonly migration: Migration;
  /** The text of its own file, comments and all. */
  readonly text: string;
  /** Statements inside bodies follow the one that holds them. */
  readonly statements: readonly JudgedStatement[];
  /** What was known before each of the statements. */
  readonly contexts: readonly RuleContext[];
  /** Statements that could not be parsed, with the reason. */
  readonly unparsed: readonly UnparsedStatement[];
  /** Report names of relations that this change, up to here, has changed or made. */
  readonly changed: ReadonlySet<string>;
  /** Why a statement fails where the change was tried; null when nothing is known to fail. */
  readonly failure: StatementError | null;
  /** Of a change that was tried from an empty database: tables whose rows elsewhere may be others. Null: all of them. */
  readonly unsure: ReadonlySet<Oid> | null;
}
