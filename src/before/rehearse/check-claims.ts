import type { Claim, Complexity } from '../../model/migration.js';
import { blockedTraffic } from '../../model/locks.js';
import type { ClaimCheck, StatementTrace } from '../../model/trace.js';
import { locksDuring } from './locks-during.js';

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

/** A floor, from what the server did: to rewrite a table, or to read one whole while traffic is blocked, is never low. */
function measuredComplexity(statements: readonly StatementTrace[]): { level: Complexity; text: string } {
  const rewritten = statements.flatMap((statement) => statement.rewrites);
  if (rewritten.length > 0) return { level: 'HIGH', text: `HIGH: rewrites ${rewritten.join(', ')}` };
  const scanned = statements
    .filter((statement) => locksDuring(statements, statement).some((lock) => blockedTraffic(lock.mode) !== 'none'))
    .flatMap((statement) => statement.scans);
  if (scanned.length > 0) {
    return {
      level: 'MEDIUM',
      text: `MEDIUM: reads ${[...new Set(scanned)].join(', ')} whole while traffic is blocked`,
    };
  }
  const exclusive = statements
    .flatMap((statement) => statement.locks)
    .some((lock) => lock.created === undefined && blockedTraffic(lock.mode) === 'reads and writes');
  return { level: 'LOW', text: exclusive ? 'LOW: short exclusive locks' : 'LOW: stops no reads' };
}
