import { changes } from './schema-change.js';

export const tableChanges = changes([
  ["COMMENT ON TABLE users IS 'x'", 'COMMENT ON TABLE users IS NULL', 'table public.users: structure.comment'],
  ['ALTER TABLE loose SET UNLOGGED', 'ALTER TABLE loose SET LOGGED', 'table public.loose: structure.unlogged'],
  ['ALTER TABLE cache SET LOGGED', 'ALTER TABLE cache SET UNLOGGED', 'table public.cache: structure.unlogged'],
  [
    'ALTER TABLE users SET (fillfactor = 70)',
    'ALTER TABLE users RESET (fillfactor)',
    'table public.users: physical.options',
  ],
  [
    'ALTER TABLE users SET (toast.autovacuum_enabled = off)',
    'ALTER TABLE users RESET (toast.autovacuum_enabled)',
    'table public.users: physical.toastOptions',
  ],
  [
    'ALTER TABLE users ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE users DISABLE ROW LEVEL SECURITY',
    'table public.users: structure.rowSecurity',
  ],
  [
    'ALTER TABLE users FORCE ROW LEVEL SECURITY',
    'ALTER TABLE users NO FORCE ROW LEVEL SECURITY',
    'table public.users: structure.forceRowSecurity',
  ],
  [
    'ALTER TABLE users REPLICA IDENTITY FULL',
    'ALTER TABLE users REPLICA IDENTITY DEFAULT',
    'table public.users: physical.replicaIdentity',
  ],
  [
    'ALTER TABLE users REPLICA IDENTITY NOTHING',
    'ALTER TABLE users REPLICA IDENTITY DEFAULT',
    'table public.users: physical.replicaIdentity',
  ],
  [
    'ALTER TABLE users REPLICA IDENTITY USING INDEX users_email',
    'ALTER TABLE users REPLICA IDENTITY DEFAULT',
    'index public.users_email: physical.replicaIdentity',
    'table public.users: physical.replicaIdentity',
  ],
  ['ALTER TABLE loose OWNER TO other_owner', 'ALTER TABLE loose OWNER TO postgres', 'table public.loose: access.owner'],
  ['GRANT SELECT ON users TO app', 'REVOKE SELECT ON users FROM app', 'table public.users: access.grants'],
  ['GRANT SELECT ON users TO PUBLIC', 'REVOKE SELECT ON users FROM PUBLIC', 'table public.users: access.grants'],
  ['REVOKE INSERT ON users FROM postgres', 'GRANT INSERT ON users TO postgres', 'table public.users: access.grants'],
  ['ALTER TABLE typed NOT OF', 'ALTER TABLE typed OF row_type', 'table public.typed: structure.ofType'],
  [
    'ALTER TABLE twin INHERIT base',
    'ALTER TABLE twin NO INHERIT base',
    'column public.twin.id: structure.inherited',
    'constraint base_id on public.twin: structure.inherited',
    'table public.twin: structure.inherits',
  ],
  ['CREATE TABLE more ()', 'DROP TABLE more', '+ table public.more'],
  [
    'CREATE TABLE side.parted (id int) PARTITION BY HASH (id)',
    'DROP TABLE side.parted',
    '+ column side.parted.id',
    '+ table side.parted',
  ],
  [
    "ALTER FOREIGN TABLE far_things OPTIONS (ADD place 'x')",
    'ALTER FOREIGN TABLE far_things OPTIONS (DROP place)',
    'foreign table public.far_things: structure.options',
  ],
  [
    "ALTER FOREIGN TABLE far_things ALTER name OPTIONS (ADD n 'x')",
    'ALTER FOREIGN TABLE far_things ALTER name OPTIONS (DROP n)',
    'column public.far_things.name: structure.wrapperOptions',
  ],
  [
    "COMMENT ON FOREIGN TABLE far_things IS 'x'",
    'COMMENT ON FOREIGN TABLE far_things IS NULL',
    'foreign table public.far_things: structure.comment',
  ],
]);
