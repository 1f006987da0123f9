import type { LockMode, LockTrace, RelationKind } from '../../src/model/locks.js';
import type { Rehearsal } from '../../src/model/rehearsal.js';
import type { LatencyPoint, MigrationTrace, StatementTrace, TrafficTrace } from '../../src/model/trace.js';

interface LockDetails {
  readonly kind?: RelationKind;
  readonly heldMs?: number | null;
  readonly waitedMs?: number | null;
  readonly created?: true;
  readonly certainty?: LockTrace['certainty'];
}

export function lockOn(relation: string, mode: LockMode, details: LockDetails = {}): LockTrace {
  const { kind = 'table', heldMs = null, waitedMs = null, certainty = 'exact', created } = details;
  return { relation, kind, mode, ...(created ? { created } : {}), certainty, waitedMs, heldMs };
}

export function statementOf(fields: Partial<StatementTrace> & Pick<StatementTrace, 'sql'>): StatementTrace {
  return {
    path: 'migrations/0001_users.sql',
    line: 1,
    startedAtMs: 0,
    durationMs: 1,
    transactionBlock: 'allowed',
    locks: [],
    rewrites: [],
    newFiles: [],
    scans: [],
    rowsWritten: null,
    walBytes: null,
    io: null,
    sizeGrowthBytes: null,
    traffic: [],
    standby: null,
    notices: [],
    error: null,
    prediction: null,
    ...fields,
  };
}

export function migrationOf(fields: Partial<MigrationTrace>): MigrationTrace {
  return {
    id: '0001',
    path: 'migrations/0001_users.sql',
    transaction: { mode: 'single', reason: 'plain SQL file' },
    statements: [],
    durationMs: 1,
    commitMs: 0.4,
    walRecords: [],
    claims: [],
    latencies: [],
    state: { kind: 'applied' },
    rerun: null,
    ...fields,
  };
}

export function rehearsalOf(fields: Partial<Rehearsal>): Rehearsal {
  return {
    kind: 'rehearsal',
    version: 1,
    tool: { name: 'lockkeeper', version: '0.1.0' },
    server: { version: '17.10', major: 17, source: 'embedded' },
    stage: {
      historyMigrations: 0,
      historyMs: 0,
      data: 'none',
      rowsPerTable: null,
      schemaFrom: false,
      role: null,
      rolesCreated: [],
      standby: false,
      trafficPerSecond: null,
    },
    project: { format: 'plain-sql', path: 'examples/shop/migrations' },
    verdict: 'passed',
    inconclusive: [],
    migrations: [],
    findings: [],
    notes: [],
    changeDigest: 'sha256:6f1c7a0c2c1b4a6bb7e9d6a1f7d2b8c05e3f9a4d1c0b7e8f6a5d4c3b2a190807',
    structure: null,
    startedAt: '2026-03-14T09:26:53.589Z',
    durationMs: 84,
    ...fields,
  };
}

function felt(
  relation: string,
  operation: TrafficTrace['operation'],
  numbers: {
    readonly requests: number;
    readonly longestStallMs: number;
    readonly p99Ms: number;
    readonly failures?: number;
  },
): TrafficTrace {
  return { relation, operation, failures: 0, ...numbers };
}

/** Open-loop traffic that queues behind a block of [from, to) milliseconds: who comes early waits longest. */
function trafficAround(block: { from: number; to: number; stops: LatencyPoint['operation'][] }, untilMs: number) {
  const operations = ['read', 'write', 'standby read'] as const;
  const points: LatencyPoint[] = [];
  for (let atMs = 0; atMs < untilMs; atMs += 8) {
    for (const [index, operation] of operations.entries()) {
      const base = 0.4 + ((atMs * 7 + index * 13) % 11) / 10;
      const blocked = block.stops.includes(operation) && atMs >= block.from && atMs < block.to;
      points.push({ atMs: atMs + index, latencyMs: blocked ? block.to - atMs + base : base, operation });
    }
  }
  return points;
}

const addLocale: MigrationTrace = migrationOf({
  id: '0010_add_locale',
  path: 'migrations/0010_add_locale.sql',
  durationMs: 3.1,
  commitMs: 0.6,
  claims: [
    {
      claim: { kind: 'duration', text: 'Estimated Duration: 1 second', line: 2, durationMs: 1000 },
      holds: true,
      measured: '3.1 ms',
    },
  ],
  statements: [
    statementOf({
      sql: "ALTER TABLE users\n  ADD COLUMN locale text NOT NULL DEFAULT 'en'",
      path: 'migrations/0010_add_locale.sql',
      line: 4,
      startedAtMs: 0.2,
      durationMs: 1.9,
      locks: [lockOn('public.users', 'AccessExclusiveLock', { heldMs: 2.9 })],
      rowsWritten: 0,
      walBytes: 2312,
      sizeGrowthBytes: 0,
      io: { blocksHit: 214, blocksRead: 0, blocksDirtied: 9, blocksWritten: 0, tempBytes: 0 },
    }),
  ],
});

const widenPayments: MigrationTrace = migrationOf({
  id: '0011_widen_payment_amount',
  path: 'migrations/0011_widen_payment_amount.sql',
  durationMs: 1482,
  commitMs: 12,
  claims: [
    {
      claim: { kind: 'complexity', text: 'Complexity: LOW', line: 1, level: 'LOW' },
      holds: false,
      measured: 'rewrites public.payments under AccessExclusiveLock',
    },
    {
      claim: { kind: 'duration', text: 'Estimated Duration: 30 seconds', line: 2, durationMs: 30000 },
      holds: true,
      measured: '1.48 s',
    },
  ],
  walRecords: [
    { resourceManager: 'Heap', records: 200140, bytes: 21_300_000 },
    { resourceManager: 'Btree', records: 1204, bytes: 9_100_000 },
  ],
  latencies: trafficAround({ from: 130, to: 1460, stops: ['read', 'write'] }, 1600),
  statements: [
    statementOf({
      sql: 'ALTER TABLE payments -- money needs more digits\n  ALTER COLUMN amount TYPE numeric(20, 4)\n    USING round(amount, 4) /* half up */,\n  ALTER COLUMN currency SET DEFAULT $cur$EUR$cur$',
      path: 'migrations/0011_widen_payment_amount.sql',
      line: 5,
      startedAtMs: 122,
      durationMs: 1120,
      locks: [
        lockOn('public.payments', 'AccessExclusiveLock', { heldMs: 1360, waitedMs: 96 }),
        lockOn('public.payments_pkey', 'AccessExclusiveLock', { kind: 'index', heldMs: 1360 }),
        lockOn('public.orders', 'AccessShareLock', { heldMs: 1360 }),
        lockOn('pg_toast.pg_toast_16412', 'ShareLock', { kind: 'toast', heldMs: 1360 }),
      ],
      rewrites: ['public.payments'],
      newFiles: ['public.payments_pkey', 'public.payments_order_id_idx'],
      scans: ['public.payments'],
      rowsWritten: 0,
      walBytes: 31_457_280,
      sizeGrowthBytes: 2_883_584,
      io: { blocksHit: 412_220, blocksRead: 1840, blocksDirtied: 3880, blocksWritten: 3811, tempBytes: 5_242_880 },
      traffic: [
        felt('public.payments', 'read', { requests: 220, longestStallMs: 1331, p99Ms: 1310 }),
        felt('public.payments', 'write', { requests: 110, longestStallMs: 1329, p99Ms: 1290, failures: 2 }),
        felt('public.payments', 'standby read', { requests: 110, longestStallMs: 402, p99Ms: 380 }),
      ],
      standby: { lagBytes: 29_884_416, lagMs: 310, cancelledQueries: 3 },
      notices: [],
    }),
    statementOf({
      sql: "UPDATE payments SET currency = 'EUR' WHERE currency IS NULL",
      path: 'migrations/0011_widen_payment_amount.sql',
      line: 11,
      startedAtMs: 1243,
      durationMs: 226,
      locks: [lockOn('public.payments', 'RowExclusiveLock', { heldMs: 239 })],
      rowsWritten: 12_480,
      walBytes: 3_670_016,
      sizeGrowthBytes: 1_048_576,
      io: { blocksHit: 39_011, blocksRead: 12, blocksDirtied: 612, blocksWritten: 0, tempBytes: 0 },
      traffic: [felt('public.payments', 'read', { requests: 45, longestStallMs: 230, p99Ms: 221 })],
      standby: { lagBytes: 1_048_576, lagMs: 18, cancelledQueries: 0 },
    }),
  ],
});

const indexOrders: MigrationTrace = migrationOf({
  id: '0012_index_orders',
  path: 'migrations/0012_index_orders.sql',
  transaction: { mode: 'none', reason: 'CREATE INDEX CONCURRENTLY refuses a transaction block' },
  durationMs: 418,
  commitMs: null,
  state: { kind: 'partial', appliedStatements: 1, invalidIndexes: ['public.orders_reference_key'] },
  latencies: trafficAround({ from: 0, to: 0, stops: [] }, 420),
  statements: [
    statementOf({
      sql: 'CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id)',
      path: 'migrations/0012_index_orders.sql',
      line: 1,
      startedAtMs: 1,
      durationMs: 208,
      transactionBlock: 'refused',
      locks: [
        lockOn('public.orders', 'ShareUpdateExclusiveLock', { heldMs: 205, certainty: 'sampled' }),
        lockOn('public.orders_user_id_idx', 'RowExclusiveLock', { kind: 'index', created: true, heldMs: 190 }),
      ],
      newFiles: ['public.orders_user_id_idx'],
      scans: ['public.orders'],
      walBytes: 2_201_600,
      sizeGrowthBytes: 2_260_992,
      notices: [{ severity: 'NOTICE', code: '00000', message: 'waiting for older snapshots | `harmless`' }],
    }),
    statementOf({
      sql: 'CREATE UNIQUE INDEX CONCURRENTLY orders_reference_key ON orders (reference)',
      path: 'migrations/0012_index_orders.sql',
      line: 3,
      startedAtMs: 210,
      durationMs: 207,
      transactionBlock: 'refused',
      locks: [lockOn('public.orders', 'ShareUpdateExclusiveLock', { heldMs: 207, certainty: 'sampled' })],
      scans: ['public.orders'],
      walBytes: 48_128,
      sizeGrowthBytes: -8192,
      error: {
        code: '23505',
        message: 'could not create unique index "orders_reference_key"',
        detail: 'Key (reference)=(R-100017) is duplicated.',
        hint: null,
        path: 'migrations/0012_index_orders.sql',
        line: 3,
        column: 34,
        excerpt: `CREATE UNIQUE INDEX CONCURRENTLY orders_reference_key ON orders (reference);\n${' '.repeat(33)}^`,
      },
    }),
  ],
});

const quietTable: MigrationTrace = migrationOf({
  id: '0009_coupons',
  path: 'migrations/0009_coupons.sql',
  durationMs: 4.4,
  statements: [
    statementOf({
      sql: 'CREATE TABLE coupons (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  code text NOT NULL UNIQUE\n)',
      path: 'migrations/0009_coupons.sql',
      line: 1,
      durationMs: 3.8,
      locks: [
        lockOn('public.coupons', 'AccessExclusiveLock', { created: true, heldMs: 4.4 }),
        lockOn('public.coupons_pkey', 'AccessExclusiveLock', { kind: 'index', created: true, heldMs: 4.4 }),
      ],
      newFiles: ['public.coupons', 'public.coupons_pkey'],
      walBytes: 31_744,
      sizeGrowthBytes: 32_768,
      rowsWritten: 0,
    }),
  ],
});

/** A believable run on a small shop: a quiet table, a short lock, a rewrite under traffic, and a failed unique index. */
export const shopRehearsal: Rehearsal = rehearsalOf({
  stage: {
    historyMigrations: 8,
    historyMs: 143,
    data: 'filled',
    rowsPerTable: 100_000,
    schemaFrom: false,
    role: 'deployer',
    rolesCreated: ['shop_reader'],
    standby: true,
    trafficPerSecond: 375,
  },
  verdict: 'failed',
  migrations: [quietTable, addLocale, widenPayments, indexOrders],
  findings: [
    {
      id: 'table-rewrite',
      severity: 'error',
      message: 'ALTER COLUMN … TYPE rewrites public.payments while nobody can read or write it (1.36 s).',
      remedy: 'Add a new column, backfill it in batches, then swap the names.',
      path: 'migrations/0011_widen_payment_amount.sql',
      line: 5,
    },
    {
      id: 'claim-broken',
      severity: 'warning',
      message: 'The header says Complexity: LOW, but the migration rewrites a table.',
      remedy: 'Correct the header, or split the migration.',
      path: 'migrations/0011_widen_payment_amount.sql',
      line: 1,
    },
    {
      id: 'statement-failed',
      severity: 'error',
      message: 'could not create unique index "orders_reference_key"',
      remedy: 'Remove the duplicates first, then DROP INDEX CONCURRENTLY the INVALID index and build it again.',
      path: 'migrations/0012_index_orders.sql',
      line: 3,
    },
  ],
  notes: ['0012_index_orders has no rollback script.'],
  durationMs: 4210,
});
