import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CataloguedServer, majors, startCataloguedServer } from './catalogued-server.js';

describe.each(majors)('PostgreSQL %i', (major) => {
  let server: CataloguedServer;
  beforeAll(async () => {
    server = await startCataloguedServer(major);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  test('constraints', () => {
    const { schema, relation, type, constraint } = server;
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
    const { column, constraint } = server;
    expect(constraint('modern_c_there', 'public.modern')).toMatchObject({
      kind: 'not null',
      validated: false,
      columns: ['c'],
    });
    expect(constraint('modern_user', 'public.modern')).toMatchObject({ enforced: false, validated: false });
    expect(column('public.modern', 'b')).toMatchObject({ generated: 'virtual', default: '(a * 2)' });
  });

  test('types', () => {
    const { schema, relation, type, typeName } = server;
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
    const { routine } = server;
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
    const { schema, relation, nameOf, routine } = server;
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
});
