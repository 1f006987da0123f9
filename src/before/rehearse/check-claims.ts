import type { Claim, Complexity } from '../../model/migration.js';
import { blockedTraffic } from '../../model/locks.js';
import type { ClaimCheck, StatementTrace } from '../../model/trace.js';

const order: readonly Complexity[] = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

/** What a file's header promises, beside what was measured. */
export function checkClaims(
  claims: readonly Claim[],
  run: { readonly durationMs: number; readonly statements: readonly StatementTrace[] },
): readonly ClaimCheck[] {
  return claims.map((claim) => {
    if (claim.kind === 'duration') {
      return { claim, holds: run.durationMs <= claim.durationMs, measured: `${Math.ceil(run.durationMs)} ms` };
    }
    const measured = measuredComplexity(run.statements);
    return { claim, holds: order.indexOf(measured.level) <= order.indexOf(claim.level), measured: measured.text };
  });
}

/** A floor, from what the server did: dropping data or blocking traffic for the length of a scan is never low. */
function measuredComplexity(statements: readonly StatementTrace[]): { level: Complexity; text: string } {
  const existing = statements.flatMap((statement) => statement.locks.filter((lock) => lock.created === undefined));
  const rewritten = statements.flatMap((statement) => statement.rewrites);
  if (rewritten.length > 0) return { level: 'HIGH', text: `HIGH: rewrites ${rewritten.join(', ')}` };
  const scanning = statements.filter((statement) => statement.scans.length > 0 && statement.locks.some((lock) => blockedTraffic(lock.mode) !== 'none'));
  if (scanning.length > 0) return { level: 'MEDIUM', text: `MEDIUM: scans ${scanning.flatMap((s) => s.scans).join(', ')} while traffic is blocked` };
  const blocking = existing.some((lock) => lock.kind !== 'toast' && blockedTraffic(lock.mode) === 'reads and writes');
  return { level: 'LOW', text: blocking ? 'LOW: short exclusive locks' : 'LOW: blocks no traffic' };
}
