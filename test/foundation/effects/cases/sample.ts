import type { Case } from '../oracle.js';

/** What a list of cases looks like: each is tried on every major, from the schema and from the text alone. */
export const cases: readonly Case[] = [
  { sql: 'ALTER TABLE users ADD COLUMN extra int' },
  { sql: 'ALTER TABLE users ADD COLUMN made_at timestamptz DEFAULT clock_timestamp()' },
  { sql: 'ALTER TABLE events ALTER COLUMN size TYPE bigint' },
  { sql: 'CREATE INDEX CONCURRENTLY users_name ON users (name)' },
  { sql: 'TRUNCATE orgs CASCADE' },
  { sql: 'DELETE FROM archive WHERE id = 1' },
  { sql: 'ALTER TABLE modern ALTER COLUMN c SET NOT NULL', majors: [18] },
  // Earlier statements of the same transaction.
  {
    sql: [
      'ALTER TABLE archive ADD CONSTRAINT short CHECK (id > 0) NOT VALID',
      'ALTER TABLE archive VALIDATE CONSTRAINT short',
    ],
  },
  // Committed beforehand.
  { sql: 'DROP TABLE later', setup: 'CREATE TABLE later (id int REFERENCES users)' },
  { sql: 'VACUUM FULL archive' },
];
