import { statementNature } from '../../../foundation/steps/transaction-wrapping.js';
import { transactionControl } from '../../../foundation/effects/transaction-control.js';
import { parseStatement } from '../../../foundation/sql/parse.js';
import type { Script } from '../../../model/migration.js';
import type { Statement } from '../../../model/sql-text.js';

/** What a script does in one piece, before anybody asks how long it may take. */
export interface StepPiece {
  readonly kind: 'transaction' | 'statement';
  readonly begin: string | null;
  readonly statements: readonly Statement[];
  readonly settings: readonly Statement[];
  /** Why it cannot be applied safely; null when it can. */
  readonly refusal: string | null;
}

/** Splits a script where it commits. What a script sets for its session is carried along. */
export function splitSteps({ statements, transaction }: Script): readonly StepPiece[] {
  const whole =
    transaction.mode === 'single' ||
    (transaction.mode === 'implicit' && statements.length > 1) ||
    statements.every(isSetting);
  if (!whole) return new Splitter().split(statements);
  const controls = statements.filter((statement) => endsTransaction(controlOf(statement)));
  return [
    { kind: 'transaction', begin: null, statements, settings: [], refusal: controls.length > 0 ? ownControl : null },
  ];
}

const ownControl = 'It begins or ends transactions inside the transaction that its tool opens.';
const neverEnds = 'The transaction that it begins is never committed, so nothing of it would remain.';
const rolledBack = 'It rolls its transaction back, so nothing of it would remain.';
const prepared = 'It prepares or chains transactions; apply those by hand.';

class Splitter {
  readonly #pieces: StepPiece[] = [];
  readonly #settings: Statement[] = [];
  #open: { readonly begin: string; readonly statements: Statement[] } | null = null;

  split(statements: readonly Statement[]): readonly StepPiece[] {
    for (const statement of statements) this.#take(statement);
    if (this.#open !== null) this.#close(neverEnds);
    // Even where there is nothing to do, it has to be written down that it was done.
    if (this.#pieces.length === 0) this.#add('transaction', []);
    return this.#pieces;
  }

  #take(statement: Statement): void {
    const control = controlOf(statement);
    if (this.#open === null) {
      this.#takeOutside(statement, control);
      return;
    }
    if (control === 'commit') this.#close(/prepare|chain/i.test(statement.sql) ? prepared : null);
    else if (control === 'rollback') this.#close(rolledBack);
    else if (control !== 'begin') this.#open.statements.push(statement);
  }

  #takeOutside(statement: Statement, control: ReturnType<typeof controlOf>): void {
    if (control === 'begin') this.#open = { begin: statement.sql, statements: [] };
    else if (control !== null) return;
    else if (isSetting(statement)) this.#settings.push(statement);
    else this.#add(statementNature(statement.sql).wrappable ? 'transaction' : 'statement', [statement]);
  }

  #close(refusal: string | null): void {
    const { begin = null, statements = [] } = this.#open ?? {};
    this.#open = null;
    if (statements.length > 0) {
      this.#pieces.push({ kind: 'transaction', begin, statements, settings: [...this.#settings], refusal });
    }
    // What was set for the session outlives the transaction.
    this.#settings.push(...statements.filter(isSetting));
  }

  #add(kind: StepPiece['kind'], statements: readonly Statement[]): void {
    this.#pieces.push({ kind, begin: null, statements, settings: [...this.#settings], refusal: null });
  }
}

function controlOf({ sql }: Statement) {
  const parsed = parseStatement(sql);
  return parsed.ok ? transactionControl(parsed.tree) : null;
}

function endsTransaction(control: ReturnType<typeof controlOf>): boolean {
  return control !== null && control !== 'savepoint';
}

/** SET and RESET of the session, and what does the same by a function; what they say holds for the steps after them. */
function isSetting({ sql }: Statement): boolean {
  const parsed = parseStatement(sql);
  const node = parsed.ok ? parsed.tree.stmts?.[0]?.stmt : undefined;
  if (node === undefined) return false;
  if ('VariableSetStmt' in node) return node.VariableSetStmt.is_local !== true;
  return 'SelectStmt' in node && setsForSession.test(sql);
}

/** As dumps write it: nothing but the one call, with constants, and not for the transaction alone. */
const setsForSession =
  /^\s*select\s+(?:pg_catalog\s*\.\s*)?set_config\s*\(\s*'[^']*'\s*,\s*'[^']*'\s*,\s*false\s*\)\s*;?\s*$/i;
