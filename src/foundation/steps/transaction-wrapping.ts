import { transactionBlock } from '../effects/transaction-block.js';
import { transactionControl } from '../effects/transaction-control.js';
import { parseStatement } from '../sql/parse.js';

export type StatementNature = {
  readonly transactionBlock: 'allowed' | 'refused';
  /** BEGIN, COMMIT and their kin: they run as they stand, unobserved. */
  readonly controlsTransaction: boolean;
  /** Means the same inside a block of its own, so that its locks can be read before they go. */
  readonly wrappable: boolean;
};

/** Code that may commit inside, or settings and cursors that end with the block: running them in one changes them. */
const unwrappable: ReadonlySet<string> = new Set([
  'CallStmt',
  'DeclareCursorStmt',
  'FetchStmt',
  'ClosePortalStmt',
  // An error outside a block.
  'LockStmt',
]);
const commitsInside = /\b(?:commit|rollback)\b/i;
const blockScoped = /^\s*set\s+(?:local|transaction|constraints)\b/i;

/** How a statement meets transactions, from its text. A text that cannot be parsed runs bare: nothing is known of it. */
export function statementNature(sql: string): StatementNature {
  const parsed = parseStatement(sql);
  if (!parsed.ok) return { transactionBlock: 'allowed', controlsTransaction: false, wrappable: false };
  const block = transactionBlock(parsed.tree);
  const controlsTransaction = transactionControl(parsed.tree) !== null;
  const type = Object.keys(parsed.tree.stmts?.[0]?.stmt ?? {})[0] ?? '';
  const bare =
    block === 'refused' ||
    controlsTransaction ||
    unwrappable.has(type) ||
    (type === 'DoStmt' && commitsInside.test(sql)) ||
    blockScoped.test(sql);
  return { transactionBlock: block, controlsTransaction, wrappable: !bare };
}
