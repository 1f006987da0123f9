import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { ConnectionCandidate, ConnectionPlan, SessionKind } from './connection-string.js';
import { type ConnectOptions, connect, PasswordMissing, type Session } from './session.js';
import { asServerError } from './server-error.js';
import { requireTenant } from './tenant-session.js';

/** A server that is starting, stopping or recovering: another one may answer. */
const cannotConnectNow = '57P03';
/** pg_hba.conf has no line for this connection, perhaps because of its encryption. */
const notAllowed = '28000';

const unreachable = new Set([
  'EACCES',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'ETIMEDOUT',
]);

/**
 * Connects to the first host of a plan that can be reached and is of the wanted kind; a refusal of the user ends the
 * search, as with libpq. The session's `target` names that one host. Throws `connection-failed` with every reason.
 */
export async function connectToAny(plan: ConnectionPlan, options: ConnectOptions): Promise<Session> {
  const failures: ChangeSafetyError[] = [];
  const passes: readonly SessionKind[] =
    plan.sessionKind === 'prefer-standby' ? ['standby', 'any'] : [plan.sessionKind];
  for (const kind of passes) {
    for (const candidate of plan.candidates) {
      const session = await reach(candidate, options, failures);
      if (session === null) continue;
      if (await isOfKind(session, kind)) return await inTenant(session);
      await session[Symbol.asyncDispose]();
      failures.push(wrongKind(candidate, kind));
    }
  }
  throw asOne(failures);
}

async function inTenant(session: Session): Promise<Session> {
  const { tenant } = session.target;
  if (tenant === undefined) return session;
  try {
    await requireTenant(session, tenant);
    return session;
  } catch (cause) {
    await session[Symbol.asyncDispose]();
    throw cause;
  }
}

/** Null, with the failure noted, when another host may be tried. */
async function reach(
  { target, encryptions }: ConnectionCandidate,
  options: ConnectOptions,
  failures: ChangeSafetyError[],
): Promise<Session | null> {
  let last: ChangeSafetyError | null = null;
  for (const tls of encryptions) {
    try {
      return await connect(tls === null ? target : { ...target, tls }, options);
    } catch (error) {
      if (!(error instanceof ChangeSafetyError)) throw error;
      last = error;
      if (!mayDependOnEncryption(error)) break;
    }
  }
  if (last === null) return null;
  if (!isUnreachable(last.cause) && last.sqlState !== cannotConnectNow) throw last;
  failures.push(last);
  return null;
}

function mayDependOnEncryption({ cause, sqlState }: ChangeSafetyError): boolean {
  if (asServerError(cause) !== null) return sqlState === notAllowed;
  return !isUnreachable(cause) && !(cause instanceof PasswordMissing);
}

function isUnreachable(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  // A name with several addresses fails with one error for each.
  const { code } = cause as NodeJS.ErrnoException;
  return cause.message === 'timeout expired' || (code !== undefined && unreachable.has(code));
}

const kindOfSession = `SELECT pg_catalog.pg_is_in_recovery() AS standby,
    pg_catalog.pg_is_in_recovery() OR pg_catalog.current_setting('default_transaction_read_only') = 'on' AS read_only`;

async function isOfKind(session: Session, kind: SessionKind): Promise<boolean> {
  if (kind === 'any' || kind === 'prefer-standby') return true;
  const row = (await session.query(kindOfSession)).rows[0] ?? {};
  if (kind === 'primary' || kind === 'standby') return (row['standby'] === true) === (kind === 'standby');
  return (row['read_only'] === true) === (kind === 'read-only');
}

function wrongKind({ target }: ConnectionCandidate, kind: SessionKind): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'connection-failed',
    message: `The server at ${target.host}:${target.port} is not ${kind}, as target_session_attrs wants it.`,
    remedy: 'Name another host, or take target_session_attrs out.',
    effect: 'none',
  });
}

function asOne(failures: readonly ChangeSafetyError[]): ChangeSafetyError {
  const [first] = failures;
  const messages = [...new Set(failures.map(({ message }) => message))];
  return new ChangeSafetyError({
    code: 'connection-failed',
    message: messages.join('\n'),
    remedy: first?.remedy ?? '',
    effect: 'none',
    sqlState: first?.sqlState ?? null,
    cause: first?.cause,
  });
}
