import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { JsonValue } from '../../model/json.js';
import { type LedgerEntry, type LedgerEntryKind, ledgerSchema, type NewLedgerEntry } from '../../model/ledger.js';
import type { Row, Session } from '../postgres/session.js';
import { tenantOf } from '../postgres/tenant-session.js';

/** FOR SHARE: whoever takes the lease over waits until a transaction with entries of the old one has ended. */
const append = `WITH holder AS (SELECT FROM ${ledgerSchema}.lease WHERE token = $1 FOR SHARE)
  INSERT INTO ${ledgerSchema}.entry (run_id, kind, migration_id, step_id, body)
  SELECT $2, $3, $4, $5, $6 FROM holder RETURNING number`;

/** A ledger that was made before there were tenants has no such column, and needs none without them. */
const appendForTenant = append.replace('body)', 'body, tenant)').replace('$6 FROM', '$6, $7 FROM');

/**
 * Adds an entry on the given session: inside its transaction, where one is open, so that both take effect or neither. It
 * belongs to the tenant that the session works for. Returns the entry's number.
 * @throws ChangeSafetyError `lease-lost` when somebody else has taken the lease.
 */
export async function appendEntry(session: Session, token: string, entry: NewLedgerEntry): Promise<number> {
  const { runId, kind, migrationId, stepId, body } = entry;
  const values = [token, runId, kind, migrationId, stepId, JSON.stringify(body)];
  const tenant = tenantOf(session);
  const adding = tenant === null ? session.query(append, values) : session.query(appendForTenant, [...values, tenant]);
  const [row] = (await adding).rows;
  if (row !== undefined) return Number(row['number']);
  throw leaseTaken();
}

/** What a runner learns whose token is no longer the holder's. */
export function leaseTaken(): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'lease-lost',
    message: 'Another runner has taken over the right to change this database.',
    remedy: '`lockkeeper status` says who holds it and what became of this run.',
    effect: 'rolled-back',
  });
}

const utcText = `pg_catalog.to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** SQL of whose an entry is: null of the whole database, and where the ledger is older than tenants. */
export const tenantOfEntry = `(pg_catalog.to_jsonb(e) - 'body' ->> 'tenant')`;

const select = `SELECT number, run_id, kind, migration_id, step_id, ${utcText} AS at, body FROM ${ledgerSchema}.entry e
  WHERE ${tenantOfEntry} IS NOT DISTINCT FROM $1`;

/** All entries of the tenant that the session works for, or those of one run, in their order. The ledger must be there. */
export async function readEntries(session: Session, runId?: string): Promise<readonly LedgerEntry[]> {
  const tenant = tenantOf(session);
  const { rows } =
    runId === undefined
      ? await session.query(`${select} ORDER BY number`, [tenant])
      : await session.query(`${select} AND run_id = $2 ORDER BY number`, [tenant, runId]);
  return rows.map(toEntry);
}

function toEntry(row: Row): LedgerEntry {
  return {
    number: Number(row['number']),
    runId: String(row['run_id']),
    kind: row['kind'] as LedgerEntryKind,
    migrationId: row['migration_id'] as string | null,
    stepId: row['step_id'] as string | null,
    at: String(row['at']),
    body: row['body'] as JsonValue,
  };
}
