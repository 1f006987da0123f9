import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { quoteIdentifier, quoteLiteral } from '../../../src/foundation/sql/quote-identifier.js';

let cluster: Cluster;
let session: Session;

beforeAll(async () => {
  cluster = await startCluster({ major: 17, serverBin: null });
  session = await connect(cluster.connection(), { applicationName: 'quoting test' });
});

afterAll(async () => {
  await session[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

const odd = ['a', 'A', 'a b', 'a"b', '1a', '_a', 'a$', 'é', '', 'select_', "it's", 'a\\b'];

test('names are quoted as quote_ident does, every keyword among them', async () => {
  const { rows } = await session.query(
    `SELECT word, pg_catalog.quote_ident(word) AS quoted
     FROM (SELECT word FROM pg_catalog.pg_get_keywords() UNION ALL SELECT pg_catalog.unnest($1::text[])) AS words`,
    [odd],
  );
  expect(rows.length).toBeGreaterThan(400);
  expect(rows.map(({ word }) => quoteIdentifier(String(word)))).toEqual(rows.map(({ quoted }) => quoted));
});

test('literals mean the text they quote', async () => {
  const { rows } = await session.query(`SELECT ARRAY[${odd.map(quoteLiteral).join(', ')}] AS texts`);
  expect(rows[0]?.['texts']).toEqual(odd);
});
