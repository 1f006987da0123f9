import { changes, type SchemaChange } from './schema-change.js';

const constraints: readonly SchemaChange[] = [
  ...changes([
    [
      "COMMENT ON CONSTRAINT named ON users IS 'x'",
      'COMMENT ON CONSTRAINT named ON users IS NULL',
      'constraint named on public.users: structure.comment',
    ],
    [
      'ALTER TABLE orders VALIDATE CONSTRAINT unproved',
      'ALTER TABLE orders DROP CONSTRAINT unproved, ADD CONSTRAINT unproved CHECK (net > 0) NOT VALID',
      'constraint unproved on public.orders: structure.notValid',
    ],
    [
      'ALTER TABLE orders ALTER CONSTRAINT orders_user DEFERRABLE',
      'ALTER TABLE orders ALTER CONSTRAINT orders_user NOT DEFERRABLE',
      'constraint orders_user on public.orders: structure.deferrable',
    ],
    [
      'ALTER TABLE orders ALTER CONSTRAINT orders_user DEFERRABLE INITIALLY DEFERRED',
      'ALTER TABLE orders ALTER CONSTRAINT orders_user NOT DEFERRABLE',
      'constraint orders_user on public.orders: structure.deferrable',
    ],
    [
      'ALTER TABLE orders DROP CONSTRAINT orders_user, ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users',
      'ALTER TABLE orders DROP CONSTRAINT orders_user, ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE',
      'constraint orders_user on public.orders: structure.definition',
    ],
    [
      'ALTER TABLE users DROP CONSTRAINT named',
      "ALTER TABLE users ADD CONSTRAINT named CHECK (name <> '')",
      '- constraint named on public.users',
    ],
    [
      "ALTER TABLE users DROP CONSTRAINT named, ADD CONSTRAINT named CHECK (name <> '') NO INHERIT",
      "ALTER TABLE users DROP CONSTRAINT named, ADD CONSTRAINT named CHECK (name <> '')",
      'constraint named on public.users: structure.definition',
    ],
    [
      'ALTER TABLE users RENAME CONSTRAINT users_email TO users_mail',
      'ALTER TABLE users RENAME CONSTRAINT users_mail TO users_email',
      '+ constraint users_mail on public.users',
      '+ index public.users_mail',
      '- constraint users_email on public.users',
      '- index public.users_email',
    ],
    [
      'ALTER TABLE events ADD CONSTRAINT late CHECK (id > 0)',
      'ALTER TABLE events DROP CONSTRAINT late',
      '+ constraint late on public.events',
      '+ constraint late on public.events_1',
    ],
    [
      'ALTER TABLE events ADD CONSTRAINT of_user FOREIGN KEY (id) REFERENCES users',
      'ALTER TABLE events DROP CONSTRAINT of_user',
      '+ constraint of_user on public.events',
      '+ constraint of_user on public.events_1',
    ],
    [
      'ALTER TABLE loose ADD CONSTRAINT of_event FOREIGN KEY (id, at) REFERENCES events',
      'ALTER TABLE loose DROP CONSTRAINT of_event',
      '+ constraint of_event on public.loose',
    ],
    [
      "COMMENT ON CONSTRAINT positive ON DOMAIN euro IS 'x'",
      'COMMENT ON CONSTRAINT positive ON DOMAIN euro IS NULL',
      'constraint positive on public.euro: structure.comment',
    ],
    [
      'ALTER DOMAIN euro ADD CONSTRAINT small CHECK (VALUE < 9) NOT VALID',
      'ALTER DOMAIN euro DROP CONSTRAINT small',
      '+ constraint small on public.euro',
    ],
  ]),
  {
    change: 'ALTER TABLE orders ALTER CONSTRAINT orders_user NOT ENFORCED',
    undo: 'ALTER TABLE orders ALTER CONSTRAINT orders_user ENFORCED',
    since: 18,
    differences: ['constraint orders_user on public.orders: structure.notEnforced'],
  },
  {
    change: 'ALTER TABLE orders DISABLE TRIGGER ALL',
    undo: 'ALTER TABLE orders ENABLE TRIGGER ALL',
    differences: [
      'constraint later on public.orders: structure.ownTriggers',
      'constraint orders_user on public.orders: structure.ownTriggers',
      'trigger orders_late on public.orders: structure.enabled',
      'trigger orders_touch on public.orders: structure.enabled',
    ],
  },
  {
    change: 'ALTER TABLE users DISABLE TRIGGER ALL',
    undo: 'ALTER TABLE users ENABLE TRIGGER ALL',
    dumped: false,
    differences: ['constraint orders_user on public.orders: structure.otherTriggers'],
  },
];

const indexes: readonly SchemaChange[] = [
  ...changes([
    [
      "COMMENT ON INDEX users_name IS 'x'",
      'COMMENT ON INDEX users_name IS NULL',
      'index public.users_name: structure.comment',
    ],
    [
      'ALTER TABLE users CLUSTER ON users_balance',
      'ALTER TABLE users SET WITHOUT CLUSTER',
      'index public.users_balance: physical.clustered',
    ],
    [
      'ALTER INDEX users_name SET (fillfactor = 90)',
      'ALTER INDEX users_name SET (fillfactor = 80)',
      'index public.users_name: physical.options',
    ],
    [
      'ALTER INDEX users_name RESET (fillfactor)',
      'ALTER INDEX users_name SET (fillfactor = 80)',
      'index public.users_name: physical.options',
    ],
    [
      'ALTER INDEX users_name ALTER COLUMN 2 SET STATISTICS 400',
      'ALTER INDEX users_name ALTER COLUMN 2 SET STATISTICS -1',
      'index public.users_name: physical.statistics',
    ],
    [
      'ALTER INDEX users_name RENAME TO by_name',
      'ALTER INDEX by_name RENAME TO users_name',
      '+ index public.by_name',
      '- index public.users_name',
    ],
    [
      'DROP INDEX users_balance; CREATE UNIQUE INDEX users_balance ON users (id, email) NULLS NOT DISTINCT',
      'DROP INDEX users_balance; CREATE UNIQUE INDEX users_balance ON users (id, email)',
      'index public.users_balance: structure.definition',
    ],
    [
      "DROP INDEX users_balance; CREATE UNIQUE INDEX users_balance ON users (id, email) WHERE name = ' WITH (x) WHERE '",
      'DROP INDEX users_balance; CREATE UNIQUE INDEX users_balance ON users (id, email)',
      'index public.users_balance: structure.predicate',
    ],
    [
      'DROP INDEX users_balance; CREATE UNIQUE INDEX users_balance ON users (id DESC, email)',
      'DROP INDEX users_balance; CREATE UNIQUE INDEX users_balance ON users (id, email)',
      'index public.users_balance: structure.definition',
    ],
    ['CREATE INDEX on_parent ON ONLY events (id)', 'DROP INDEX on_parent', '+ index public.on_parent'],
    [
      'CREATE INDEX on_both ON events (id)',
      'DROP INDEX on_both',
      '+ index public.events_1_id_idx',
      '+ index public.on_both',
    ],
  ]),
  {
    change: "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'users_balance'::regclass",
    undo: "UPDATE pg_catalog.pg_index SET indisvalid = true WHERE indexrelid = 'users_balance'::regclass",
    differences: ['index public.users_balance: structure.invalid'],
  },
];

const behaviour = changes([
  [
    "COMMENT ON TRIGGER orders_touch ON orders IS 'x'",
    'COMMENT ON TRIGGER orders_touch ON orders IS NULL',
    'trigger orders_touch on public.orders: structure.comment',
  ],
  [
    'ALTER TABLE orders DISABLE TRIGGER orders_touch',
    'ALTER TABLE orders ENABLE TRIGGER orders_touch',
    'trigger orders_touch on public.orders: structure.enabled',
  ],
  [
    'ALTER TABLE orders ENABLE REPLICA TRIGGER orders_touch',
    'ALTER TABLE orders ENABLE TRIGGER orders_touch',
    'trigger orders_touch on public.orders: structure.enabled',
  ],
  [
    'ALTER TABLE orders ENABLE ALWAYS TRIGGER orders_late',
    'ALTER TABLE orders ENABLE TRIGGER orders_late',
    'trigger orders_late on public.orders: structure.enabled',
  ],
  [
    'ALTER TABLE events_1 DISABLE TRIGGER events_touch',
    'ALTER TABLE events_1 ENABLE TRIGGER events_touch',
    'trigger events_touch on public.events_1: structure.enabled',
  ],
  [
    'CREATE OR REPLACE TRIGGER orders_touch BEFORE UPDATE OF net ON orders FOR EACH ROW EXECUTE FUNCTION touch()',
    'CREATE OR REPLACE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()',
    'trigger orders_touch on public.orders: structure.definition',
  ],
  [
    'ALTER TABLE orders DISABLE RULE no_delete',
    'ALTER TABLE orders ENABLE RULE no_delete',
    'rule no_delete on public.orders: structure.enabled',
  ],
  [
    "COMMENT ON RULE no_delete ON orders IS 'x'",
    'COMMENT ON RULE no_delete ON orders IS NULL',
    'rule no_delete on public.orders: structure.comment',
  ],
  [
    'CREATE OR REPLACE RULE no_delete AS ON DELETE TO orders WHERE old.id = 1 DO INSTEAD NOTHING',
    'CREATE OR REPLACE RULE no_delete AS ON DELETE TO orders DO INSTEAD NOTHING',
    'rule no_delete on public.orders: structure.definition',
  ],
  [
    'ALTER POLICY own ON orders USING (user_id = 2)',
    'ALTER POLICY own ON orders USING (user_id = 1)',
    'policy own on public.orders: structure.using',
  ],
  [
    'ALTER POLICY own ON orders TO app',
    'ALTER POLICY own ON orders TO PUBLIC',
    'policy own on public.orders: access.roles',
  ],
  [
    'DROP POLICY own ON orders; CREATE POLICY own ON orders AS RESTRICTIVE USING (user_id = 1)',
    'DROP POLICY own ON orders; CREATE POLICY own ON orders USING (user_id = 1)',
    'policy own on public.orders: structure.restrictive',
  ],
  [
    'DROP POLICY own ON orders; CREATE POLICY own ON orders FOR UPDATE USING (user_id = 1) WITH CHECK (user_id = 2)',
    'DROP POLICY own ON orders; CREATE POLICY own ON orders USING (user_id = 1)',
    'policy own on public.orders: structure.check',
    'policy own on public.orders: structure.command',
  ],
  [
    "COMMENT ON POLICY own ON orders IS 'x'",
    'COMMENT ON POLICY own ON orders IS NULL',
    'policy own on public.orders: structure.comment',
  ],
  [
    'ALTER STATISTICS users_stats SET STATISTICS 500',
    'ALTER STATISTICS users_stats SET STATISTICS -1',
    'statistics object public.users_stats: physical.statistics',
  ],
  [
    "COMMENT ON STATISTICS users_stats IS 'x'",
    'COMMENT ON STATISTICS users_stats IS NULL',
    'statistics object public.users_stats: structure.comment',
  ],
  [
    'ALTER STATISTICS users_stats SET SCHEMA side',
    'ALTER STATISTICS side.users_stats SET SCHEMA public',
    '+ statistics object side.users_stats',
    '- statistics object public.users_stats',
  ],
]);

export const partChanges: readonly SchemaChange[] = [...constraints, ...indexes, ...behaviour];
