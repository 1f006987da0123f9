import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSnapshot } from '../../../../src/foundation/catalog/snapshot/read-snapshot.js';
import { type Cluster, startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../src/foundation/postgres/session.js';
import type { SchemaSnapshot, SnapshotObject } from '../../../../src/model/schema-snapshot.js';
import { changedSchema } from './changed-schema.js';

const nothing = { structure: {}, order: {}, access: {}, physical: {}, position: {} };
const owned = { ...nothing, access: { owner: 'postgres' } };

/** One of each kind, as the snapshot has it. */
const expected: Readonly<Record<string, Partial<SnapshotObject>>> = {
  'schema side': { parent: null, facts: owned, dependsOn: [] },
  'table public.events': {
    parent: null,
    facts: { ...owned, structure: { partitionKey: 'RANGE (at)' } },
    dependsOn: ['schema public'],
  },
  'table public.events_1': {
    facts: {
      ...owned,
      structure: { partitionOf: 'public.events', bound: "FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')" },
    },
    dependsOn: ['schema public', 'table public.events'],
  },
  'table public.child': { facts: { ...owned, structure: { inherits: ['public.base'] } } },
  'table public.typed': {
    facts: { ...owned, structure: { ofType: 'public.row_type' } },
    dependsOn: ['composite type public.row_type', 'schema public'],
  },
  'table public.cache': { facts: { ...owned, structure: { unlogged: true } } },
  'column public.users.mood': {
    parent: 'table public.users',
    facts: { ...nothing, structure: { type: 'public.mood' }, order: { position: 4 } },
    dependsOn: ['table public.users', 'type public.mood'],
  },
  'column public.users."Odd ""name"""': { parent: 'table public.users' },
  'column public.orders.id': { dependsOn: ['sequence public.orders_id_seq', 'table public.orders'] },
  'column public.orders.gross': {
    facts: {
      ...nothing,
      structure: { type: 'numeric', generated: 'stored', expression: '(net * 1.2)' },
      order: { position: 4 },
    },
    dependsOn: ['column public.orders.net', 'table public.orders'],
  },
  'column public.pair.b': {
    parent: 'composite type public.pair',
    facts: { ...nothing, structure: { type: 'text', collation: 'pg_catalog."C"' }, order: { position: 2 } },
  },
  'column public.child.id': {
    facts: { ...nothing, structure: { type: 'integer', inherited: 'only' }, order: { position: 1 } },
  },
  'sequence public.users_id_seq': {
    parent: 'column public.users.id',
    facts: {
      ...nothing,
      structure: {
        type: 'bigint',
        start: '1',
        increment: '1',
        min: '1',
        max: '9223372036854775807',
        cache: '1',
        identityOf: 'public.users.id',
      },
      position: { lastValue: '1', isCalled: true },
    },
    dependsOn: ['column public.users.id', 'schema public'],
  },
  'view public.names': { dependsOn: ['column public.users.id', 'column public.users.name', 'schema public'] },
  'materialized view public.sums': { dependsOn: ['column public.orders.user_id', 'schema public'] },
  'foreign table public.far_things': {
    facts: { ...owned, structure: { server: 'far' } },
    dependsOn: ['foreign server far', 'schema public'],
  },
  'composite type public.pair': { facts: owned, dependsOn: ['schema public'] },
  'constraint orders_user on public.orders': {
    parent: 'table public.orders',
    facts: {
      ...nothing,
      structure: {
        type: 'foreign key',
        definition: 'FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE',
      },
    },
    dependsOn: [
      'column public.orders.user_id',
      'column public.users.id',
      'index public.users_pkey',
      'table public.orders',
    ],
  },
  'constraint later on public.orders': {
    facts: {
      ...nothing,
      structure: { type: 'unique', definition: 'UNIQUE (note)', deferrable: 'initially immediate' },
    },
  },
  'constraint positive on public.euro': {
    parent: 'domain public.euro',
    facts: { ...nothing, structure: { type: 'check', definition: 'CHECK ((VALUE >= (0)::numeric))' } },
  },
  'constraint events_1_pkey on public.events_1': {
    facts: {
      ...nothing,
      structure: {
        type: 'primary key',
        definition: 'PRIMARY KEY (id, at)',
        inherited: 'only',
        madeBy: 'constraint events_pkey on public.events',
      },
    },
  },
  'index public.users_name': {
    parent: 'table public.users',
    facts: {
      ...nothing,
      structure: {
        definition:
          'CREATE INDEX users_name ON public.users USING btree (name text_pattern_ops, lower((email)::text)) INCLUDE (mood)',
        predicate: '(name IS NOT NULL)',
      },
      physical: { options: { fillfactor: '80' } },
    },
    dependsOn: [
      'column public.users.email',
      'column public.users.mood',
      'column public.users.name',
      'table public.users',
    ],
  },
  'index public.events_1_body_idx': {
    facts: {
      ...nothing,
      structure: {
        definition: 'CREATE INDEX events_1_body_idx ON public.events_1 USING btree (body)',
        partitionOf: 'public.events_body',
      },
    },
    dependsOn: ['column public.events_1.body', 'index public.events_body', 'table public.events_1'],
  },
  'index public.later': { dependsOn: ['constraint later on public.orders', 'table public.orders'] },
  'rule no_delete on public.orders': {
    facts: {
      ...nothing,
      structure: {
        definition: 'CREATE RULE no_delete AS\n    ON DELETE TO public.orders DO INSTEAD NOTHING;',
      },
    },
  },
  'trigger events_touch on public.events_1': {
    facts: {
      ...nothing,
      structure: {
        definition:
          'CREATE TRIGGER events_touch AFTER INSERT ON public.events_1 FOR EACH ROW EXECUTE FUNCTION public.touch()',
        madeBy: 'trigger events_touch on public.events',
      },
    },
    dependsOn: ['function public.touch()', 'table public.events_1', 'trigger events_touch on public.events'],
  },
  'policy own on public.orders': {
    facts: { ...nothing, structure: { command: 'ALL', using: '(user_id = 1)' } },
    dependsOn: ['column public.orders.user_id', 'table public.orders'],
  },
  'statistics object public.users_stats': {
    parent: 'table public.users',
    facts: {
      ...owned,
      structure: {
        definition: 'CREATE STATISTICS public.users_stats (dependencies) ON name, mood FROM public.users',
      },
    },
  },
};

describe.each([15, 16, 17, 18] as const)('PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;
  let snapshot: SchemaSnapshot;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'snapshot test' });
    await session.query(changedSchema);
    snapshot = await readSnapshot(session);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  test.each(Object.entries(expected))('%s', (key, object) => {
    expect(snapshot.objects.find(({ kind, identity }) => `${kind} ${identity}` === key)).toMatchObject(object);
  });

  test('every key that an object depends on is there, and none leads back to itself', () => {
    const byKey = new Map(snapshot.objects.map((one) => [`${one.kind} ${one.identity}`, one]));
    const done = new Set<string>();
    const visit = (key: string, path: readonly string[]): void => {
      if (done.has(key)) return;
      expect(path).not.toContain(key);
      for (const next of byKey.get(key)?.dependsOn ?? [`missing: ${key}`]) visit(next, [...path, key]);
      done.add(key);
    };
    for (const key of byKey.keys()) visit(key, []);
    expect(done).toEqual(new Set(byKey.keys()));
  });

  test('settings of the session neither show nor change', async () => {
    await session.query(`SET search_path = side, public; SET DateStyle = 'German'; SET TimeZone = 'Asia/Tokyo';
      SET quote_all_identifiers = on; SET extra_float_digits = 0`);
    const settings = `SELECT current_setting('search_path') || current_setting('DateStyle') || current_setting('TimeZone')
      || current_setting('quote_all_identifiers') || current_setting('extra_float_digits') AS all`;
    const before = await session.query(settings);
    expect(await readSnapshot(session)).toEqual(snapshot);
    expect((await session.query(settings)).rows).toEqual(before.rows);
    await session.query('BEGIN');
    expect(await readSnapshot(session)).toEqual(snapshot);
    expect((await session.query(settings)).rows).toEqual(before.rows);
    await session.query('ROLLBACK; RESET ALL');
  });

  test('an open transaction stays open, sees its own changes and keeps no lock', async () => {
    await session.query('BEGIN; CREATE TABLE mine (id int)');
    const { objects } = await readSnapshot(session);
    expect(objects.map(({ identity }) => identity)).toContain('public.mine');
    const { rows } = await session.query(`SELECT count(*)::int AS many FROM pg_locks
      WHERE pid = pg_backend_pid() AND relation IN ('free_seq'::regclass, 'users'::regclass, 'users_name'::regclass)`);
    expect(rows).toEqual([{ many: 0 }]);
    expect(session.transactionStatus).toBe('open');
    await session.query('ROLLBACK');
  });

  test('DISCARD ALL between two readings, inside a transaction and outside', async () => {
    await session.query('DISCARD ALL');
    expect(await readSnapshot(session)).toEqual(snapshot);
    await session.query('BEGIN; DEALLOCATE ALL');
    expect(await readSnapshot(session)).toEqual(snapshot);
    await session.query('ROLLBACK');
  });

  test('after a reading that had to give up, and one of a schema that has grown', async () => {
    await using other = await connect(cluster.connection(), { applicationName: 'snapshot test' });
    await session.query('BEGIN; LOCK TABLE users');
    await other.query("SET lock_timeout = '20ms'");
    await expect(readSnapshot(other)).rejects.toMatchObject({ code: '55P03' });
    await session.query('ROLLBACK');
    expect(await readSnapshot(other)).toEqual(snapshot);
    await other.query(
      `DO $$ BEGIN FOR i IN 1..400 LOOP EXECUTE 'CREATE TABLE grown_' || i || '(id int)'; END LOOP; END $$`,
    );
    const grown = await readSnapshot(other);
    expect(grown.objects.length).toBe(snapshot.objects.length + 800);
    expect(await readSnapshot(other)).toEqual(grown);
    await other.query(`DO $$ BEGIN FOR i IN 1..400 LOOP EXECUTE 'DROP TABLE grown_' || i; END LOOP; END $$`);
    expect(await readSnapshot(other)).toEqual(snapshot);
  });

  test('a failed transaction is reported as such', async () => {
    await session.query('BEGIN');
    await expect(session.query('SELECT 1 / 0')).rejects.toThrow();
    await expect(readSnapshot(session)).rejects.toMatchObject({ code: '25P02' });
    await session.query('ROLLBACK');
  });

  test('what an extension brought is left out, with its parts', async () => {
    await session.query(
      'BEGIN; CREATE EXTENSION pg_stat_statements; CREATE EXTENSION hstore; CREATE TABLE h (h hstore)',
    );
    const { objects } = await readSnapshot(session);
    await session.query('ROLLBACK');
    const known = new Set(snapshot.objects.map(({ identity }) => identity));
    const more = objects.filter(({ identity }) => !known.has(identity));
    expect(more.map(({ kind, identity }) => `${kind} ${identity}`)).toEqual([
      'column public.h.h',
      'extension hstore',
      'extension pg_stat_statements',
      'table public.h',
    ]);
    expect(more[0]?.dependsOn).toEqual(['extension hstore', 'table public.h']);
  });

  test('a role that may read nothing sees all but where sequences stand', async () => {
    await session.query('SET ROLE app');
    const { objects } = await readSnapshot(session);
    await session.query('RESET ROLE');
    expect(objects).toEqual(snapshot.objects.map((one) => ({ ...one, facts: { ...one.facts, position: {} } })));
  });
});
