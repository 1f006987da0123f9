import { type TransactionControl, transactionControl } from '../effects/transaction-control.js';
import { parseStatement } from '../sql/parse.js';
import { type Parser, withParsed } from '../sql/parser.js';
import { statementNature } from '../steps/transaction-wrapping.js';

/** How a statement meets the transactions around it. */
export interface StatementConduct {
  readonly control: TransactionControl | null;
  /** COMMIT AND CHAIN, ROLLBACK AND CHAIN: the next transaction begins at once. */
  readonly chains: boolean;
  readonly transactionBlock: 'allowed' | 'refused';
  /** It commits by itself, so that its locks are gone when it has ended. */
  readonly commitsItself: boolean;
  /** SET and SHOW: no locks; and a look after it would take the snapshot that a SET TRANSACTION behind it forbids. */
  readonly isSetting: boolean;
  /** Means the same inside a block of the tap's own. */
  readonly wrappable: boolean;
}

const unknown: StatementConduct = {
  control: null,
  chains: false,
  transactionBlock: 'allowed',
  commitsItself: false,
  isSetting: false,
  wrappable: false,
};

/** LOCK is an error outside a block; it must stay one. */
const unwrappable: ReadonlySet<string> = new Set([
  'LockStmt',
  'VariableSetStmt',
  'VariableShowStmt',
  'ConstraintsSetStmt',
]);

/** The same for a text of any size. */
export async function longStatementConduct(sql: string, parser: Parser): Promise<StatementConduct | null> {
  return await withParsed(parser, [sql], () => statementConduct(sql));
}

/** Null when the text is no single statement of PostgreSQL's grammar. A text too long to be analysed is `unknown`. */
export function statementConduct(sql: string): StatementConduct | null {
  const parsed = parseStatement(sql);
  if (!parsed.ok) return parsed.cursor === null ? unknown : null;
  if (parsed.tree.stmts?.length !== 1) return null;
  const stmt = parsed.tree.stmts[0]?.stmt;
  if (stmt === undefined) return null;
  const type = Object.keys(stmt)[0] ?? '';
  const nature = statementNature(sql);
  const mayCommitInside = type === 'CallStmt' || (type === 'DoStmt' && !nature.wrappable);
  return {
    control: transactionControl(parsed.tree),
    chains: 'TransactionStmt' in stmt && stmt.TransactionStmt.chain === true,
    transactionBlock: nature.transactionBlock,
    commitsItself: nature.transactionBlock === 'refused' || mayCommitInside,
    isSetting: type === 'VariableSetStmt' || type === 'VariableShowStmt',
    wrappable: nature.wrappable && !unwrappable.has(type),
  };
}
