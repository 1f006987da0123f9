import type { Statement, TransactionPlan } from '../../model/sql-text.js';
import { transactionBlock } from '../effects/transaction-block.js';
import { transactionControl } from '../effects/transaction-control.js';
import { parseOnce } from '../sql/parse-once.js';
import type { DeclaredTransaction } from './format.js';

/** Only such texts can control a transaction or refuse one; the others need no parser. */
const telling =
  /^(?:begin|start|commit|end|rollback|abort|prepare)\b|\b(?:concurrently|vacuum|database|tablespace|system|subscription|reindex|cluster|discard|prepared)\b/i;

/**
 * Settles a transaction that the format leaves to the statements: one around the file, unless the file
 * opens its own or holds a statement that refuses a transaction block. The parser must be loaded.
 */
export function resolveTransaction(declared: DeclaredTransaction, statements: readonly Statement[]): TransactionPlan {
  const { mode, reason } = declared;
  if (mode !== 'auto') return { mode, reason };
  for (const statement of statements) {
    const objection = objectionTo(statement);
    if (objection !== null) return { mode: 'none', reason: objection };
  }
  return { mode: 'single', reason };
}

function objectionTo(statement: Statement): string | null {
  const { sql, span } = statement;
  if (!telling.test(sql)) return null;
  const parsed = parseOnce(statement);
  if (!parsed.ok) return null;
  const place = `${span.path}:${span.line}`;
  if (transactionControl(parsed.tree) !== null) {
    return `the file controls transactions itself (${firstWords(sql)}, ${place}); each statement is sent by itself, as psql does`;
  }
  if (transactionBlock(parsed.tree) === 'allowed') return null;
  return `"${firstWords(sql)}" (${place}) refuses a transaction block; each statement commits by itself, as with psql`;
}

function firstWords(sql: string): string {
  const words = sql.split(/\s+/);
  return words.length > 5 ? `${words.slice(0, 5).join(' ')} …` : words.join(' ');
}
