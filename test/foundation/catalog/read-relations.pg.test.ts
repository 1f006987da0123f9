import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CataloguedServer, majors, startCataloguedServer } from './catalogued-server.js';

describe.each(majors)('PostgreSQL %i', (major) => {
  let server: CataloguedServer;
  beforeAll(async () => {
    server = await startCataloguedServer(major);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  test('a table', () => {
    const { relation } = server;
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
    const { schema, relation } = server;
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

  test('columns', () => {
    const { relation, column, type } = server;
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

  test('trees', () => {
    const { relation, nameOf } = server;
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
    const { relation, nameOf } = server;
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
    const { relation, nameOf } = server;
    const ownerOf = (name: string) => {
      const owner = relation(name).ownedBy;
      return owner === null ? null : `${nameOf(owner.relation)}.${owner.column}`;
    };
    expect(ownerOf('public.orders_id_seq')).toBe('public.orders.id');
    expect(ownerOf('public.users_id_seq')).toBe('public.users.id');
    expect(ownerOf('side.counter')).toBe('side.owner_of_counter.id');
    expect(ownerOf('public.tickets')).toBeNull();
  });

  test('views and rules', () => {
    const { relation, nameOf } = server;
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
    const { schema, relation, routine } = server;
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
});
