import { keepSchema } from '../../../foundation/catalog/snapshot/scope.js';
import { asServerError } from '../../../foundation/postgres/server-error.js';
import type { Session } from '../../../foundation/postgres/session.js';
import { qualifiedName, quoteIdentifier } from '../../../foundation/sql/quote-identifier.js';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import type { KeptPlace } from './list-kept.js';

/** Which of the kept tables somebody means. */
export type KeptChoice =
  | { readonly kind: 'expired' }
  /** Ids of kept tables, or of the changes before which they were kept. */
  | { readonly kind: 'named'; readonly ids: readonly string[] };

/**
 * The tables that are meant, with those that belong to them: what is kept of one table by one change is good for nothing
 * in parts. @throws ChangeSafetyError `usage` for an id that is no kept table's and no change's.
 */
export function chooseKept(kept: readonly KeptPlace[], choice: KeptChoice): readonly KeptPlace[] {
  const named = choice.kind === 'named' ? choice.ids : [];
  const unknown = named.filter((id) => !kept.some(({ entry }) => entry.id === id || entry.change === id));
  if (unknown.length > 0) throw unknownIds(unknown, kept);
  const isMeant = ({ entry }: KeptPlace): boolean =>
    choice.kind === 'expired' ? entry.expired : named.some((id) => entry.id === id || entry.change === id);
  const meant = kept.filter(isMeant);
  const belongs = ({ entry }: KeptPlace): boolean =>
    entry.change !== null &&
    meant.some((one) => one.entry.change === entry.change && one.entry.relation === entry.relation);
  return kept.filter((one) => meant.includes(one) || (choice.kind === 'named' && belongs(one)));
}

function unknownIds(ids: readonly string[], kept: readonly KeptPlace[]): ChangeSafetyError {
  const known = kept.map(({ entry }) => entry.id);
  return new ChangeSafetyError({
    code: 'usage',
    message: `Nothing is kept under ${ids.join(', ')}.`,
    remedy: known.length === 0 ? 'Nothing at all is kept there.' : `There are: ${known.join(', ')}.`,
    effect: 'none',
  });
}

const limits = `SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s'; SET LOCAL idle_in_transaction_session_timeout = '60s'`;

/**
 * Drops kept tables and takes them out of the list, all together or none. Only what is still what was looked at goes.
 * @throws ChangeSafetyError that says what became of the database.
 */
export async function dropKeptTables(session: Session, chosen: readonly KeptPlace[]): Promise<void> {
  refuseReferenced(chosen);
  let committing = false;
  try {
    await session.query(`BEGIN; ${limits}`);
    for (const one of chosen) await dropOne(session, one);
    committing = true;
    await session.query('COMMIT');
  } catch (cause) {
    if (!session.closed) await session.query('ROLLBACK').catch(() => undefined);
    throw asDropFailure(cause, committing);
  }
}

async function dropOne(session: Session, { entry, oid, place }: KeptPlace): Promise<void> {
  const table = qualifiedName(keepSchema, entry.id);
  if (place !== null) {
    const { rowCount } = await session.query(
      `DELETE FROM ${keepSchema}.kept WHERE place = $1 AND kept_at = $2::pg_catalog.timestamptz`,
      [place, entry.keptAt],
    );
    if (rowCount !== 1) throw changedMeanwhile(table);
  }
  if (oid === null) return;
  await session.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  const { rows } = await session.query('SELECT pg_catalog.to_regclass($1)::pg_catalog.oid::text AS oid', [table]);
  if (rows[0]?.['oid'] !== oid) throw changedMeanwhile(table);
  await session.query(`DROP TABLE ${table}`);
}

/** A key into what is kept would have to go first, and that is a change of a table that is in use. */
function refuseReferenced(chosen: readonly KeptPlace[]): void {
  const ours = new Set(chosen.map(({ entry }) => qualifiedName(keepSchema, entry.id)));
  const keys = chosen.flatMap(({ entry }) => entry.referencedBy.filter(({ relation }) => !ours.has(relation)));
  if (keys.length === 0) return;
  const drops = keys.map(
    ({ relation, constraint }) => `ALTER TABLE ${relation} DROP CONSTRAINT ${quoteIdentifier(constraint)};`,
  );
  throw new ChangeSafetyError({
    code: 'query-failed',
    message: `Foreign keys still refer to kept rows: ${keys.map(({ relation, constraint }) => `${constraint} of ${relation}`).join(', ')}.`,
    remedy: `Drop them first, in a change of their own: ${drops.join(' ')}`,
    effect: 'none',
  });
}

function changedMeanwhile(table: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'query-failed',
    message: `${table} is no longer what it was when it was listed.`,
    remedy: 'Look again: lockkeeper keep list.',
    effect: 'rolled-back',
  });
}

function asDropFailure(cause: unknown, committing: boolean): unknown {
  if (cause instanceof ChangeSafetyError) return cause;
  const server = asServerError(cause);
  const reason = cause instanceof Error ? cause.message : String(cause);
  const detail = server?.detail === undefined ? '' : ` (${server.detail})`;
  const isUnknown = committing && server === null;
  return new ChangeSafetyError({
    code: 'query-failed',
    message: isUnknown
      ? `The connection broke while the drop was committed: ${reason}`
      : `What is kept could not be dropped: ${reason}${detail}`,
    remedy: remedyFor(server?.code, isUnknown),
    effect: isUnknown ? 'unknown' : 'rolled-back',
    sqlState: server?.code ?? null,
    cause,
  });
}

function remedyFor(sqlState: string | undefined, isUnknown: boolean): string {
  if (isUnknown) return 'See what is there: lockkeeper keep list. All of it went, or nothing.';
  if (sqlState === '55P03') return 'Somebody reads or dumps what is kept: try again when they are done.';
  if (sqlState === '42501') return `Connect as the owner of the schema ${keepSchema}.`;
  return 'Remove what is in the way, and try again.';
}
