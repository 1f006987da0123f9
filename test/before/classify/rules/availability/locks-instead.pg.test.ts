import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  partitionRules,
  tableRules,
  transactionRules,
} from '../../../../../src/before/classify/rules/availability/index.js';
import { readSchema } from '../../../../../src/foundation/catalog/read-schema.js';
import { type Cluster, startCluster } from '../../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../../src/foundation/postgres/session.js';
import { loadParser } from '../../../../../src/foundation/sql/parse.js';
import { splitScript } from '../../../../../src/foundation/sql/split-script.js';
import { findingsOf } from '../judge-text.js';

const keys = `CREATE TABLE a (id bigint PRIMARY KEY, n numeric, note text GENERATED ALWAYS AS ('x') STORED);
CREATE TABLE b (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a_id bigint CONSTRAINT b_a REFERENCES a);
INSERT INTO a SELECT generate_series(1, 30);`;
const lists = `CREATE TABLE "Events" (id bigint, kind text) PARTITION BY LIST (kind);
CREATE TABLE events_rest PARTITION OF "Events" DEFAULT;
CREATE TABLE events_x (LIKE "Events");
INSERT INTO events_x VALUES (1, 'it''s');`;

/** More than the examples show: rule, what is there, what is changed. */
const variants = [
  ['attach-partition-scans', lists, `ALTER TABLE "Events" ATTACH PARTITION events_x FOR VALUES IN ('x', 'it''s');`],
  ['default-partition-scans', lists, `ALTER TABLE "Events" ATTACH PARTITION events_x FOR VALUES IN ('x', 'it''s');`],
  ['default-partition-scans', lists, `CREATE TABLE "New" PARTITION OF "Events" FOR VALUES IN ('y');`],
  ['create-partition-blocks-parent', lists, `CREATE TABLE "New" PARTITION OF "Events" FOR VALUES IN ('y') USING heap;`],
  ['detach-partition-blocks', lists, 'ALTER TABLE "Events" DETACH PARTITION events_rest;'],
  ['drop-table-locks-referenced', keys, 'DROP TABLE a CASCADE;'],
  ['truncate-cascade', keys, 'TRUNCATE a RESTART IDENTITY CASCADE;'],
  ['set-logged-or-unlogged', keys, 'ALTER TABLE b SET UNLOGGED;'],
  [
    'set-access-method',
    `CREATE ACCESS METHOD other TYPE TABLE HANDLER heap_tableam_handler; ${keys}`,
    'ALTER TABLE a SET ACCESS METHOD other;',
  ],
  ['update-without-batches', keys, 'UPDATE a AS t SET n = b.id FROM b WHERE b.a_id = t.id;'],
  ['delete-without-batches', keys, 'DELETE FROM b USING a WHERE a.id = b.a_id RETURNING b.id;'],
] as const;

const examples = [...partitionRules, ...tableRules, ...transactionRules].map(
  ({ id, example }) => [id, example.setup, example.unsafe] as const,
);

describe.each([15, 18] as const)('what is offered instead runs on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;

  beforeAll(async () => {
    await loadParser();
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'instead' });
    await session.query('CREATE ROLE app');
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  test.each([...examples, ...variants])('%s', async (id, setup, unsafe) => {
    await session.query('RESET ALL; DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await session.query(setup);
    const schema = await readSchema(session);
    const transaction = together.has(id) ? 'single' : 'none';
    const [offered] = findingsOf(id, unsafe, { schema, transaction }).flatMap(({ instead }) => instead ?? []);
    if (silent.has(id)) return;
    if (offered === undefined) throw new Error(`${id} offers nothing`);
    await runAll(session, offered.replaceAll('TABLESPACE elsewhere', 'TABLESPACE pg_default'));
  });
});

const together = new Set(['several-tables-locked', 'work-under-exclusive-lock']);

/** They offer words only, or what has a meaning inside of one transaction alone. */
const silent = new Set([
  'refused-in-transaction',
  'commits-inside-block',
  'lock-table',
  'nested-transaction',
  'table-rewrite',
  'transaction-control-in-transaction',
  'transaction-left-open',
]);

async function runAll(session: Session, script: string): Promise<void> {
  const statements = splitScript(script, { path: 'pasted.sql', firstLine: 1 });
  expect(statements.length).toBeGreaterThan(0);
  for (const { sql } of statements) {
    await session.query(sql).catch((cause: unknown) => {
      throw new Error(`${sql}: ${String(cause)}`);
    });
  }
}
