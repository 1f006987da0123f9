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

interface Option {
  readonly since: number;
  readonly name: string;
  readonly sql: string;
  /** SQL of what it is when nobody says it; null where that hangs on the major. */
  readonly usual: string | null;
}

/** Options of CREATE SUBSCRIPTION with the major that brought them; their columns are open to everybody. */
const options: readonly Option[] = [
  { since: 15, name: 'binary', sql: 's.subbinary', usual: 'false' },
  { since: 15, name: 'streaming', sql: streamingSql(), usual: null },
  { since: 15, name: 'two_phase', sql: "(s.subtwophasestate <> 'd')", usual: 'false' },
  { since: 15, name: 'disable_on_error', sql: 's.subdisableonerr', usual: 'false' },
  { since: 15, name: 'synchronous_commit', sql: 's.subsynccommit', usual: "'off'" },
  { since: 16, name: 'password_required', sql: 's.subpasswordrequired', usual: 'true' },
  { since: 16, name: 'run_as_owner', sql: 's.subrunasowner', usual: 'false' },
  { since: 16, name: 'origin', sql: 's.suborigin', usual: "'any'" },
  { since: 17, name: 'failover', sql: 's.subfailover', usual: 'false' },
];

/** A boolean in 15, a letter since. */
function streamingSql(): string {
  return `CASE s.substream::pg_catalog.text WHEN 't' THEN 'on' WHEN 'true' THEN 'on' WHEN 'p' THEN 'parallel' ELSE 'off' END`;
}

function optionsSql(major: number): string {
  const pairs = options
    .filter(({ since }) => since <= major)
    .map(({ name, sql, usual }) => `'${name}', ${usual === null ? sql : `NULLIF(${sql}, ${usual})`}`);
  return `pg_catalog.json_strip_nulls(pg_catalog.json_build_object(${pairs.join(', ')}))`;
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
