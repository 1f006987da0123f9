import { afterAll, beforeAll, expect, test } from 'vitest';
import { availabilityRules } from '../../../../src/before/classify/rules/availability/index.js';
import { compatibilityRules } from '../../../../src/before/classify/rules/compatibility/index.js';
import { dataRules } from '../../../../src/before/classify/rules/data/index.js';
import { styleRules } from '../../../../src/before/classify/rules/style/index.js';
import { type Cluster, startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../src/foundation/postgres/session.js';
import { readSchema } from '../../../../src/foundation/catalog/read-schema.js';
import { loadParser } from '../../../../src/foundation/sql/parse.js';
import { splitScript } from '../../../../src/foundation/sql/split-script.js';
import { findingsOf } from './judge-text.js';

let cluster: Cluster;
let session: Session;

beforeAll(async () => {
  await loadParser();
  cluster = await startCluster({ major: 17, serverBin: null });
  session = await connect(cluster.connection(), { applicationName: 'pasted' });
  await session.query('CREATE ROLE app');
  await session.query('CREATE DATABASE legacy');
  await session.query('SET allow_in_place_tablespaces = on');
  await session.query("CREATE TABLESPACE elsewhere LOCATION ''");
});
afterAll(async () => {
  await session?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

/** They show what to repair first, so they cannot pass on data that has to be repaired. */
const needsRepair = new Set(['unique-may-fail', 'add-not-null-column']);

/** They are part of a transaction that is open already. */
const needsBlock = new Set(['lock-table', 'nested-transaction']);

const rules = [...availabilityRules, ...dataRules, ...compatibilityRules, ...styleRules];

test.each(rules.map((rule) => [rule.id, rule] as const))('what %s offers to paste runs', async (id, rule) => {
  // What is offered must never wait for itself.
  await session.query("ROLLBACK; RESET ALL; SET statement_timeout = '10s'; SET client_min_messages = error");
  await session.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await session.query(rule.example.setup);
  const schema = await readSchema(session);
  if (needsBlock.has(id)) await session.query('BEGIN');
  const transaction = rule.example.transaction?.unsafe ?? 'none';
  const offered = findingsOf(id, rule.example.unsafe, { schema, transaction }).flatMap(({ instead }) => instead ?? []);
  for (const sql of offered) {
    const statements = splitScript(sql, { path: 'pasted.sql', firstLine: 1 });
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of needsRepair.has(id) ? statements.slice(0, 1) : statements) {
      await session.query(statement.sql).catch((cause: unknown) => {
        throw new Error(`${statement.sql}: ${String(cause)}`);
      });
    }
  }
});

test('the type of a column is pasted as it was written', () => {
  const [found] = findingsOf('add-not-null-column', `ALTER TABLE t ADD "é" numeric (8, 2) COLLATE "C" NOT NULL`);
  expect(found?.instead?.split('\n')[0]).toBe('ALTER TABLE public.t ADD COLUMN "é" numeric (8, 2) COLLATE "C";');
});
