import type { ParseResult } from '@pgsql/types';

export type TransactionControl = 'begin' | 'commit' | 'rollback' | 'savepoint';

/**
 * What a statement does to the current transaction block; null when it is not transaction control.
 * PREPARE TRANSACTION ends the block as COMMIT does; COMMIT PREPARED concerns another transaction.
 */
export function transactionControl(tree: ParseResult): TransactionControl | null {
  const stmt = tree.stmts?.[0]?.stmt;
  if (stmt === undefined || !('TransactionStmt' in stmt)) return null;
  switch (stmt.TransactionStmt.kind) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START':
      return 'begin';
    case 'TRANS_STMT_COMMIT':
    case 'TRANS_STMT_PREPARE':
      return 'commit';
    case 'TRANS_STMT_ROLLBACK':
      return 'rollback';
    case 'TRANS_STMT_SAVEPOINT':
    case 'TRANS_STMT_RELEASE':
    case 'TRANS_STMT_ROLLBACK_TO':
      return 'savepoint';
    default:
      return null;
  }
}
