import type { InvertCase } from './cases.js';

const base = `CREATE ROLE worker; CREATE TABLE parent (id int PRIMARY KEY, code text);
  CREATE TABLE t (id int PRIMARY KEY, a int, b text, p int);`;

const one = (title: string, change: string, more: Partial<InvertCase> = {}): InvertCase => ({
  title,
  setup: base,
  change,
  ...more,
});
const partitioned = `CREATE TABLE pt (id int, d date NOT NULL, x text, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
  CREATE TABLE pt_1 PARTITION OF pt FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
  CREATE TABLE pt_2 PARTITION OF pt FOR VALUES FROM ('2024-02-01') TO ('2024-03-01'); CREATE INDEX pt_x ON pt (x);`;

export const partCases: readonly InvertCase[] = [
  one(
    'add constraints',
    'ALTER TABLE t ADD CHECK (a > 0); ALTER TABLE t ADD UNIQUE (b); ALTER TABLE t ADD FOREIGN KEY (p) REFERENCES parent',
  ),
  one('drop a unique constraint with a comment', 'ALTER TABLE t DROP CONSTRAINT u', {
    setup: `${base} ALTER TABLE t ADD CONSTRAINT u UNIQUE (a) DEFERRABLE INITIALLY DEFERRED; COMMENT ON CONSTRAINT u ON t IS 'u'; COMMENT ON INDEX u IS 'i'; ALTER INDEX u SET (fillfactor = 60)`,
  }),
  one('drop a key that is referred to', 'ALTER TABLE parent DROP CONSTRAINT parent_pkey CASCADE', {
    setup: `${base} ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES parent ON DELETE CASCADE`,
  }),
  one(
    'change a primary key',
    'ALTER TABLE t DROP CONSTRAINT t_pkey; ALTER TABLE t ALTER a SET NOT NULL; ALTER TABLE t ADD PRIMARY KEY (id, a)',
  ),
  one('a foreign key that is not valid', 'ALTER TABLE t VALIDATE CONSTRAINT f', {
    setup: `${base} ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES parent NOT VALID`,
  }),
  one('drop a check that is not valid', 'ALTER TABLE t DROP CONSTRAINT c', {
    setup: `${base} ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID`,
  }),
  one('not enforced', 'ALTER TABLE t DROP CONSTRAINT c', {
    setup: `${base} ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED`,
    since: 18,
  }),
  one('make a foreign key deferrable', 'ALTER TABLE t ALTER CONSTRAINT f DEFERRABLE INITIALLY DEFERRED', {
    setup: `${base} ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES parent`,
  }),
  one('drop an exclusion constraint', 'ALTER TABLE t DROP CONSTRAINT e', {
    setup: `${base} ALTER TABLE t ADD CONSTRAINT e EXCLUDE (a WITH =) WHERE (a > 3)`,
  }),
  one('rename a constraint', 'ALTER TABLE t RENAME CONSTRAINT t_pkey TO pk'),
  one('a unique index becomes a constraint', 'ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX ui', {
    setup: `${base} CREATE UNIQUE INDEX ui ON t (a)`,
  }),
  one('create indexes', 'CREATE INDEX ON t (a); CREATE UNIQUE INDEX ux ON t (lower(b)) INCLUDE (a) WHERE a > 1'),
  one('drop indexes', 'DROP INDEX i, j', {
    setup: `${base} CREATE UNIQUE INDEX i ON t (lower(b) COLLATE "C" DESC NULLS LAST) INCLUDE (a) NULLS NOT DISTINCT WITH (fillfactor = 70) WHERE a > 1;
      CREATE INDEX j ON t USING gin (to_tsvector('simple', b)); COMMENT ON INDEX j IS 'j'; ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 66`,
  }),
  one('change an index', 'DROP INDEX i; CREATE INDEX i ON t (b)', {
    setup: `${base} CREATE INDEX i ON t (a); ALTER TABLE t CLUSTER ON i`,
  }),
  one('rename an index', 'ALTER INDEX i RENAME TO k', { setup: `${base} CREATE INDEX i ON t (a)` }),
  one('index options', 'ALTER INDEX i SET (fillfactor = 55); ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 5', {
    setup: `${base} CREATE INDEX i ON t ((a + 1))`,
  }),
  one('create a sequence', 'CREATE SEQUENCE s'),
  one('drop a sequence', 'DROP SEQUENCE s', {
    setup: `${base} CREATE SEQUENCE s AS int INCREMENT -2 MINVALUE -50 MAXVALUE 100 START 40 CACHE 4 CYCLE; SELECT nextval('s')`,
  }),
  one('alter a sequence', 'ALTER SEQUENCE s AS bigint INCREMENT 3 CACHE 9 OWNED BY t.id', {
    setup: `${base} CREATE SEQUENCE s AS int`,
  }),
  one('use a sequence', "SELECT nextval('s')", {
    setup: `${base} CREATE SEQUENCE s`,
    declares: ['never moves a sequence backwards'],
  }),
  one('restart a sequence', 'ALTER SEQUENCE s RESTART', {
    setup: `${base} CREATE SEQUENCE s; SELECT nextval('s'), nextval('s')`,
  }),
  one('a serial loses its sequence', 'ALTER TABLE s ALTER id DROP DEFAULT; DROP SEQUENCE s_id_seq', {
    setup: 'CREATE TABLE s (id serial)',
  }),
  one(
    'create views',
    'CREATE VIEW v AS SELECT a FROM t; CREATE MATERIALIZED VIEW m AS SELECT a FROM v; CREATE INDEX ON m (a)',
  ),
  one('replace a view in place', 'CREATE OR REPLACE VIEW v AS SELECT a + 1 AS a FROM t', {
    setup: `${base} CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v`,
  }),
  one('widen a view', 'CREATE OR REPLACE VIEW v AS SELECT a, b FROM t; CREATE VIEW x AS SELECT b FROM v', {
    setup: `${base} CREATE VIEW v WITH (security_barrier) AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v; GRANT SELECT ON v TO worker; ALTER VIEW v ALTER a SET DEFAULT 3`,
  }),
  one('view options', "ALTER VIEW v SET (security_barrier = off, check_option = 'local')", {
    setup: `${base} CREATE VIEW v WITH (security_barrier) AS SELECT a FROM t`,
  }),
  one('rename a view', 'ALTER VIEW v RENAME TO vv', {
    setup: `${base} CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v`,
  }),
  one('drop a materialised view', 'DROP MATERIALIZED VIEW m', {
    setup: `${base} CREATE MATERIALIZED VIEW m WITH (fillfactor = 80) AS SELECT a FROM t WITH NO DATA; CREATE UNIQUE INDEX mi ON m (a); COMMENT ON MATERIALIZED VIEW m IS 'm'`,
  }),
  one('refresh a materialised view', 'REFRESH MATERIALIZED VIEW m', {
    setup: `${base} CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA`,
  }),
  one(
    'type under a materialised view with data',
    'DROP MATERIALIZED VIEW m; ALTER TABLE t ALTER a TYPE bigint; CREATE MATERIALIZED VIEW m AS SELECT a FROM t',
    {
      setup: `${base} CREATE MATERIALIZED VIEW m AS SELECT a FROM t`,
      declares: ['computed anew'],
    },
  ),
  one('rules', 'DROP RULE r ON t; CREATE RULE s AS ON INSERT TO t DO ALSO NOTHING', {
    setup: `${base} CREATE RULE r AS ON UPDATE TO t WHERE new.a = 3 DO INSTEAD NOTHING; ALTER TABLE t DISABLE RULE r; COMMENT ON RULE r ON t IS 'r'`,
  }),
  one(
    'triggers',
    'DROP TRIGGER g ON t; CREATE TRIGGER h BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    {
      setup: `${base} CREATE TRIGGER g BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (new.a > 1) EXECUTE FUNCTION suppress_redundant_updates_trigger();
      ALTER TABLE t ENABLE ALWAYS TRIGGER g; COMMENT ON TRIGGER g ON t IS 'g'`,
    },
  ),
  one('trigger state', 'ALTER TABLE t DISABLE TRIGGER g', {
    setup: `${base} CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
  }),
  one('policies', 'DROP POLICY p ON t; ALTER POLICY q ON t TO PUBLIC USING (a > 9) WITH CHECK (true)', {
    setup: `${base} CREATE POLICY p ON t FOR UPDATE TO worker USING (a > 0) WITH CHECK (a > 1); CREATE POLICY q ON t TO worker USING (a > 0)`,
  }),
  one('statistics objects', 'DROP STATISTICS st; CREATE STATISTICS su ON a, id FROM t', {
    setup: `${base} CREATE STATISTICS st (ndistinct, mcv) ON a, b, (a + 1) FROM t; ALTER STATISTICS st SET STATISTICS 33; COMMENT ON STATISTICS st IS 's'`,
  }),
  one('statistics target', 'ALTER STATISTICS st SET STATISTICS 44', {
    setup: `${base} CREATE STATISTICS st ON a, b FROM t`,
  }),
  one('composite types', 'DROP TYPE c; CREATE TYPE e AS (z int)', {
    setup: `CREATE TYPE c AS (x int, y text COLLATE "C"); COMMENT ON TYPE c IS 'c'`,
  }),
  one(
    'attributes of a composite type',
    'ALTER TYPE c ADD ATTRIBUTE z date; ALTER TYPE c ALTER ATTRIBUTE y TYPE varchar(9); ALTER TYPE c RENAME ATTRIBUTE x TO xx',
    {
      setup: 'CREATE TYPE c AS (x int, y text)',
    },
  ),
  one('owner', 'ALTER TABLE t OWNER TO worker', {
    setup: `${base} CREATE INDEX i ON t (a); GRANT SELECT ON t TO worker`,
  }),
  one(
    'grants',
    'GRANT SELECT, INSERT ON t TO worker; GRANT UPDATE (a) ON t TO worker; REVOKE SELECT ON parent FROM worker; GRANT ALL ON SCHEMA public TO worker',
    {
      setup: `${base} GRANT SELECT, DELETE ON parent TO worker WITH GRANT OPTION`,
    },
  ),
  one('revoke from the owner', 'REVOKE DELETE ON t FROM CURRENT_USER'),
  one('comments', "COMMENT ON TABLE t IS 'new'; COMMENT ON COLUMN t.a IS NULL; COMMENT ON SCHEMA public IS 'pp'", {
    setup: `${base} COMMENT ON COLUMN t.a IS 'was \\ it''s'`,
  }),
  one('create a partitioned table', partitioned, { setup: base }),
  one('drop a partitioned table', 'DROP TABLE pt', { setup: partitioned }),
  one('drop one partition', 'DROP TABLE pt_2', {
    setup: `${partitioned} CREATE TRIGGER g BEFORE UPDATE ON pt FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
  }),
  one('make one partition', "CREATE TABLE pt_3 PARTITION OF pt FOR VALUES FROM ('2024-03-01') TO ('2024-04-01')", {
    setup: partitioned,
  }),
  one('detach', 'ALTER TABLE pt DETACH PARTITION pt_2', { setup: partitioned }),
  one('attach', "ALTER TABLE pt ATTACH PARTITION lone FOR VALUES FROM ('2024-03-01') TO ('2024-04-01')", {
    setup: `${partitioned} CREATE TABLE lone (id int NOT NULL, d date NOT NULL, x text)`,
  }),
  one(
    'columns and indexes of a partitioned table',
    'ALTER TABLE pt ADD y int DEFAULT 3; ALTER TABLE pt ALTER x TYPE varchar(30); CREATE INDEX pt_y ON pt (y); DROP INDEX pt_x',
    { setup: partitioned },
  ),
  one('drop a column of a partitioned table', 'ALTER TABLE pt DROP x', { setup: partitioned }),
  one('foreign key of a partitioned table', 'ALTER TABLE pt DROP CONSTRAINT f; ALTER TABLE pt ADD CHECK (id > 0)', {
    setup: `${base} ${partitioned} ALTER TABLE pt ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES parent`,
  }),
  one('drop a partitioned table with a foreign key', 'DROP TABLE pt', {
    setup: `${base} ${partitioned} ALTER TABLE pt ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES parent`,
  }),
  one('heirs', 'CREATE TABLE h (z int) INHERITS (t)'),
  one('drop an heir', 'DROP TABLE h', { setup: `${base} CREATE TABLE h (z int) INHERITS (t)` }),
  one('a column of a parent', 'ALTER TABLE t ADD y int; ALTER TABLE t DROP b', {
    setup: `${base} CREATE TABLE h (z int) INHERITS (t)`,
    declares: ['another order'],
  }),
  one('drop not null of a parent', 'ALTER TABLE z ALTER id DROP NOT NULL', {
    setup: 'CREATE TABLE z (id int NOT NULL); CREATE TABLE h (a int) INHERITS (z); CREATE TABLE i () INHERITS (h)',
  }),
  one(
    'a partition with numbers of its own in the place of another',
    'DROP TABLE pn_1; CREATE TABLE pn_1 (id int NOT NULL GENERATED ALWAYS AS IDENTITY)',
    {
      setup: `CREATE TABLE pn (id int GENERATED ALWAYS AS IDENTITY) PARTITION BY RANGE (id);
        CREATE TABLE pn_1 PARTITION OF pn FOR VALUES FROM (1) TO (10)`,
    },
  ),
  one(
    'drop a checked domain within a type that a column has',
    'DROP TABLE held; DROP TYPE holder; DROP DOMAIN checked',
    {
      setup: `CREATE DOMAIN checked AS int CHECK (VALUE > 0); CREATE TYPE holder AS (a checked[]);
      CREATE TABLE held (id int, h holder)`,
    },
  ),
  one('rename the schema that initdb made', 'ALTER SCHEMA public RENAME TO app', {
    setup: 'GRANT CREATE ON SCHEMA public TO PUBLIC; CREATE TABLE public.n (id int)',
  }),
  one('inherit', 'ALTER TABLE h INHERIT t', { setup: `${base} CREATE TABLE h (LIKE t)`, declares: [] }),
  one('a foreign table', 'DROP FOREIGN TABLE ft; CREATE FOREIGN TABLE fu (a int) SERVER sv', {
    setup: `CREATE FOREIGN DATA WRAPPER w; CREATE SERVER sv FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE ft (a int OPTIONS (x 'y') NOT NULL, b text DEFAULT 'q') SERVER sv OPTIONS (z '1')`,
  }),
  one(
    'options of a foreign table',
    "ALTER FOREIGN TABLE ft OPTIONS (SET z '2', ADD k '3'); ALTER FOREIGN TABLE ft ADD c int",
    {
      setup: `CREATE FOREIGN DATA WRAPPER w; CREATE SERVER sv FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE ft (a int) SERVER sv OPTIONS (z '1')`,
    },
  ),
  one('a schema with everything in it', 'DROP SCHEMA s CASCADE', {
    setup: `CREATE ROLE worker; CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO worker; CREATE TABLE s.a (id serial PRIMARY KEY, x int); CREATE TABLE s.b (a int REFERENCES s.a, y int GENERATED ALWAYS AS (a + 1) STORED);
      CREATE VIEW s.v AS SELECT x, y FROM s.a JOIN s.b ON a.id = b.a; CREATE MATERIALIZED VIEW s.m AS SELECT * FROM s.v WITH NO DATA; CREATE INDEX ON s.b (y)`,
  }),
];
