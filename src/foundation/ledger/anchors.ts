import type { JsonValue } from '../../model/json.js';
import { ledgerSchema } from '../../model/ledger.js';
import type { Row, Session } from '../postgres/session.js';
import { tenantOf } from '../postgres/tenant-session.js';
import { tenantOfEntry } from './entries.js';

/** An entry that names the newest records of its time. */
export interface Anchor {
  /** Number of the ledger's entry. */
  readonly entry: number;
  readonly runId: string;
  /** ISO 8601, UTC, by the server's clock. */
  readonly at: string;
  /** Digests of the records that no other named then. */
  readonly heads: readonly string[];
  /** Digests of those that the heads name: who has these and lacks a head had it once. */
  readonly behind: readonly string[];
}

const insert = `INSERT INTO ${ledgerSchema}.entry (run_id, kind, body) VALUES ($1, 'anchor', $2)`;
const insertForTenant = `INSERT INTO ${ledgerSchema}.entry (run_id, kind, body, tenant) VALUES ($1, 'anchor', $2, $3)`;

/** Adds an anchor. Nobody decides by it who may work, so it needs no lease. The ledger must be there. */
export async function appendAnchor(
  session: Session,
  anchor: Pick<Anchor, 'runId' | 'heads' | 'behind'>,
): Promise<void> {
  const { runId, heads, behind } = anchor;
  const values = [runId, JSON.stringify({ heads, behind })];
  const tenant = tenantOf(session);
  await (tenant === null ? session.query(insert, values) : session.query(insertForTenant, [...values, tenant]));
}

const select = `SELECT number, run_id, body,
    pg_catalog.to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
  FROM ${ledgerSchema}.entry e
  WHERE kind = 'anchor' AND ${tenantOfEntry} IS NOT DISTINCT FROM $1 ORDER BY number`;

/** All anchors of the tenant that the session works for, in their order. The ledger must be there. */
export async function readAnchors(session: Session): Promise<readonly Anchor[]> {
  return (await session.query(select, [tenantOf(session)])).rows.map(toAnchor);
}

function toAnchor(row: Row): Anchor {
  const { heads, behind } = row['body'] as { readonly heads?: JsonValue; readonly behind?: JsonValue };
  return {
    entry: Number(row['number']),
    runId: String(row['run_id']),
    at: String(row['at']),
    heads: textsOf(heads),
    behind: textsOf(behind),
  };
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
