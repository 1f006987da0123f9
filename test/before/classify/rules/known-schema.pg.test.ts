import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSchema } from '../../../../src/foundation/catalog/read-schema.js';
import { type Cluster, startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../src/foundation/postgres/session.js';
import { loadParser } from '../../../../src/foundation/sql/parse.js';
import type { Schema } from '../../../../src/model/schema.js';
import { findingsOf } from './judge-text.js';

const setup = `
  CREATE EXTENSION pgcrypto;
  CREATE TYPE state AS ENUM ('open', 'done', 'held');
  CREATE DOMAIN code AS text DEFAULT 'x';
  CREATE FUNCTION idle_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE users (
    id bigint PRIMARY KEY, email varchar(40) NOT NULL, name text, state state, age int, score numeric(8,2),
    seen timestamptz DEFAULT now(),
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_email_filled CHECK (email IS NOT NULL),
    CONSTRAINT users_age CHECK (age > 0));
  CREATE UNIQUE INDEX users_email_again ON users (email);
  CREATE TABLE orders (id bigserial PRIMARY KEY, user_id bigint CONSTRAINT orders_user REFERENCES users,
    part int, whole int, CONSTRAINT orders_parts CHECK (part < whole));
  CREATE INDEX orders_user_part ON orders (user_id, part);
  CREATE VIEW user_names AS SELECT id, name FROM users;
  CREATE SCHEMA empty;
  CREATE FUNCTION f(int) RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';`;

describe.each([15, 18] as const)('rules that know the schema of PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;
  let schema: Schema;

  beforeAll(async () => {
    await loadParser();
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'rules' });
    await session.query(setup);
    schema = await readSchema(session);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  const silent = [
    // What is not there is not dropped, and breaks nobody.
    ['drop-table', 'DROP TABLE IF EXISTS strangers'],
    ['drop-column', 'ALTER TABLE users DROP COLUMN IF EXISTS fax'],
    ['drop-view', 'DROP VIEW IF EXISTS strangers'],
    ['drop-function', 'DROP FUNCTION IF EXISTS g(int)'],
    // Only triggers run it, and none does.
    ['drop-function', 'DROP FUNCTION idle_trigger()'],
    ['select-star-prepared', 'ALTER TABLE users ADD COLUMN IF NOT EXISTS name text'],
    ['add-not-null-column', 'ALTER TABLE users ADD COLUMN IF NOT EXISTS name text NOT NULL'],
    // Nothing depends on it, whatever CASCADE says.
    ['drop-cascade', 'DROP TABLE orders CASCADE'],
    ['drop-cascade', 'DROP VIEW user_names CASCADE'],
    ['drop-cascade', 'ALTER TABLE users DROP COLUMN age CASCADE'],
    // The guarantee stays: the column is NOT NULL by itself, another index is unique over the same columns.
    ['drop-constraint', 'ALTER TABLE users DROP CONSTRAINT users_email_filled'],
    ['drop-constraint', 'ALTER TABLE users DROP CONSTRAINT users_email_key'],
    [
      'drop-constraint',
      'ALTER TABLE orders DROP CONSTRAINT orders_pkey; ALTER TABLE orders ADD PRIMARY KEY (id, part)',
    ],
    ['unique-may-fail', 'CREATE UNIQUE INDEX ON users (name, email)'],
    ['add-not-null-column', 'ALTER TABLE users ADD COLUMN zip code NOT NULL'],
    ['drop-column-drops-constraint', 'ALTER TABLE users DROP COLUMN age'],
    ['owned-sequence-lost', 'ALTER TABLE orders DROP COLUMN part'],
    // Wider, or the same under another name.
    ['narrowing-type-change', 'ALTER TABLE users ALTER email TYPE varchar(80)'],
    ['narrowing-type-change', 'ALTER TABLE users ALTER email TYPE text'],
    ['narrowing-type-change', 'ALTER TABLE users ALTER age TYPE bigint'],
    ['narrowing-type-change', 'ALTER TABLE users ALTER score TYPE numeric(12,2)'],
    ['narrowing-type-change', 'ALTER TABLE users ALTER age TYPE numeric(12,2)'],
    ['column-type-breaks-application', 'ALTER TABLE users ALTER email TYPE varchar(40)'],
    ['drop-not-null', 'ALTER TABLE users ALTER name DROP NOT NULL'],
    ['set-not-null-breaks-writers', 'ALTER TABLE users ALTER seen SET NOT NULL'],
    ['set-not-null-breaks-writers', 'ALTER TABLE users ALTER email SET NOT NULL'],
    ['default-changed', 'ALTER TABLE users ALTER name DROP DEFAULT'],
    [
      'enum-value-used-in-transaction',
      "ALTER TYPE state ADD VALUE IF NOT EXISTS 'held'; UPDATE orders SET part = 1 WHERE 'held' = 'x'",
    ],
    ['if-not-exists-no-op', 'CREATE TABLE IF NOT EXISTS users (id bigint, name text)'],
    ['if-not-exists-no-op', 'ALTER TABLE users ADD COLUMN IF NOT EXISTS name text'],
    ['if-not-exists-no-op', 'CREATE INDEX IF NOT EXISTS orders_user_part ON orders (user_id, part)'],
    ['change-function-signature', "CREATE OR REPLACE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 2'"],
    ['change-function-volatility', "CREATE OR REPLACE FUNCTION f(int) RETURNS int LANGUAGE sql STABLE AS 'SELECT 2'"],
    ['change-function-volatility', 'ALTER FUNCTION f(int) STRICT'],
    ['row-security-change', 'CREATE POLICY p ON users USING (true)'],
    ['publication-change', 'CREATE PUBLICATION p FOR TABLE users, orders'],
    ['redundant-index', 'CREATE INDEX ON orders (part, user_id)'],
    ['redundant-index', 'CREATE INDEX ON orders (user_id) WHERE part > 1'],
    ['several-unrelated-changes', 'ALTER TABLE users ADD a int; ALTER TABLE orders ADD a int'],
    ['foreign-key-type-mismatch', 'ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users'],
  ] as const;

  test.each(silent)('%s is silent on %s', (id, sql) => {
    expect(findingsOf(id, sql, { schema })).toEqual([]);
  });

  const said = [
    ['drop-cascade', 'DROP TABLE users CASCADE', /foreign key orders_user of public\.orders, view public\.user_names/],
    ['drop-cascade', 'DROP TYPE state CASCADE', /column state of public\.users/],
    ['drop-cascade', 'ALTER TABLE users DROP COLUMN name CASCADE', /view public\.user_names/],
    ['drop-constraint', 'ALTER TABLE users DROP CONSTRAINT users_age', /CHECK \(\(age > 0\)\)/],
    ['drop-column-drops-constraint', 'ALTER TABLE orders DROP COLUMN whole', /orders_parts.*CHECK/],
    ['drop-column-drops-constraint', 'ALTER TABLE orders DROP COLUMN user_id', /orders_user_part/],
    ['owned-sequence-lost', 'ALTER TABLE orders DROP COLUMN id', /public\.orders_id_seq/],
    ['drop-schema', 'DROP SCHEMA empty CASCADE', /0 relations/],
    ['narrowing-type-change', 'ALTER TABLE users ALTER name TYPE varchar(10)', /name in public\.users \(text\)/],
    ['narrowing-type-change', 'ALTER TABLE users ALTER id TYPE int', /id in public\.users/],
    ['narrowing-type-change', 'ALTER TABLE users ALTER age TYPE numeric(11,2)', /age in public\.users/],
    ['narrowing-type-change', 'ALTER TABLE users ALTER age TYPE real', /age in public\.users/],
    ['narrowing-type-change', 'ALTER TABLE users ALTER seen TYPE date', /seen in public\.users/],
    ['narrowing-type-change', 'ALTER TABLE users ALTER score TYPE numeric(8,1)', /score in public\.users/],
    ['column-type-breaks-application', 'ALTER TABLE users ALTER email TYPE varchar(80)', /another type/],
    [
      'if-not-exists-no-op',
      'CREATE TABLE IF NOT EXISTS users (id int, fax text)',
      /lacks fax, has another type for id/,
    ],
    [
      'if-not-exists-no-op',
      'ALTER TABLE users ADD COLUMN IF NOT EXISTS age bigint',
      /age of public\.users exists and stays integer/,
    ],
    ['if-not-exists-no-op', 'CREATE INDEX IF NOT EXISTS orders_user_part ON orders (part)', /another index/],
    [
      'change-function-signature',
      "CREATE OR REPLACE FUNCTION f(int, int) RETURNS int LANGUAGE sql AS 'SELECT 2'",
      /f\(integer\) stays/,
    ],
    [
      'change-function-volatility',
      "CREATE OR REPLACE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 2'",
      /stable and becomes volatile/,
    ],
    ['redundant-index', 'CREATE INDEX ON orders (user_id)', /orders_user_part already/],
    ['redundant-index', 'CREATE INDEX ON orders (user_id, part, whole)', /orders_user_part is no longer needed/],
    [
      'foreign-key-type-mismatch',
      'ALTER TABLE orders ADD FOREIGN KEY (part) REFERENCES users (id)',
      /part of public\.orders is integer/,
    ],
  ] as const;

  test.each(said)('%s says of %s', (id, sql, message) => {
    const found = findingsOf(id, sql, { schema });
    expect(found.map((one) => one.message)).toEqual([expect.stringMatching(message)]);
  });

  test('a primary key goes with what points to it', () => {
    const [found] = findingsOf('drop-cascade', 'ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE', { schema });
    expect(found?.message).toBe('CASCADE takes along: foreign key orders_user of public.orders.');
  });
});
