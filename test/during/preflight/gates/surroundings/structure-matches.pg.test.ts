import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import structureMatches from '../../../../../src/during/preflight/gates/surroundings/structure-matches.js';
import { digestStructure } from '../../../../../src/foundation/catalog/snapshot/digest-structure.js';
import { readSnapshot } from '../../../../../src/foundation/catalog/snapshot/read-snapshot.js';
import { type Cluster, startCluster } from '../../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../../src/foundation/postgres/session.js';
import type { RehearsedStructure } from '../../../../../src/model/rehearsal.js';
import { decided, policyFor } from './decide-policy.js';

const schema = `
  DROP SCHEMA public CASCADE; DROP SCHEMA IF EXISTS lockkeeper CASCADE; CREATE SCHEMA public;
  CREATE TABLE users (id int PRIMARY KEY, name text);
  CREATE VIEW names AS SELECT name FROM users;
  CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users);
  CREATE TABLE events (at date NOT NULL) PARTITION BY RANGE (at);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE TABLE stray (id int);`;

describe.each([15, 18] as const)('on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;
  let structure: RehearsedStructure;
  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'gate test' });
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await session.query(schema);
    const relations = ['public.users', 'public.events', 'public.events_1'];
    structure = digestStructure(await readSnapshot(session), { relations, ignoredSchemas: [], ignoredRelations: [] });
  });

  async function ask(rehearsal: object | null = { structure, server: { major } }): Promise<string> {
    const plan = { direction: 'up' };
    const change = { plan, rehearsal, history: { table: 'public.schema_migrations' } };
    return decided(structureMatches, await structureMatches.inspect({ session, change } as never, policyFor()));
  }

  test.each([
    ['nothing', 'SELECT 1', /^pass: \d+ objects .* and so is the rest/],
    [
      'a column of a touched table',
      'ALTER TABLE users ADD COLUMN age int',
      /^block: .* otherwise than rehearsed: table public\.users\./,
    ],
    ['an index of one', 'CREATE INDEX extra ON users (name)', /^block: .* table public\.users\./],
    ['a view over one', 'CREATE VIEW more AS SELECT id FROM users', /^block: .* there besides: view public\.more/],
    ['a view that is gone', 'DROP VIEW names', /^block: .* not there: view public\.names/],
    ['a view over a view', 'CREATE VIEW deep AS SELECT name FROM names', /^block: .* view public\.deep/],
    [
      'a foreign key to one',
      'ALTER TABLE stray ADD FOREIGN KEY (id) REFERENCES users',
      /^block: .* table public\.stray/,
    ],
    ['a column of a table that refers to one', 'ALTER TABLE orders ADD COLUMN total int', /^warn: .* elsewhere/],
    [
      'a partition made at midnight',
      `CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')`,
      /^warn: .* other partitions .* table public\.events_2/,
    ],
    ['a partition that was dropped', 'DROP TABLE events_1', /^warn: .* other partitions/],
    ['an index of a partition', 'CREATE INDEX own ON events_1 (at)', /^block: .* table public\.events_1/],
    ['a table elsewhere', 'CREATE TABLE other (id int)', /^warn: .* elsewhere/],
    ['rights, rows and the place of columns', 'GRANT SELECT ON users TO PUBLIC; INSERT INTO users VALUES (1)', /^pass/],
    [
      "our own tables and the tool's",
      'CREATE SCHEMA lockkeeper; CREATE TABLE lockkeeper.run (id int); CREATE TABLE schema_migrations (id serial)',
      /^pass/,
    ],
  ])('%s', async (_, sql, expected) => {
    await session.query(sql);
    expect(await ask()).toMatch(expected);
    expect(session.transactionStatus).toBe('idle');
  });

  test('what cannot be compared is unknown', async () => {
    expect(await ask(null)).toMatch(/^unknown: .* not rehearsed/);
    expect(await ask({ server: { major } })).toMatch(/^unknown: .* tells nothing/);
    expect(await ask({ structure, server: { major: 16 } })).toMatch(/^unknown: .* rehearsed on PostgreSQL 16/);
  });

  test('who holds the table in his hands makes it fail, and soon', async () => {
    await using other = await connect(cluster.connection(), { applicationName: 'holder' });
    await other.query('BEGIN; LOCK TABLE users');
    await expect(ask()).rejects.toMatchObject({ code: 'query-failed', sqlState: '55P03' });
    await other.query('ROLLBACK');
    expect(await ask()).toMatch(/^pass/);
  });
});
