import { blockedTraffic, type LockTrace } from '../../model/locks.js';
import type { Finding } from '../../model/rehearsal.js';
import type { MigrationTrace, StatementTrace } from '../../model/trace.js';

/** Requests of users that wait this long give up (production's usual queueing budget of a change). */
const longStallMs = 500;

/** What a rehearsal shows to be wrong or dangerous, by what the server did and not by the text. */
export function findingsOf(migrations: readonly MigrationTrace[]): readonly Finding[] {
  return migrations.flatMap((migration) => [
    ...migration.statements.flatMap((statement) => findingsOfStatement(statement, migration.state.kind === 'applied')),
    ...brokenClaims(migration),
  ]);
}

function findingsOfStatement(statement: StatementTrace, wentOn: boolean): readonly Finding[] {
  const at = { path: statement.path, line: statement.line };
  const findings: Finding[] = [];
  if (statement.error !== null) findings.push(failure(statement, statement.error, wentOn));
  const blocking = strongestBlocking(statement);
  if (blocking !== null && statement.rewrites.length > 0) {
    findings.push({
      id: 'table-rewrite',
      severity: 'warning',
      message: `${statement.rewrites.join(', ')} is rewritten while ${blocking.relation} takes no ${blockedTraffic(blocking.mode)}.`,
      remedy: 'Add a new column, backfill it in batches, switch over, and drop the old one later.',
      ...at,
    });
  } else if (blocking !== null && statement.scans.length > 0) {
    findings.push({
      id: 'scan-under-lock',
      severity: 'warning',
      message: `${statement.scans.join(', ')} is read whole while ${blocking.relation} takes no ${blockedTraffic(blocking.mode)}.`,
      remedy: 'Use CREATE INDEX CONCURRENTLY, or add constraints NOT VALID and validate them in a later transaction.',
      ...at,
    });
  }
  return [...findings, ...stalls(statement)];
}

/** Tools ask for tables that may not be there: an error that the tool went on after is none of the change. */
function failure(statement: StatementTrace, error: NonNullable<StatementTrace['error']>, wentOn: boolean): Finding {
  const denied = error.code === '42501';
  return {
    id: denied ? 'missing-privilege' : 'change-fails',
    severity: wentOn ? 'info' : 'error',
    message: `${error.message}${error.code === null ? '' : ` (${error.code})`}`,
    remedy: denied
      ? 'Grant the privilege to the role that runs the change, or let the owner run it.'
      : (error.hint ?? 'Correct the statement; nothing after it was run.'),
    path: statement.path,
    line: error.line,
  };
}

/** The strongest lock on a relation that existed before, if it stops writes or more. */
function strongestBlocking(statement: StatementTrace): LockTrace | null {
  const existing = statement.locks.filter(
    (lock) => lock.created === undefined && (lock.kind === 'table' || lock.kind === 'partitioned table' || lock.kind === 'matview'),
  );
  return (
    existing.find((lock) => blockedTraffic(lock.mode) === 'reads and writes') ??
    existing.find((lock) => blockedTraffic(lock.mode) === 'writes') ??
    null
  );
}

function stalls(statement: StatementTrace): readonly Finding[] {
  return statement.traffic
    .filter((traffic) => traffic.longestStallMs >= longStallMs)
    .map((traffic) => ({
      id: 'traffic-stalled',
      severity: 'warning',
      message: `A ${traffic.operation} of ${traffic.relation} waited ${Math.round(traffic.longestStallMs)} ms (p99 ${Math.round(traffic.p99Ms)} ms).`,
      remedy: 'Shorten what runs under the lock: split the transaction, or use a form that locks less.',
      path: statement.path,
      line: statement.line,
    }));
}

function brokenClaims(migration: MigrationTrace): readonly Finding[] {
  return migration.claims
    .filter((check) => !check.holds)
    .map((check) => ({
      id: 'claim-broken',
      severity: 'warning',
      message: `The header says “${check.claim.text}”; measured: ${check.measured}.`,
      remedy: 'Correct the header, or the migration.',
      path: migration.path,
      line: check.claim.line,
    }));
}
