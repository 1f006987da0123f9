import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSchema } from '../../../src/foundation/catalog/read-schema.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import type { Schema, SchemaRelation } from '../../../src/model/schema.js';
import { richSchema, temporaryTables } from '../effects/rich-schema.js';

const majors = [15, 16, 17, 18] as const;

/** What the rich schema has no use for. */
const more = `
  CREATE ROLE catalog_owner;
  CREATE TABLE owned (id int, body text COLLATE "C" DEFAULT 'it''s');
  ALTER TABLE owned OWNER TO catalog_owner;
  CREATE INDEX owned_mixed ON owned (lower(body), id) INCLUDE (body) WHERE id > 3 AND body IS NOT NULL;
  CREATE INDEX owned_row ON owned ((owned IS NULL));
  CREATE EVENT TRIGGER watch_ddl ON ddl_command_end EXECUTE FUNCTION note_ddl();
  ALTER EVENT TRIGGER watch_ddl DISABLE`;

describe.each(majors)('PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;
  let schema: Schema;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'catalog test' });
    await session.query(richSchema(major));
    await session.query(temporaryTables);
    await session.query(
      `CREATE FUNCTION note_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$; ${more}`,
    );
    schema = await readSchema(session);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  const relation = (name: string): SchemaRelation => {
    const found = schema.relations.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no relation ${name}`);
    return found;
  };
  const nameOf = (oid: string | null): string | null => schema.relations.find((one) => one.oid === oid)?.name ?? null;
  const column = (table: string, name: string) => relation(table).columns.find((one) => one.name === name);
  const type = (name: string) => {
    const found = schema.types.find((one) => `${one.schema}.${one.name}` === name);
    if (found === undefined) throw new Error(`no type ${name}`);
    return found;
  };
  const typeName = (oid: string | null): string | null => schema.types.find((one) => one.oid === oid)?.name ?? null;
  const routine = (name: string) => schema.functions.find((one) => one.name === name);
  const constraint = (name: string, table: string) => {
    const found = schema.constraints.find((one) => one.name === name && one.relation === relation(table).oid);
    if (found === undefined) throw new Error(`no constraint ${name}`);
    return { ...found, referenced: nameOf(found.referenced), index: nameOf(found.index) };
  };

  test('the server and the search path', () => {
    expect(schema.major).toBe(major);
    expect(schema.searchPath).toEqual(['public']);
  });

  test('roles and time zone are those of the session', async () => {
    await session.query(`SET TimeZone TO 'Asia/Tokyo'; SET ROLE pg_monitor`);
    const { currentUser, sessionUser, timeZone } = await readSchema(session);
    await session.query('RESET ROLE; RESET TimeZone');
    expect([currentUser, sessionUser, timeZone]).toEqual(['pg_monitor', session.target.user, 'Asia/Tokyo']);
  });

  test('the search path is that of the session', async () => {
    await session.query('SET search_path = side, missing, pg_catalog, public');
    expect((await readSchema(session)).searchPath).toEqual(['side', 'public']);
    await session.query('RESET search_path');
  });

  test('a table', () => {
    const { columns, triggers, ...orders } = relation('public.orders');
    expect(orders).toEqual({
      oid: expect.stringMatching(/^\d+$/),
      name: 'public.orders',
      schema: 'public',
      relname: 'orders',
      kind: 'table',
      persistence: 'permanent',
      accessMethod: 'heap',
      tablespace: null,
      parents: [],
      isPartition: false,
      partitionBound: null,
      partitionKey: null,
      toast: expect.stringMatching(/^\d+$/),
      rows: 60,
      bytes: 8192,
      index: null,
      ownedBy: null,
      reads: [],
      rules: [],
      policies: [],
      rowSecurity: false,
      populated: true,
      owner: 'postgres',
    });
    expect(columns.map(({ name, number }) => `${number} ${name}`)).toEqual([
      '1 id',
      '2 user_id',
      '3 org_id',
      '4 total',
      '5 note',
      '6 ticket',
      '7 state',
      '8 placed',
    ]);
    expect(triggers.map(({ name }) => name)).toEqual(['orders_log']);
    expect(relation('public.owned').owner).toBe('catalog_owner');
    expect(relation('public.empty_table')).toMatchObject({ rows: 0, bytes: 0 });
    expect(relation('public.owned')).toMatchObject({ rows: null, bytes: 0, toast: expect.any(String) });
    expect(relation('public.numbers').toast).not.toBeNull();
    expect(relation('public.regions_north').toast).not.toBeNull();
    expect(relation('public.events').toast).toBeNull();
    expect(relation('public.documents')).toMatchObject({
      rowSecurity: true,
      populated: true,
      policies: ['documents_open', 'documents_owner'],
    });
    expect(relation('public.cache').persistence).toBe('unlogged');
    expect(relation('public."Mixed Case"').relname).toBe('Mixed Case');
  });

  test('kinds, and nothing that the server made for itself', () => {
    const kindOf = (name: string): string => relation(name).kind;
    expect(
      ['events', 'far_things', 'active_users', 'money_pair', 'users_pkey', 'events_pkey', 'tickets'].map((name) =>
        kindOf(`public.${name}`),
      ),
    ).toEqual([
      'partitioned table',
      'foreign table',
      'view',
      'composite type',
      'index',
      'partitioned index',
      'sequence',
    ]);
    const schemas = new Set(schema.relations.map((one) => one.schema));
    expect([...schemas].filter((name) => !name.startsWith('pg_temp_')).toSorted()).toEqual(['public', 'side']);
  });

  test('temporary tables of the own session, and of no other', async () => {
    const own = schema.relations.find((one) => one.relname === 'scratch');
    expect(own).toMatchObject({ persistence: 'temporary', kind: 'table', schema: expect.stringMatching(/^pg_temp_/) });
    await using other = await connect(cluster.connection(), { applicationName: 'other' });
    expect((await readSchema(other)).relations.some((one) => one.relname === 'scratch')).toBe(false);
  });

  test('columns', () => {
    expect(column('public.users', 'id')).toEqual({
      name: 'id',
      number: 1,
      type: type('pg_catalog.int8').oid,
      typeText: 'bigint',
      typmod: -1,
      collation: null,
      notNull: true,
      default: null,
      generated: null,
      identity: true,
    });
    expect(column('public.users', 'name')).toMatchObject({
      typeText: 'character varying(80)',
      typmod: 84,
      notNull: false,
    });
    expect(column('public.users', 'tags')).toMatchObject({ typeText: 'text[]', type: type('pg_catalog._text').oid });
    expect(column('public.users', 'mood')).toMatchObject({ default: "'fine'::mood", type: type('public.mood').oid });
    expect(column('public.owned', 'body')?.default).toBe("'it''s'::text");
    expect(column('public.owned', 'body')?.collation).not.toBe(column('public.users', 'name')?.collation);
    expect(column('public.products', 'tax')).toMatchObject({ generated: 'stored', default: '(cost * 0.2)' });
    expect(column('public.orders', 'ticket')).toMatchObject({
      default: "nextval('tickets'::regclass)",
      identity: false,
    });
    expect(column('public.active_users', 'email')).toMatchObject({ number: 2, typeText: 'text' });
    expect(column('public.money_pair', 'amount')).toMatchObject({ type: type('public.euro').oid, typeText: 'euro' });
    expect(relation('public.users_pkey').columns).toEqual([]);
    expect(relation('public.tickets').columns).toEqual([]);
  });

  test('a dropped column is gone', async () => {
    await session.query('BEGIN; ALTER TABLE numbers DROP COLUMN b');
    const numbers = (await readSchema(session)).relations.find((one) => one.name === 'public.numbers');
    await session.query('ROLLBACK');
    expect(numbers?.columns.map(({ name, number }) => `${number} ${name}`)).toEqual(['1 a', '3 c', '4 d']);
  });

  test('trees', () => {
    const parents = (name: string) => relation(name).parents.map(nameOf);
    expect(relation('public.events').partitionKey).toBe('RANGE (at)');
    expect(relation('public.events_1')).toMatchObject({
      isPartition: true,
      partitionBound: "FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')",
    });
    expect(relation('public.events_2')).toMatchObject({ isPartition: true, partitionKey: 'LIST (kind)' });
    expect(parents('public.events_2_a')).toEqual(['public.events_2']);
    expect(relation('public.events_2_other').partitionBound).toBe('DEFAULT');
    expect(parents('public.pickups')).toEqual(['public.cars', 'public.trucks']);
    expect(relation('public.pickups')).toMatchObject({ isPartition: false, partitionBound: null });
    expect(parents('public.events_1_pkey')).toEqual(['public.events_pkey']);
  });

  test('indexes', () => {
    expect({
      ...relation('public.owned_mixed').index,
      table: nameOf(relation('public.owned_mixed').index?.table ?? ''),
    }).toEqual({
      table: 'public.owned',
      keys: [null, 'id'],
      included: ['body'],
      usedColumns: ['id', 'body'],
      predicate: '((id > 3) AND (body IS NOT NULL))',
      method: 'btree',
      unique: false,
      primary: false,
      valid: true,
      clustered: false,
      replicaIdentity: false,
      definition:
        'CREATE INDEX owned_mixed ON public.owned USING btree (lower(body), id) INCLUDE (body) WHERE ((id > 3) AND (body IS NOT NULL))',
    });
    expect(relation('public.owned_row').index).toMatchObject({ keys: [null], usedColumns: ['id', 'body'] });
    expect(relation('public.users_pkey').index).toMatchObject({
      primary: true,
      unique: true,
      keys: ['id'],
      usedColumns: [],
    });
    expect(relation('public.keyed_a').index).toMatchObject({ clustered: true, replicaIdentity: false });
    expect(relation('public.keyed_b').index).toMatchObject({ clustered: false, replicaIdentity: true });
    expect(relation('public.users_data').index?.method).toBe('gin');
    expect(relation('public.events_incomplete').index?.valid).toBe(false);
  });

  test('owned sequences', () => {
    const ownerOf = (name: string) => {
      const owner = relation(name).ownedBy;
      return owner === null ? null : `${nameOf(owner.relation)}.${owner.column}`;
    };
    expect(ownerOf('public.orders_id_seq')).toBe('public.orders.id');
    expect(ownerOf('public.users_id_seq')).toBe('public.users.id');
    expect(ownerOf('side.counter')).toBe('side.owner_of_counter.id');
    expect(ownerOf('public.tickets')).toBeNull();
  });

  test('constraints', () => {
    expect(constraint('orders_org', 'public.orders')).toEqual({
      oid: expect.any(String),
      name: 'orders_org',
      kind: 'foreign key',
      relation: relation('public.orders').oid,
      domain: null,
      columns: ['org_id'],
      referenced: 'public.orgs',
      referencedColumns: ['id'],
      index: 'public.orgs_pkey',
      parent: null,
      validated: true,
      enforced: true,
      deferrable: false,
      onUpdate: 'cascade',
      onDelete: 'set null',
      definition: 'FOREIGN KEY (org_id) REFERENCES orgs(id) ON UPDATE CASCADE ON DELETE SET NULL',
    });
    expect(constraint('orders_cheap', 'public.orders')).toMatchObject({
      kind: 'check',
      validated: false,
      columns: ['total'],
    });
    expect(constraint('items_product', 'public.order_items')).toMatchObject({
      deferrable: true,
      onDelete: 'no action',
    });
    expect(constraint('bookings_apart', 'public.bookings')).toMatchObject({
      kind: 'exclusion',
      index: 'public.bookings_apart',
      onDelete: null,
    });
    expect(constraint('bookings_guest', 'public.bookings')).toMatchObject({
      onDelete: 'set default',
      validated: false,
    });
    expect(constraint('users_email_key', 'public.users')).toMatchObject({ kind: 'unique', columns: ['email'] });
    expect(constraint('users_pkey', 'public.users').kind).toBe('primary key');
    expect(constraint('documents_check', 'public.documents').kind).toBe('trigger');
    const ofPartition = constraint('events_user_id_fkey', 'public.events_1');
    expect(ofPartition.parent).toBe(constraint('events_user_id_fkey', 'public.events').oid);
    const ofDomain = schema.constraints.find((one) => one.name === 'not_free');
    expect(ofDomain).toMatchObject({ relation: null, domain: type('public.price').oid, columns: [], kind: 'check' });
    const actions = schema.constraints.find((one) => one.name === 'order_items_order_id_fkey')?.onDelete;
    expect(actions).toBe('restrict');
  });

  test.runIf(major >= 18)('constraints of PostgreSQL 18', () => {
    expect(constraint('modern_c_there', 'public.modern')).toMatchObject({
      kind: 'not null',
      validated: false,
      columns: ['c'],
    });
    expect(constraint('modern_user', 'public.modern')).toMatchObject({ enforced: false, validated: false });
    expect(column('public.modern', 'b')).toMatchObject({ generated: 'virtual', default: '(a * 2)' });
  });

  test('views and rules', () => {
    expect(relation('public.order_totals').reads.map(nameOf)).toEqual(
      expect.arrayContaining(['public.orders', 'public.users']),
    );
    expect(relation('public.rich_orders').reads.map(nameOf)).toEqual(['public.order_totals']);
    expect(relation('public.top_sums').reads.map(nameOf)).toEqual(['public.order_sums']);
    expect(relation('public.order_totals').rules).toEqual([]);
    expect(relation('side.archived').rules).toEqual([
      { name: 'archived_delete', event: 'delete', instead: true, reads: [relation('public.archive').oid] },
    ]);
    expect(relation('public.archive').rules).toEqual([
      { name: 'archive_log', event: 'insert', instead: false, reads: [relation('side.audit_log').oid] },
    ]);
  });

  test('triggers', () => {
    expect(relation('public.users').triggers).toEqual([
      {
        name: 'users_touch',
        function: routine('touch_row')?.oid,
        timing: 'before',
        forEachRow: true,
        conditional: false,
        events: ['update'],
        enabled: true,
        columns: ['name', 'email'],
      },
    ]);
    expect(relation('public.numbers').triggers).toMatchObject([
      { name: 'numbers_count', timing: 'after', forEachRow: false, events: ['update'], columns: [] },
      { name: 'numbers_truncated', events: ['truncate'] },
    ]);
    expect(relation('public.order_totals').triggers).toMatchObject([{ timing: 'instead of', events: ['update'] }]);
    expect(relation('public.keyed').triggers).toMatchObject([
      { name: 'keyed_off', enabled: false, events: ['delete'] },
    ]);
    expect(relation('public.events_2_a').triggers).toMatchObject([{ name: 'events_log', events: ['insert'] }]);
    expect(schema.eventTriggers).toEqual([
      { name: 'watch_ddl', event: 'ddl_command_end', function: routine('note_ddl')?.oid, enabled: false, tags: [] },
    ]);
  });

  test('types', () => {
    expect(type('public.price')).toMatchObject({ kind: 'domain', base: type('public.euro').oid, notNull: false });
    expect(type('public.euro')).toMatchObject({
      base: type('pg_catalog.numeric').oid,
      baseTypmod: ((12 << 16) | 2) + 4,
    });
    expect(type('side.label')).toMatchObject({ kind: 'domain', notNull: true, default: "'none'::text", labels: [] });
    expect(type('public.mood')).toMatchObject({ kind: 'enum', labels: ['sad', 'fine', 'happy'], base: null });
    expect(type('public.money_pair')).toMatchObject({ kind: 'composite', relation: relation('public.money_pair').oid });
    expect(type('public.users')).toMatchObject({ kind: 'composite', relation: relation('public.users').oid });
    expect(type('public._euro')).toMatchObject({ kind: 'base', base: type('public.euro').oid });
    expect(typeName(type('public.float_range').base)).toBe('float8');
    expect(type('public.float_range').kind).toBe('range');
    expect(schema.types.find((one) => one.kind === 'multirange' && one.schema === 'public')?.base).toBe(
      type('public.float_range').oid,
    );
    expect(schema.binaryCasts).toContainEqual([type('pg_catalog.varchar').oid, type('pg_catalog.text').oid]);
    expect(schema.binaryCasts).not.toContainEqual([type('pg_catalog.int4').oid, type('pg_catalog.int8').oid]);
  });

  test('functions', () => {
    expect(routine('maybe_delete')).toEqual({
      oid: expect.any(String),
      schema: 'public',
      name: 'maybe_delete',
      kind: 'function',
      argumentCount: 1,
      defaultCount: 1,
      argumentsText: 'really boolean DEFAULT false',
      resultText: 'integer',
      language: 'plpgsql',
      volatility: 'volatile',
      body: expect.stringContaining('DELETE FROM public.archive'),
    });
    expect(routine('add_one')).toMatchObject({ language: 'sql', volatility: 'immutable', body: 'SELECT i + 1' });
    expect(routine('users_of')?.volatility).toBe('stable');
    expect(routine('order_count')?.body).toMatch(/^BEGIN ATOMIC\s+SELECT count\(\*\) AS count\s+FROM orders;\s+END$/);
    expect(routine('purge_archive')?.kind).toBe('procedure');
    expect(routine('add_all')).toMatchObject({ schema: 'side', kind: 'aggregate', body: null });
  });

  test('objects and dependencies', () => {
    const trigger = schema.objects.find((one) => one.catalog === 'pg_trigger' && one.name === 'orders_log');
    expect(trigger).toMatchObject({ schema: null, relation: relation('public.orders').oid });
    expect(schema.objects).toContainEqual(
      expect.objectContaining({ catalog: 'pg_namespace', name: 'side', relation: null }),
    );
    expect(schema.dependencies).toContainEqual({
      dependent: { catalog: 'pg_trigger', oid: trigger?.oid, column: 0 },
      on: { catalog: 'pg_proc', oid: routine('log_change')?.oid, column: 0 },
      kind: 'normal',
    });
    const owned = schema.dependencies.filter((one) => one.kind === 'owner').map((one) => nameOf(one.dependent.oid));
    expect(owned).toEqual(['public.owned']);
  });

  test('who has no rights reads the same', async () => {
    await using other = await connect(cluster.connection(), { applicationName: 'other' });
    const asOwner = await readSchema(other);
    await other.query('CREATE ROLE nobody_special; SET ROLE nobody_special');
    const { dependencies, objects, ...rest } = await readSchema(other);
    expect({ ...rest, currentUser: asOwner.currentUser }).toEqual({
      ...asOwner,
      dependencies: undefined,
      objects: undefined,
    });
    expect(dependencies).toEqual(asOwner.dependencies);
    expect(objects.filter((one) => one.catalog !== 'pg_authid')).toEqual(
      asOwner.objects.filter((one) => one.catalog !== 'pg_authid'),
    );
  });

  test('a lock is waited for only where a definition has to be written down', async () => {
    await using other = await connect(cluster.connection(), { applicationName: 'other' });
    await other.query("SET lock_timeout = '200ms'");
    const readWhileLocked = async (tables: string): Promise<unknown> => {
      await session.query(`BEGIN; LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE`);
      const answer = await readSchema(other).then(
        (seen) => seen.relations.length,
        (error: { readonly code?: string }) => error.code,
      );
      await session.query('ROLLBACK');
      return answer;
    };
    const all = (await readSchema(other)).relations.length;
    expect(await readWhileLocked('archive, empty_table, regions_north, cache_child')).toBe(all);
    expect(await readWhileLocked('numbers')).toBe('55P03');
  });

  test('what it locks for a SQL-standard body is all that stays locked', async () => {
    await session.query('BEGIN');
    await readSchema(session);
    const { rows } = await session.query(
      `SELECT relation::regclass::text AS relation, mode FROM pg_catalog.pg_locks
       WHERE pid = pg_catalog.pg_backend_pid() AND relation >= 16384`,
    );
    await session.query('ROLLBACK');
    expect(rows).toEqual([{ relation: 'orders', mode: 'AccessShareLock' }]);
  });
});
