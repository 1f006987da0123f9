import { changes, type SchemaChange } from './schema-change.js';

const sequences: readonly SchemaChange[] = [
  ...changes([
    [
      'ALTER SEQUENCE free_seq INCREMENT 5',
      'ALTER SEQUENCE free_seq INCREMENT 1',
      'sequence public.free_seq: structure.increment',
    ],
    [
      'ALTER SEQUENCE free_seq MAXVALUE 99',
      'ALTER SEQUENCE free_seq NO MAXVALUE',
      'sequence public.free_seq: structure.max',
    ],
    [
      'ALTER SEQUENCE free_seq MINVALUE -5',
      'ALTER SEQUENCE free_seq NO MINVALUE',
      'sequence public.free_seq: structure.min',
    ],
    ['ALTER SEQUENCE free_seq START 3', 'ALTER SEQUENCE free_seq START 1', 'sequence public.free_seq: structure.start'],
    ['ALTER SEQUENCE free_seq CYCLE', 'ALTER SEQUENCE free_seq NO CYCLE', 'sequence public.free_seq: structure.cycle'],
    [
      'ALTER SEQUENCE free_seq CACHE 10',
      'ALTER SEQUENCE free_seq CACHE 1',
      'sequence public.free_seq: structure.cache',
    ],
    [
      'ALTER SEQUENCE free_seq AS int',
      'ALTER SEQUENCE free_seq AS bigint',
      'sequence public.free_seq: structure.max',
      'sequence public.free_seq: structure.type',
    ],
    [
      'ALTER SEQUENCE free_seq SET UNLOGGED',
      'ALTER SEQUENCE free_seq SET LOGGED',
      'sequence public.free_seq: structure.unlogged',
    ],
    [
      'ALTER SEQUENCE free_seq OWNED BY loose.id',
      'ALTER SEQUENCE free_seq OWNED BY NONE',
      'sequence public.free_seq: access.owner',
      'sequence public.free_seq: structure.ownedBy',
    ],
    [
      "COMMENT ON SEQUENCE free_seq IS 'x'",
      'COMMENT ON SEQUENCE free_seq IS NULL',
      'sequence public.free_seq: structure.comment',
    ],
    [
      'GRANT USAGE ON SEQUENCE free_seq TO app',
      'REVOKE USAGE ON SEQUENCE free_seq FROM app',
      'sequence public.free_seq: access.grants',
    ],
    [
      'ALTER TABLE users ALTER id SET CACHE 7',
      'ALTER TABLE users ALTER id SET CACHE 1',
      'sequence public.users_id_seq: structure.cache',
    ],
  ]),
  {
    change: "SELECT pg_catalog.setval('free_seq', 1, true)",
    undo: "SELECT pg_catalog.setval('free_seq', 1, false)",
    dumped: false,
    differences: ['sequence public.free_seq: position.isCalled'],
  },
  {
    change: "SELECT pg_catalog.setval('free_seq', 9007199254740993, false)",
    undo: "SELECT pg_catalog.setval('free_seq', 1, false)",
    dumped: false,
    differences: ['sequence public.free_seq: position.lastValue'],
  },
];

const views: readonly SchemaChange[] = [
  ...changes([
    [
      'ALTER VIEW names SET (security_barrier = true)',
      'ALTER VIEW names RESET (security_barrier)',
      'view public.names: structure.options',
    ],
    [
      'ALTER VIEW names SET (security_invoker = true)',
      'ALTER VIEW names RESET (security_invoker)',
      'view public.names: structure.options',
    ],
    [
      'ALTER VIEW names SET (check_option = local)',
      'ALTER VIEW names RESET (check_option)',
      'view public.names: structure.options',
    ],
    ["COMMENT ON VIEW names IS 'x'", 'COMMENT ON VIEW names IS NULL', 'view public.names: structure.comment'],
    [
      'CREATE OR REPLACE VIEW names AS SELECT id, name FROM users WHERE id > 1',
      'CREATE OR REPLACE VIEW names AS SELECT id, name FROM users',
      'view public.names: structure.definition',
    ],
    ['GRANT SELECT ON names TO app', 'REVOKE SELECT ON names FROM app', 'view public.names: access.grants'],
    [
      'ALTER MATERIALIZED VIEW sums SET (fillfactor = 60)',
      'ALTER MATERIALIZED VIEW sums RESET (fillfactor)',
      'materialized view public.sums: physical.options',
    ],
    [
      "COMMENT ON MATERIALIZED VIEW sums IS 'x'",
      'COMMENT ON MATERIALIZED VIEW sums IS NULL',
      'materialized view public.sums: structure.comment',
    ],
  ]),
  {
    change: 'REFRESH MATERIALIZED VIEW sums WITH NO DATA',
    undo: 'REFRESH MATERIALIZED VIEW sums',
    dumped: false,
    differences: ['materialized view public.sums: structure.unpopulated'],
  },
];

const attached = [
  '+ constraint loose_pkey on public.loose',
  '+ index public.loose_body_idx',
  '+ index public.loose_pkey',
  '+ trigger events_touch on public.loose',
  'column public.loose.at: structure.inherited',
  'column public.loose.body: structure.inherited',
  'column public.loose.id: structure.inherited',
  'table public.loose: structure.bound',
  'table public.loose: structure.partitionOf',
];

const partitions: readonly SchemaChange[] = [
  {
    change: "ALTER TABLE events ATTACH PARTITION loose FOR VALUES FROM ('2025-01-01') TO ('2025-02-01')",
    undo: `ALTER TABLE events DETACH PARTITION loose; DROP TABLE loose;
      CREATE TABLE loose (id int NOT NULL, at date NOT NULL, body text)`,
    differences: attached,
    differences18: [
      ...attached,
      'column public.loose.at: structure.notNullConstraint',
      'column public.loose.id: structure.notNullConstraint',
    ],
  },
];

const schemasAndTypes = changes([
  ["COMMENT ON SCHEMA side IS 'x'", 'COMMENT ON SCHEMA side IS NULL', 'schema side: structure.comment'],
  ['GRANT USAGE ON SCHEMA side TO app', 'REVOKE USAGE ON SCHEMA side FROM app', 'schema side: access.grants'],
  ['ALTER SCHEMA side OWNER TO other_owner', 'ALTER SCHEMA side OWNER TO postgres', 'schema side: access.owner'],
  ['GRANT CREATE ON SCHEMA public TO app', 'REVOKE CREATE ON SCHEMA public FROM app', 'schema public: access.grants'],
  ["COMMENT ON TYPE pair IS 'x'", 'COMMENT ON TYPE pair IS NULL', 'composite type public.pair: structure.comment'],
  [
    'REVOKE USAGE ON TYPE pair FROM PUBLIC',
    'GRANT USAGE ON TYPE pair TO PUBLIC',
    'composite type public.pair: access.grants',
  ],
  [
    'ALTER TYPE pair OWNER TO other_owner',
    'ALTER TYPE pair OWNER TO postgres',
    'composite type public.pair: access.owner',
  ],
]);

export const otherChanges: readonly SchemaChange[] = [...sequences, ...views, ...partitions, ...schemasAndTypes];
