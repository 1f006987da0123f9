import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkIntegrity } from '../../../src/foundation/integrity/check-integrity.js';
import { countViolations, pageRanges } from '../../../src/foundation/integrity/count-violations.js';
import { readRowConditions } from '../../../src/foundation/integrity/row-conditions.js';
import { readSoftReferences } from '../../../src/foundation/integrity/soft-references.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';

const unchecked = (sql: string) => `SET session_replication_role = replica; ${sql}; RESET session_replication_role;`;

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'integrity' });
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await session.query(`DROP SCHEMA public CASCADE; CREATE SCHEMA public;
      CREATE TABLE users (id int PRIMARY KEY, tenant int, UNIQUE (tenant, id)); INSERT INTO users VALUES (1, 1), (2, 1)`);
  });

  const faults = async (sql: string, relations: readonly string[] | null = null) => {
    await session.query(sql);
    const found = await checkIntegrity(session, { relations: relations === null ? null : new Set(relations) });
    return found.map(({ kind, relation, name, rows }) => `${kind} ${relation} ${name} ${rows}`);
  };

  test.each([
    {
      title: 'a valid key that nobody enforced for a while',
      sql: `CREATE TABLE o (u int REFERENCES users); ${unchecked('INSERT INTO o VALUES (1), (7), (8), (NULL)')}`,
      expected: ['orphans public.o o_u_fkey 2'],
    },
    {
      title: 'a key that is NOT VALID',
      sql: `CREATE TABLE o (u int); INSERT INTO o VALUES (7); ALTER TABLE o ADD CONSTRAINT k FOREIGN KEY (u) REFERENCES users NOT VALID`,
      expected: ['unvalidated public.o k null', 'orphans public.o k 1'],
    },
    {
      title: 'a key of several columns, MATCH SIMPLE and FULL',
      sql: `CREATE TABLE o (t int, u int, CONSTRAINT s FOREIGN KEY (t, u) REFERENCES users (tenant, id),
          CONSTRAINT f FOREIGN KEY (t, u) REFERENCES users (tenant, id) MATCH FULL);
        ${unchecked('INSERT INTO o VALUES (1, 1), (1, NULL), (9, 1), (NULL, NULL)')}`,
      expected: ['orphans public.o s 1', 'orphans public.o f 2'],
    },
    {
      title: 'a key of a partitioned table, and one to it',
      sql: `CREATE TABLE p (id int PRIMARY KEY, u int REFERENCES users) PARTITION BY RANGE (id);
        CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
        CREATE TABLE o (p int REFERENCES p);
        ${unchecked('INSERT INTO p VALUES (1, 7), (11, 7), (12, 1); INSERT INTO o VALUES (1), (13)')}`,
      expected: ['orphans public.p p_u_fkey 2', 'orphans public.o o_p_fkey 1'],
    },
    {
      title: 'a CHECK that is NOT VALID, with a quoted name and a function',
      sql: `CREATE TABLE "O o" ("N" int); INSERT INTO "O o" VALUES (-1), (1), (NULL);
        ALTER TABLE "O o" ADD CONSTRAINT "is Positive" CHECK (abs("N") = "N") NOT VALID`,
      expected: ['unvalidated public."O o" is Positive null', 'violated public."O o" is Positive 1'],
    },
    {
      title: 'soft references of columns and of tables, of other types too',
      sql: `CREATE TABLE o (u text, t int, v int); INSERT INTO o VALUES ('1', 1, 1), ('9', 1, 9), (NULL, NULL, 2);
        COMMENT ON COLUMN o.u IS 'who. lockkeeper: soft reference to users (id)';
        COMMENT ON TABLE o IS 'lockkeeper: soft reference (t, v) to public.users (tenant, id)';
        COMMENT ON COLUMN o.v IS 'lockkeeper: soft reference to nowhere (id)'`,
      expected: [
        'orphans public.o soft reference (t, v) to public.users 1',
        'orphans public.o soft reference (u) to public.users 1',
      ],
    },
    {
      title: 'nothing where all is well',
      sql: 'CREATE TABLE o (u int REFERENCES users); INSERT INTO o VALUES (1)',
      expected: [],
    },
  ])('finds $title', async ({ sql, expected }) => {
    expect((await faults(sql)).toSorted()).toEqual(expected.toSorted());
    expect(session.transactionStatus).toBe('idle');
  });

  test('finds what a failed concurrent build left', async () => {
    await session.query('CREATE TABLE o (n int); INSERT INTO o VALUES (1), (1)');
    await expect(session.query('CREATE UNIQUE INDEX CONCURRENTLY broken ON o (n)')).rejects.toThrow('broken');
    expect(await faults('SELECT')).toEqual(['invalid-index public.o broken null']);
  });

  test('looks only at what concerns the given relations, from both ends of a key', async () => {
    const sql = `CREATE TABLE o (u int REFERENCES users); CREATE TABLE q (u int REFERENCES users);
      ${unchecked('INSERT INTO o VALUES (9); INSERT INTO q VALUES (9)')}`;
    expect(await faults(sql, ['public.o'])).toEqual(['orphans public.o o_u_fkey 1']);
    expect(await faults('SELECT', ['public.users'])).toHaveLength(2);
    expect(await faults('SELECT', ['public.nothing'])).toEqual([]);
  });

  test('counts in parts what it counts at once, and no further than it is told', async () => {
    await session.query(`CREATE TABLE o (u int REFERENCES users, filler text);
      ${unchecked(`INSERT INTO o SELECT g, repeat('x', 500) FROM generate_series(1, 200) g`)}`);
    const condition = (await readRowConditions(session)).find(({ relation }) => relation === 'public.o');
    if (condition === undefined) throw new Error('the key is not found');
    const one = { condition, source: 'public.o' };
    const pages = Number((await session.query(`SELECT pg_relation_size('o') / 8192 AS pages`)).rows[0]?.['pages']);
    expect(pages).toBeGreaterThan(5);
    const parts = [];
    for (const range of pageRanges(pages, 4))
      parts.push(await countViolations(session, one, { atMost: 1000, pages: range }));
    expect(parts.length).toBe(Math.ceil(pages / 4));
    expect(parts.reduce((sum, rows) => sum + rows, 0)).toBe(198);
    expect(await countViolations(session, one, { atMost: 10 })).toBe(10);
  });

  test.runIf(major === 18)(
    'knows the keys that only 18 has: not enforced, over periods; and NOT NULL that is not valid',
    async () => {
      const sql = `CREATE TABLE o (u int, n int, CONSTRAINT k FOREIGN KEY (u) REFERENCES users NOT ENFORCED);
      INSERT INTO o VALUES (9, NULL); ALTER TABLE o ADD CONSTRAINT given NOT NULL n NOT VALID;
      CREATE TABLE rooms (id int4range, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
      INSERT INTO rooms VALUES ('[1,1]', '[2020-01-01,2020-06-01)'), ('[1,1]', '[2020-06-01,2021-01-01)');
      CREATE TABLE stays (room int4range, during daterange, CONSTRAINT s FOREIGN KEY (room, PERIOD during) REFERENCES rooms (id, PERIOD during));
      ${unchecked(`INSERT INTO stays VALUES ('[1,1]', '[2020-05-01,2020-07-01)'), ('[1,1]', '[2020-12-01,2021-02-01)')`)}`;
      expect((await faults(sql)).toSorted()).toEqual([
        'orphans public.o k 1',
        'orphans public.stays s 1',
        'unvalidated public.o given null',
        'unvalidated public.o k null',
        'violated public.o given 1',
      ]);
    },
  );
});

test('reads declarations of soft references, and nothing else', () => {
  expect(readSoftReferences('lockkeeper: soft reference ("A b", c) to "X"."y" (id, "N")')).toEqual([
    { columns: ['A b', 'c'], referenced: '"X"."y"', referencedColumns: ['id', 'N'] },
  ]);
  expect(readSoftReferences('LOCKKEEPER: Soft Reference to Users(ID)')).toEqual([
    { columns: [], referenced: 'Users', referencedColumns: ['id'] },
  ]);
  expect(readSoftReferences('a soft reference to users (id)')).toEqual([]);
});
