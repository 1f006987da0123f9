import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guardLabels } from '../../../../../../src/back/rollback/invert/emit/types/guard-labels.js';
import { type Cluster, startCluster } from '../../../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../../../src/foundation/postgres/session.js';

const schema = `
CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s new', 'newer');
CREATE DOMAIN good AS mood;
CREATE DOMAIN list AS mood[];
CREATE TABLE days (id int, plain mood, several mood[], good good, list list, copied mood GENERATED ALWAYS AS (plain) STORED,
  PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE few PARTITION OF days FOR VALUES FROM (0) TO (10);
INSERT INTO days VALUES (1, 'sad', '{sad}', 'ok', '{ok}'), (2, NULL, NULL, NULL, NULL);`;

describe.each([15, 18] as const)('PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'guard test' });
    await session.query(schema);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  const guard = async (row: string, instead: Readonly<Record<string, string>> = {}): Promise<unknown> => {
    await session.query(`BEGIN; INSERT INTO days VALUES ${row}`);
    try {
      for (const sql of guardLabels('public.mood', { lost: ["it's new", 'newer'], instead })) await session.query(sql);
      const { rows } = await session.query(
        'SELECT plain, several::text, good, list::text, copied FROM days WHERE id = 3',
      );
      return rows[0];
    } finally {
      await session.query('ROLLBACK');
    }
  };

  test('rows that hold other labels pass', async () => {
    expect(await guard(`(3, 'ok', '{ok,sad}', 'sad', '{sad}')`)).toMatchObject({ plain: 'ok', several: '{ok,sad}' });
  });

  test.each([
    ['plain', `(3, 'it''s new', NULL, NULL, NULL)`],
    ['several', `(3, NULL, '{sad,"it''s new"}', NULL, NULL)`],
    ['good', `(3, NULL, NULL, 'it''s new', NULL)`],
    ['list', `(3, NULL, NULL, NULL, '{"it''s new"}')`],
  ])('a lost label in column %s fails and says where', async (column, row) => {
    await expect(guard(row)).rejects.toThrow(new RegExp(`rows of (few|days) hold "it's new" in column ${column}`));
  });

  test('rows get the label that is to stand in its place', async () => {
    const row = `(3, 'it''s new', '{sad,"it''s new"}', 'newer', '{newer,ok}')`;
    expect(await guard(row, { "it's new": 'ok', newer: 'sad' })).toEqual({
      plain: 'ok',
      several: '{sad,ok}',
      good: 'sad',
      list: '{sad,ok}',
      copied: 'ok',
    });
  });

  test('a label without one in its place still fails', async () => {
    await expect(guard(`(3, 'newer', NULL, NULL, NULL)`, { "it's new": 'ok' })).rejects.toThrow('hold "newer"');
  });
});
