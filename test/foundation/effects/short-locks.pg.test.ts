import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSchema } from '../../../src/foundation/catalog/read-schema.js';
import type { EffectContext } from '../../../src/foundation/effects/effect-context.js';
import { predictEffects } from '../../../src/foundation/effects/predict-effects.js';
import { graphOf } from '../../../src/foundation/effects/schema-graph.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { loadParser, parseStatement } from '../../../src/foundation/sql/parse.js';
import { type LockMode, lockModes } from '../../../src/model/locks.js';
import { richSchema } from './rich-schema.js';

/** Each refuses a transaction block and holds some of its locks too briefly to be seen from another session. */
const statements: readonly string[] = [
  'VACUUM events',
  'VACUUM FULL events',
  'VACUUM vehicles',
  'CLUSTER events USING events_body',
  'CLUSTER',
  'REINDEX TABLE events',
  'REINDEX INDEX events_body',
  'REINDEX TABLE CONCURRENTLY events',
  'REINDEX INDEX CONCURRENTLY events_body',
  'REINDEX SCHEMA side',
  'DROP INDEX CONCURRENTLY orders_note',
  'CREATE INDEX CONCURRENTLY made ON keyed (c)',
  'CREATE INDEX CONCURRENTLY IF NOT EXISTS keyed_a ON keyed (c)',
];

/** What a lock has to be held at so that a request waits if it is of this mode or stronger, and goes on if it is weaker. */
const heldAgainst: { readonly [K in LockMode]?: string } = {
  ShareUpdateExclusiveLock: 'SHARE',
  ShareLock: 'ROW EXCLUSIVE',
  AccessExclusiveLock: 'ACCESS SHARE',
};

const tried = ['events', 'events_1', 'events_2', 'events_2_a', 'vehicles', 'cars', 'keyed', 'orders', 'side.users'];

/** Before a wait for something else is taken for the one that was looked for. */
const patienceMs = 3_000;

describe.each([15, 18] as const)('on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;
  let holder: Session;
  let watch: Session;
  let context: EffectContext;

  beforeAll(async () => {
    await loadParser();
    cluster = await startCluster({ major, serverBin: null });
    session = await open();
    holder = await open();
    watch = await open();
    await session.query(richSchema(major));
    const schema = await readSchema(session);
    context = { major, graph: graphOf(schema), searchPath: schema.searchPath, settings: new Map() };
  });
  afterAll(async () => {
    for (const one of [session, holder, watch]) await one?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  function open(): Promise<Session> {
    return connect(cluster.connection('postgres'), { applicationName: 'short locks' });
  }

  function predicted(sql: string, table: string): LockMode | null {
    const parsed = parseStatement(sql);
    if (!parsed.ok) throw new Error(parsed.message);
    const name = table.includes('.') ? table : `public.${table}`;
    const modes = predictEffects(parsed.tree, context).locks.filter((lock) => lock.relation === name);
    return modes.map(({ mode }) => mode).toSorted((a, b) => lockModes.indexOf(b) - lockModes.indexOf(a))[0] ?? null;
  }

  /** The mode that the statement waits for while the table is held; null when it goes through. */
  async function waitedFor(sql: string, table: string, heldMode: string): Promise<string | null> {
    await holder.query(`BEGIN; LOCK TABLE ONLY ${table} IN ${heldMode} MODE`);
    let over = false;
    const start = performance.now();
    const running = session.query(sql).finally(() => {
      over = true;
    });
    try {
      for (;;) {
        const { rows } = await watch.query(
          `SELECT mode, relation = $2::pg_catalog.regclass AS here FROM pg_catalog.pg_locks WHERE pid = $1 AND NOT granted`,
          [session.pid, table],
        );
        if (rows[0]?.['here'] === true) return String(rows[0]['mode']);
        // An autovacuum's transaction that it may happen to wait for is over soon.
        if (rows[0] !== undefined && performance.now() - start > patienceMs) return 'another';
        if (over) return null;
        await sleep(2);
      }
    } finally {
      await holder.query('ROLLBACK');
      await running;
    }
  }

  it.each(statements)('%s waits for the locks that are predicted', async (sql) => {
    for (const table of tried) {
      const mode = predicted(sql, table);
      const heldMode = mode === null ? null : heldAgainst[mode];
      if (heldMode == null) continue;
      expect(`${table} ${String(await waitedFor(sql, table, heldMode))}`).toBe(`${table} ${String(mode)}`);
    }
  });
});
