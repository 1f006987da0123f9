import { blockedTraffic, type LockTrace, lockModes, type RelationKind } from '../../model/locks.js';
import type { Finding } from '../../model/rehearsal.js';
import type { MigrationTrace, StatementTrace } from '../../model/trace.js';
import { variablesInBodies } from '../../foundation/sql/variables-in-bodies.js';
import { locksDuring } from './locks-during.js';

/** Requests of users that wait this long give up (production's usual queueing budget of a change). */
const longStallMs = 500;

const syntaxError = '42601';

/** Their tables carry the lock that users feel. */
const quietKinds: ReadonlySet<RelationKind> = new Set(['toast', 'index', 'partitioned index', 'sequence']);

/** What a rehearsal shows to be wrong or dangerous, by what the server did and not by the text. */
export function findingsOf(migrations: readonly MigrationTrace[]): readonly Finding[] {
  return migrations.flatMap((migration) => [
    ...migration.statements.flatMap((statement) =>
      findingsOfStatement(statement, {
        held: locksDuring(migration.statements, statement),
        wentOn: migration.state.kind === 'applied',
      }),
    ),
    ...brokenClaims(migration),
    ...rerunFindings(migration),
  ]);
}

interface Circumstances {
  /** The statement's own locks, and those that its transaction held already. */
  readonly held: readonly LockTrace[];
  /** The change went on after an error of this statement. */
  readonly wentOn: boolean;
}

function findingsOfStatement(statement: StatementTrace, { held, wentOn }: Circumstances): readonly Finding[] {
  const at = { path: statement.path, line: statement.line };
  const findings: Finding[] = [];
  if (statement.error !== null) findings.push(failure(statement, statement.error, wentOn));
  const blocking = strongestBlocking(held, [...statement.rewrites, ...statement.scans]);
  if (blocking !== null && statement.rewrites.length > 0) {
    findings.push({
      id: 'table-rewrite',
      severity: 'warning',
      message: `${statement.rewrites.join(', ')} is rewritten while a lock on ${blocking.relation} stops ${blockedTraffic(blocking.mode)}.`,
      remedy: 'Add a new column, backfill it in batches, switch over, and drop the old one later.',
      ...at,
    });
  } else if (blocking !== null && statement.scans.length > 0) {
    findings.push({
      id: 'scan-under-lock',
      severity: 'warning',
      message: `${statement.scans.join(', ')} is read whole while a lock on ${blocking.relation} stops ${blockedTraffic(blocking.mode)}.`,
      remedy: 'Use CREATE INDEX CONCURRENTLY, or add constraints NOT VALID and validate them in a later transaction.',
      ...at,
    });
  }
  return [...findings, ...stalls(statement), ...wrongPredictions(statement)];
}

function remedyFor(
  { sql, error }: { readonly sql: string; readonly error: NonNullable<StatementTrace['error']> },
  { denied, wentOn }: { readonly denied: boolean; readonly wentOn: boolean },
): string {
  if (wentOn) return 'Nothing, if the tool expects this answer: it went on.';
  if (denied) return 'Grant the privilege to the role that runs the change, or let the owner run it.';
  const [variable] = error.code === syntaxError ? variablesInBodies(sql) : [];
  if (variable !== undefined) {
    return (
      `:${variable} stands between dollar quotes, where psql leaves variables alone, and so does a rehearsal. If your ` +
      'tool fills it in there, rehearse its own command with --exec; else write the value, or use format() and EXECUTE.'
    );
  }
  return error.hint ?? 'Correct the statement; nothing after it was run.';
}

/** Tools ask for tables that may not be there: an error that the tool went on after is none of the change. */
function failure(statement: StatementTrace, error: NonNullable<StatementTrace['error']>, wentOn: boolean): Finding {
  const denied = error.code === '42501';
  return {
    id: denied ? 'missing-privilege' : 'change-fails',
    severity: wentOn ? 'info' : 'error',
    message: `${error.message}${error.code === null ? '' : ` (${error.code})`}`,
    remedy: remedyFor({ sql: statement.sql, error }, { denied, wentOn }),
    path: statement.path,
    line: error.line,
  };
}

/** The strongest lock that stops traffic on a relation that existed before, best on one of those that are worked on. */
function strongestBlocking(held: readonly LockTrace[], worked: readonly string[]): LockTrace | null {
  const blocking = held
    .filter((lock) => lock.created === undefined && !quietKinds.has(lock.kind) && blockedTraffic(lock.mode) !== 'none')
    .toSorted((a, b) => lockModes.indexOf(b.mode) - lockModes.indexOf(a.mode));
  return blocking.find((lock) => worked.includes(lock.relation)) ?? blocking[0] ?? null;
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

/** A difference is told as one of ours: either the prediction is wrong, or the stage is not what was predicted for. */
function wrongPredictions({ prediction, path, line }: StatementTrace): readonly Finding[] {
  return (prediction?.differences ?? []).map(({ about, relation, predicted, observed }) => ({
    id: 'prediction-differs',
    severity: 'warning',
    message: `${relation === null ? 'The statement' : relation}: predicted ${about} ${predicted}, observed ${observed}.`,
    remedy: 'Trust what was observed; check would have said otherwise. Please report it.',
    path,
    line,
  }));
}

function rerunFindings({ rerun, path }: MigrationTrace): readonly Finding[] {
  if (rerun === null || rerun.kind === 'unchanged') return [];
  const failed = rerun.kind === 'failed';
  const remedy = 'Use IF [NOT] EXISTS and CREATE OR REPLACE, or ask the catalog before the statement.';
  const message = failed
    ? `Run once more it fails: ${rerun.error.message}${rerun.error.code === null ? '' : ` (${rerun.error.code})`}`
    : 'Run once more it changes the schema again.';
  return [{ id: 'not-idempotent', severity: 'warning', message, remedy, path, line: failed ? rerun.error.line : 1 }];
}
