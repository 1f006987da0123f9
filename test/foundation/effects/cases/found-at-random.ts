import type { Case } from '../oracle.js';

const noteDdl = `CREATE FUNCTION note_ddl() RETURNS event_trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO side.audit_log (what) VALUES (tg_tag); END $$`;

function watching(event: string): string {
  return `${noteDdl}; CREATE EVENT TRIGGER note ON ${event} EXECUTE FUNCTION note_ddl()`;
}

/** What random statements brought to light. */
export const cases: readonly Case[] = [
  { sql: 'ALTER TABLE events DROP CONSTRAINT IF EXISTS missing' },
  { sql: 'ALTER TABLE ONLY events DROP CONSTRAINT IF EXISTS missing' },
  { sql: 'ALTER TABLE vehicles DROP CONSTRAINT IF EXISTS missing' },
  { sql: 'ALTER TABLE modern DROP CONSTRAINT modern_user', majors: [18] },
  { sql: 'ALTER TABLE modern DROP COLUMN user_id', majors: [18] },
  { sql: 'ALTER TABLE vehicles ALTER COLUMN id SET NOT NULL' },
  {
    sql: 'ALTER TABLE vehicles ADD CONSTRAINT made FOREIGN KEY (wheels) REFERENCES orgs NOT VALID, ALTER COLUMN id SET NOT NULL',
  },
  { sql: 'ALTER TYPE person_type ALTER ATTRIBUTE age TYPE bigint CASCADE' },
  { sql: 'ALTER TABLE users OWNER TO CURRENT_USER' },
  { sql: 'ALTER TABLE users OWNER TO SESSION_USER' },
  { sql: 'REASSIGN OWNED BY rich_reader TO CURRENT_USER' },
  { sql: 'ALTER TABLE users ALTER COLUMN made TYPE timestamp' },
  { sql: ["SET timezone = 'Europe/Rome'", 'ALTER TABLE users ALTER COLUMN made TYPE timestamp'] },
  { sql: 'ALTER TABLE regions ENABLE TRIGGER ALL' },
  { sql: 'ALTER TABLE metrics DISABLE TRIGGER ALL' },
  { sql: 'ALTER TABLE events DISABLE TRIGGER USER' },
  { sql: 'ALTER TABLE events DISABLE TRIGGER events_log' },
  { sql: 'ALTER TABLE events_2 DISABLE TRIGGER ALL' },
  { sql: 'CREATE OR REPLACE VIEW active_users AS SELECT * FROM scratch' },
  { sql: 'CREATE INDEX IF NOT EXISTS users_old ON regions (code)' },
  { sql: 'ALTER TABLE archive ADD COLUMN IF NOT EXISTS a int, ADD COLUMN IF NOT EXISTS a side.label' },
  // How the default's query reads its table, a plan decides.
  { sql: 'ALTER TABLE archive ADD COLUMN made varchar NOT NULL DEFAULT order_count()', scans: 'unchecked' },
  { sql: 'VACUUM FULL unfilled' },
  { setup: watching('ddl_command_end'), sql: 'ALTER TABLE users ADD COLUMN extra int' },
  { setup: watching('ddl_command_end'), sql: 'GRANT SELECT ON users TO rich_reader' },
  { setup: watching('table_rewrite'), sql: 'ALTER TABLE users ALTER COLUMN age TYPE bigint' },
  { setup: watching('sql_drop'), sql: 'ALTER TABLE users DROP COLUMN born' },
];
