import type { Case } from '../oracle.js';

/** Objects that hang together in ways that the rich schema does not show. */
const web = `
  CREATE TABLE hub (id int PRIMARY KEY, code text UNIQUE, label text);
  CREATE TABLE spoke (id int, hub_code text REFERENCES hub (code), other int, CONSTRAINT spoke_hub FOREIGN KEY (other) REFERENCES hub);
  CREATE VIEW hub_grouped AS SELECT id, label FROM hub GROUP BY id;
  CREATE VIEW hub_row AS SELECT h FROM hub h;
  CREATE FUNCTION hub_rows() RETURNS SETOF hub LANGUAGE sql AS 'SELECT * FROM hub';
  CREATE TABLE of_rows (h hub, hs hub[]);
  CREATE DOMAIN hub_mood AS mood;
  CREATE TABLE moods (m hub_mood, ms mood[], r float_range);
  CREATE FUNCTION mood_of(m mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
  CREATE TABLE computed (id int, m mood, g int GENERATED ALWAYS AS (mood_of(m)) STORED);
  CREATE INDEX computed_m ON computed (mood_of(m));
  CREATE VIEW computed_v AS SELECT id FROM computed WHERE mood_of(m) > 0;
  CREATE MATERIALIZED VIEW computed_mv AS SELECT * FROM computed_v;
  CREATE INDEX computed_mv_id ON computed_mv (id);
  CREATE FUNCTION atomic_count() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM computed_v; END;
  CREATE TABLE atomic_user (n bigint DEFAULT atomic_count());
  CREATE TABLE root (id int PRIMARY KEY, p int) PARTITION BY RANGE (id);
  CREATE TABLE root_1 PARTITION OF root FOR VALUES FROM (0) TO (10);
  CREATE TABLE root_2 PARTITION OF root FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
  CREATE TABLE root_2_1 PARTITION OF root_2 FOR VALUES FROM (10) TO (15);
  CREATE STATISTICS root_stats ON id, p FROM root;
  CREATE TRIGGER root_trigger AFTER UPDATE ON root FOR EACH ROW WHEN (mood_of('sad') > 0) EXECUTE FUNCTION touch_row();
  CREATE PUBLICATION web FOR TABLE hub WHERE (id > 0)`;

const statements: readonly string[] = [
  'DROP TABLE hub CASCADE',
  'DROP TABLE spoke',
  'DROP VIEW hub_grouped, hub_row',
  'DROP FUNCTION hub_rows()',
  'DROP TABLE of_rows',
  'DROP TYPE mood CASCADE',
  'DROP DOMAIN hub_mood CASCADE',
  'DROP TYPE float_range CASCADE',
  'DROP FUNCTION mood_of(mood) CASCADE',
  'DROP TABLE computed CASCADE',
  'DROP VIEW computed_v CASCADE',
  'DROP MATERIALIZED VIEW computed_mv',
  'DROP INDEX computed_mv_id, computed_m',
  'DROP FUNCTION atomic_count() CASCADE',
  'DROP TABLE root',
  'DROP TABLE root_1',
  'DROP TABLE root_2',
  'DROP TABLE root_2_1',
  'DROP TRIGGER root_trigger ON root',
  'DROP STATISTICS root_stats',
  'DROP PUBLICATION web',
  'CREATE INDEX ON root (p)',
  'CREATE INDEX ON ONLY root (p)',
  'CREATE INDEX ON root_2 (p)',
  'CREATE TABLE root_3 PARTITION OF root FOR VALUES FROM (20) TO (30)',
  'CREATE TABLE root_rest PARTITION OF root (p CHECK (p > 1) REFERENCES orgs) DEFAULT',
  'CREATE TABLE made (id int REFERENCES root, other int REFERENCES hub) PARTITION BY LIST (id)',
  'CREATE TABLE made (id int) INHERITS (hub, computed)',
  'TRUNCATE hub CASCADE',
  'TRUNCATE root',
  'TRUNCATE hub, spoke RESTART IDENTITY',
  'REFRESH MATERIALIZED VIEW computed_mv',
  'CLUSTER computed USING computed_m',
  'REINDEX TABLE computed',
  'LOCK TABLE computed_v IN SHARE MODE',
  'LOCK TABLE root_2 IN EXCLUSIVE MODE',
  'ANALYZE root_2, hub',
  'CREATE TRIGGER made BEFORE INSERT ON root FOR EACH ROW EXECUTE FUNCTION touch_row()',
  'CREATE RULE made AS ON INSERT TO hub_grouped DO INSTEAD INSERT INTO hub VALUES (new.id)',
  'CREATE OR REPLACE VIEW computed_v AS SELECT id FROM computed',
  'CREATE POLICY made ON root USING (id IN (SELECT other FROM spoke))',
  'COMMENT ON CONSTRAINT spoke_hub ON spoke IS NULL',
  'REASSIGN OWNED BY rich_reader TO CURRENT_USER',
];

export const cases: readonly Case[] = statements.map((sql) => ({ sql, setup: web }));
