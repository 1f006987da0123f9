import { beforeAll, expect, test } from 'vitest';
import { judgeMigration } from '../../../../src/before/classify/judge-migration.js';
import type { JudgedMigration } from '../../../../src/before/classify/judged-statement.js';
import { defaultPolicy } from '../../../../src/before/classify/policy.js';
import type { Session } from '../../../../src/foundation/postgres/session.js';
import { readEnvironment } from '../../../../src/foundation/runtime/environment.js';
import { loadParser } from '../../../../src/foundation/sql/parse.js';
import { followSchema } from '../../../../src/foundation/stage/follow-schema.js';
import { openEmbeddedStage } from '../../../../src/foundation/stage/open-embedded-stage.js';
import { migrationOf } from '../../../support/script.js';

const signal = new AbortController().signal;

const foundation = [
  'CREATE TABLE roles (id int PRIMARY KEY, name text)',
  'CREATE TABLE members (id serial PRIMARY KEY, role_id int REFERENCES roles ON DELETE CASCADE)',
  'CREATE TABLE notes (id int PRIMARY KEY, member_id int REFERENCES members)',
  `CREATE FUNCTION join_role(wanted text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM roles WHERE name = wanted) THEN
      INSERT INTO members (role_id) SELECT id FROM roles WHERE name = wanted;
    END IF; END $$`,
  "INSERT INTO roles VALUES (1, 'owner'), (2, 'guest'), (3, 'bot')",
];

/** Each with the locks that follow rows, once they are known. */
const statements: readonly (readonly [sql: string, ofRows: readonly string[]])[] = [
  ["DELETE FROM roles WHERE name = 'nobody'", []],
  ['UPDATE members SET role_id = 2 WHERE role_id = 1', []],
  [
    "INSERT INTO members (role_id) SELECT id FROM roles WHERE name = 'owner'",
    ['members_id_seq RowExclusiveLock certain', 'roles RowShareLock certain'],
  ],
  [
    "SELECT join_role('guest')",
    ['members RowExclusiveLock certain', 'members_id_seq RowExclusiveLock certain', 'roles RowShareLock certain'],
  ],
  ["SELECT join_role('nobody')", []],
  ['UPDATE members SET role_id = 3 WHERE role_id = 1', ['roles RowShareLock certain']],
  [
    'DO $$ BEGIN IF (SELECT count(*) FROM members) = 2 THEN INSERT INTO notes VALUES (1, NULL); END IF; END $$',
    ['notes RowExclusiveLock certain'],
  ],
  // Who runs it and when decides about these; of what they write nothing is sure afterwards.
  ["SELECT join_role('guest') WHERE current_user <> 'nobody'", possible()],
  ["DELETE FROM notes WHERE id = 1 AND current_date < '2000-01-01'", []],
  ["DELETE FROM roles WHERE name = 'bot'", ['members RowExclusiveLock possible', 'notes RowShareLock possible']],
  ['DO $$ BEGIN IF EXISTS (SELECT FROM roles) THEN PERFORM 1 FROM pg_class; DELETE FROM roles; END IF; END $$', []],
];

function possible(): readonly string[] {
  return [
    'members RowExclusiveLock possible',
    'members_id_seq RowExclusiveLock possible',
    'roles RowShareLock possible',
  ];
}

beforeAll(loadParser);

async function judgeAll(session: Session, major: number): Promise<readonly JudgedMigration[]> {
  let unsure: JudgedMigration['unsure'] = new Set();
  const judged: JudgedMigration[] = [];
  for (const [index, sqls] of [foundation, ...statements.map(([sql]) => [sql])].entries()) {
    const migration = migrationOf(String(index), sqls);
    const { schemas, held, failure } = await followSchema(session, migration, {
      insideTransaction: false,
      watchLocks: true,
      signal,
    });
    expect(failure).toBe(null);
    const one: JudgedMigration = judgeMigration(migration, {
      major,
      policy: defaultPolicy,
      schemaBefore: (at) => schemas[at] ?? null,
      sizes: new Map(),
      text: '',
      changedBefore: null,
      trial: unsure === null ? null : { held, unsure },
      failure,
    });
    unsure = one.unsure;
    judged.push(one);
  }
  return judged.slice(1);
}

/** What each statement locks on the way through an empty database. */
async function locksSeen(session: Session): Promise<readonly (readonly string[])[]> {
  await session.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  for (const sql of foundation) await session.query(sql);
  const seen: (readonly string[])[] = [];
  for (const [sql] of statements) {
    await session.query('BEGIN');
    await session.query(sql);
    const { rows } = await session.query(
      `SELECT relation::regclass::text || ' ' || mode AS lock FROM pg_locks
       WHERE pid = pg_backend_pid() AND relation IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'S') AND oid >= 16384)`,
    );
    await session.query('COMMIT');
    seen.push(rows.map(({ lock }) => String(lock)));
  }
  return seen;
}

test.each([15, 16, 17, 18] as const)(
  'PostgreSQL %i: rows that the change made itself tell what is locked',
  async (major) => {
    await using stage = await openEmbeddedStage({
      major,
      serverBin: null,
      environment: readEnvironment(process.env),
      standby: false,
      signal,
      onProgress: () => undefined,
    });
    await using session = await stage.connect('trial');
    const judged = await judgeAll(session, major);
    const seen = await locksSeen(session);
    for (const [index, { statements: ofOne }] of judged.entries()) {
      const locks = ofOne.find(({ inside }) => inside === null)?.effects.locks ?? [];
      const words = locks.map(
        ({ relation, mode, certainty }) => `${relation.replace('public.', '')} ${mode} ${certainty}`,
      );
      const [sql, ofRows] = statements[index] ?? ['', []];
      expect(words, sql).toEqual(expect.arrayContaining([...ofRows]));
      const certain = words.filter((one) => one.endsWith(' certain')).map((one) => one.replace(' certain', ''));
      for (const lock of certain) expect(seen[index], `${sql}: ${lock}`).toContain(lock);
      if (index < 7) expect(certain.toSorted(), sql).toEqual([...(seen[index] ?? [])].toSorted());
    }
  },
);
