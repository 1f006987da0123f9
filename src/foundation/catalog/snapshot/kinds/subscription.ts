import type { JsonValue } from '../../../../model/json.js';
import { rowColumns } from '../names-sql.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface SubscriptionRow extends SnapshotRow, SharedRow {
  readonly enabled: boolean;
  readonly slot: string | null;
  readonly publications: readonly string[];
  readonly options: Readonly<Record<string, JsonValue>>;
}

/** Options of CREATE SUBSCRIPTION by the major that brought them; every column is open to everybody. */
const optionColumns: readonly { readonly since: number; readonly option: string; readonly sql: string }[] = [
  { since: 15, option: 'binary', sql: 's.subbinary' },
  {
    since: 15,
    option: 'streaming',
    sql: "CASE s.substream::pg_catalog.text WHEN 't' THEN 'on' WHEN 'true' THEN 'on' WHEN 'p' THEN 'parallel' ELSE 'off' END",
  },
  { since: 15, option: 'two_phase', sql: "s.subtwophasestate <> 'd'" },
  { since: 15, option: 'disable_on_error', sql: 's.subdisableonerr' },
  { since: 15, option: 'synchronous_commit', sql: 's.subsynccommit' },
  { since: 16, option: 'password_required', sql: 's.subpasswordrequired' },
  { since: 16, option: 'run_as_owner', sql: 's.subrunasowner' },
  { since: 16, option: 'origin', sql: 's.suborigin' },
  { since: 17, option: 'failover', sql: 's.subfailover' },
];

function optionsSql(major: number): string {
  const pairs = optionColumns.filter(({ since }) => since <= major).map(({ option, sql }) => `'${option}', ${sql}`);
  return `pg_catalog.json_build_object(${pairs.join(', ')})`;
}

/** How it connects is never read: that holds a password. */
export default defineKind<SubscriptionRow>({
  kind: 'subscription',
  sql: (major) => `SELECT ${rowColumns('pg_subscription', 's.oid')}, s.subenabled AS enabled, s.subslotname AS slot,
    pg_catalog.to_json(s.subpublications) AS publications, ${optionsSql(major)} AS options,
    ${sharedColumns({ catalog: 'pg_subscription', oid: 's.oid', owner: 's.subowner' })}
    FROM pg_catalog.pg_subscription s
    WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())`,
  facts: (row) =>
    sharedFacts(row, { enabled: row.enabled, slot: row.slot, publications: row.publications, options: row.options }),
});
