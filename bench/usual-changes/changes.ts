/** A change in one form: the text of a migration, and how its tool meets transactions. */
export interface ChangeForm {
  readonly sql: string;
  /** False: each statement commits by itself. */
  readonly transaction: boolean;
}

export interface UsualChange {
  readonly name: string;
  readonly unsafe: ChangeForm;
  readonly safe: ChangeForm;
}

const inOne = (sql: string): ChangeForm => ({ sql, transaction: true });
const apart = (...statements: readonly string[]): ChangeForm => ({
  sql: statements.map((sql) => `${sql};`).join('\n'),
  transaction: false,
});

/** Made before each trial, and busy during it. Clients read and write `id`, `balance` and `seen`. */
export const tables = `
  DROP TABLE IF EXISTS account, region CASCADE;
  CREATE TABLE region (id int PRIMARY KEY);
  INSERT INTO region SELECT generate_series(1, 50);
  CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL, seen timestamptz, region_id int, code int,
    note text, legacy text) WITH (fillfactor = 60);`;
export const rowsSql = (rows: number): string => `
  INSERT INTO account SELECT i, 100, now(), i % 50 + 1, i, 'note ' || i, repeat('x', 40) FROM generate_series(1, ${rows}) i;
  ANALYZE account`;

const batches = Array.from(
  { length: 20 },
  (_, at) => `UPDATE account SET note = 'filled ' || id WHERE id % 20 = ${at} AND id <= 2000`,
);

export const usualChanges: readonly UsualChange[] = [
  {
    name: 'add column, volatile default',
    unsafe: inOne('ALTER TABLE account ADD COLUMN token uuid DEFAULT gen_random_uuid();'),
    safe: inOne('ALTER TABLE account ADD COLUMN token uuid, ALTER COLUMN token SET DEFAULT gen_random_uuid();'),
  },
  {
    name: 'not null',
    unsafe: inOne('ALTER TABLE account ALTER COLUMN note SET NOT NULL;'),
    safe: apart(
      'ALTER TABLE account ADD CONSTRAINT note_there CHECK (note IS NOT NULL) NOT VALID',
      'ALTER TABLE account VALIDATE CONSTRAINT note_there',
      'ALTER TABLE account ALTER COLUMN note SET NOT NULL, DROP CONSTRAINT note_there',
    ),
  },
  {
    name: 'index',
    unsafe: inOne('CREATE INDEX account_code ON account (code);'),
    safe: apart('CREATE INDEX CONCURRENTLY account_code ON account (code)'),
  },
  {
    name: 'foreign key',
    unsafe: inOne('ALTER TABLE account ADD CONSTRAINT account_region FOREIGN KEY (region_id) REFERENCES region;'),
    safe: apart(
      'ALTER TABLE account ADD CONSTRAINT account_region FOREIGN KEY (region_id) REFERENCES region NOT VALID',
      'ALTER TABLE account VALIDATE CONSTRAINT account_region',
    ),
  },
  {
    name: 'check',
    unsafe: inOne('ALTER TABLE account ADD CONSTRAINT code_positive CHECK (code > 0);'),
    safe: apart(
      'ALTER TABLE account ADD CONSTRAINT code_positive CHECK (code > 0) NOT VALID',
      'ALTER TABLE account VALIDATE CONSTRAINT code_positive',
    ),
  },
  {
    name: 'type',
    unsafe: inOne('ALTER TABLE account ALTER COLUMN code TYPE bigint;'),
    safe: inOne(`ALTER TABLE account ADD COLUMN code_big bigint;
CREATE OR REPLACE FUNCTION copy_code() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.code_big := NEW.code; RETURN NEW; END$$;
CREATE TRIGGER copy_code BEFORE INSERT OR UPDATE ON account FOR EACH ROW EXECUTE FUNCTION copy_code();`),
  },
  {
    name: 'drop column',
    unsafe: apart('ALTER TABLE account DROP COLUMN legacy', 'VACUUM FULL account'),
    safe: inOne('ALTER TABLE account DROP COLUMN legacy;'),
  },
  {
    name: 'rename column',
    unsafe: inOne('ALTER TABLE account RENAME COLUMN note TO remark; UPDATE account SET remark = trim(remark);'),
    safe: inOne(`ALTER TABLE account ADD COLUMN remark text;
CREATE OR REPLACE FUNCTION copy_note() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.remark := NEW.note; RETURN NEW; END$$;
CREATE TRIGGER copy_note BEFORE INSERT OR UPDATE ON account FOR EACH ROW EXECUTE FUNCTION copy_note();`),
  },
  {
    name: 'unique constraint',
    unsafe: inOne('ALTER TABLE account ADD CONSTRAINT account_code UNIQUE (code);'),
    safe: apart(
      'CREATE UNIQUE INDEX CONCURRENTLY account_code ON account (code)',
      'ALTER TABLE account ADD CONSTRAINT account_code UNIQUE USING INDEX account_code',
    ),
  },
  {
    name: 'fill a column',
    unsafe: inOne(`UPDATE account SET note = 'filled ' || id;`),
    safe: apart(...batches),
  },
];
