import { loadParser } from '../../../../src/foundation/sql/parse.js';
import type { ApplyPlan } from '../../../../src/model/apply-plan.js';
import type { LockRequest } from '../../../../src/model/effects.js';
import type { TransactionMode } from '../../../../src/model/sql-text.js';
import { planOf } from '../apply-bench.js';
import { rememberFileText } from '../../../../src/foundation/project/file-text.js';
import { migrationOf } from '../../../support/script.js';

/** A change of one kind, that a runner is disturbed at. */
export interface StepKind {
  readonly name: string;
  readonly mode: TransactionMode;
  readonly statements: readonly string[];
  /** A query that is written above the last statement. */
  readonly probe?: string;
}

/** What every change is made to. */
export const schemaSql = `
  CREATE TABLE item (id int PRIMARY KEY, n int NOT NULL, word text, CONSTRAINT positive CHECK (n > 0) NOT VALID);
  INSERT INTO item SELECT i, i, 'word ' || i FROM generate_series(1, 500) i;
  CREATE INDEX item_word ON item (word);
  CREATE TABLE note (item_id int REFERENCES item, text text);
  INSERT INTO note SELECT i, repeat('x', 20) FROM generate_series(1, 100) i;
  CREATE TABLE event (id int NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
  CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
  CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
  INSERT INTO event SELECT i, '2020-06-01'::date + i FROM generate_series(1, 300) i;
  CREATE TYPE mood AS ENUM ('fine', 'bad');
  CREATE MATERIALIZED VIEW total AS SELECT n % 7 AS rest, count(*) AS number FROM item GROUP BY 1;
  CREATE UNIQUE INDEX total_rest ON total (rest);
  CREATE TABLE log (line text);
  CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$BEGIN
    UPDATE item SET word = 'filled'; COMMIT; INSERT INTO log SELECT 'done' WHERE NOT EXISTS (SELECT FROM log); COMMIT; END$$;
  CREATE TABLE schema_migrations (version text PRIMARY KEY)`;

export const stepKinds: readonly StepKind[] = [
  {
    name: 'transaction of DDL',
    mode: 'single',
    statements: ['ALTER TABLE item ADD COLUMN extra int DEFAULT 3', 'CREATE TABLE later (id int PRIMARY KEY)'],
  },
  {
    name: 'transaction of DML',
    mode: 'single',
    statements: ['UPDATE item SET n = n + 1', `INSERT INTO log VALUES ('once')`, 'DELETE FROM note WHERE item_id < 10'],
  },
  {
    name: 'autocommit file',
    mode: 'none',
    statements: [
      `SET search_path = public`,
      `INSERT INTO log VALUES ('one')`,
      `UPDATE item SET n = n + 1`,
      `CREATE INDEX CONCURRENTLY item_n ON item (n)`,
      `INSERT INTO log VALUES ('two')`,
    ],
  },
  { name: 'create index', mode: 'none', statements: ['CREATE INDEX CONCURRENTLY item_n ON item (n)'] },
  {
    name: 'create unique index',
    mode: 'none',
    statements: ['CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS item_n ON item (n)'],
  },
  { name: 'drop index', mode: 'none', statements: ['DROP INDEX CONCURRENTLY item_word'] },
  { name: 'reindex', mode: 'none', statements: ['REINDEX TABLE CONCURRENTLY item'] },
  { name: 'detach partition', mode: 'none', statements: ['ALTER TABLE event DETACH PARTITION event_1 CONCURRENTLY'] },
  { name: 'validate', mode: 'none', statements: ['ALTER TABLE item VALIDATE CONSTRAINT positive'] },
  { name: 'vacuum', mode: 'none', statements: ['VACUUM ANALYZE item'] },
  { name: 'add enum value', mode: 'none', statements: [`ALTER TYPE mood ADD VALUE 'better' AFTER 'fine'`] },
  { name: 'refresh view', mode: 'none', statements: ['REFRESH MATERIALIZED VIEW CONCURRENTLY total'] },
  { name: 'procedure', mode: 'none', statements: ['CALL fill()'], probe: 'SELECT EXISTS (SELECT FROM log)' },
];

/** The plan of one change, as `apply` would make it; plain data, for it travels to another process. */
export async function planOfKind({ mode, statements, probe }: StepKind): Promise<ApplyPlan> {
  await loadParser();
  const migration = migrationOf('0001', statements, mode);
  const text = statements.map((sql) => `${sql};\n`).join('');
  rememberFileText(migration, probe === undefined ? text : `-- lockkeeper: probe ${probe}\n${text}`);
  return planOf({ migrations: [migration], tier: 3, locks: gentle });
}

const gentle: readonly LockRequest[] = [
  { relation: 'public.item', kind: 'table', mode: 'ShareUpdateExclusiveLock', certainty: 'certain' },
];
