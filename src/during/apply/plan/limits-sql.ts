import { quoteIdentifier, quoteLiteral } from '../../../foundation/sql/quote-identifier.js';
import type { StepLimits } from '../../../model/apply-plan.js';

/** How soon the server notices that the runner is gone: its backend would hold its locks until the statement ends. */
const connectionCheckMs = 200;

/** Limits as SET statements: of the transaction, or of the session for a statement that commits by itself. */
export function limitsSql(
  limits: StepLimits,
  { local, lockTimeoutMs }: { local: boolean; lockTimeoutMs: number },
): string {
  const settings: Readonly<Record<string, string>> = {
    lock_timeout: `${lockTimeoutMs}ms`,
    statement_timeout: `${limits.statementTimeoutMs}ms`,
    idle_in_transaction_session_timeout: `${Math.max(10_000, limits.holdLimitMs)}ms`,
    idle_session_timeout: '0',
    client_connection_check_interval: `${connectionCheckMs}ms`,
  };
  const scope = local ? 'SET LOCAL' : 'SET';
  return Object.entries(settings)
    .map(([name, value]) => `${scope} ${name} = ${quoteLiteral(value)}`)
    .join('; ');
}

export function roleSql(role: string | null, local: boolean): string {
  return role === null ? '' : `; SET ${local ? 'LOCAL ' : ''}ROLE ${quoteIdentifier(role)}`;
}
