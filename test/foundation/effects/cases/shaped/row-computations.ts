import type { Case } from '../../oracle.js';
import { relations } from '../../shapes/relations.js';

const particular: readonly Case[] = [
  { sql: 'CREATE INDEX ON hx (h_look(id))', scans: 'unchecked' },
  { sql: 'CREATE INDEX ON hx (id) WHERE h_look(id) IS NOT NULL', scans: 'unchecked' },
  { sql: "ALTER TABLE hx ADD CHECK (h_look(id) IS DISTINCT FROM 'x')", scans: 'unchecked' },
  { sql: "ALTER TABLE hx ADD CHECK (h_look(id) IS DISTINCT FROM 'x') NOT VALID", scans: 'unchecked' },
  { sql: 'ALTER TABLE hx ALTER COLUMN name TYPE text USING h_look(id)', scans: 'unchecked' },
  { sql: 'ALTER TABLE hx ALTER COLUMN name TYPE varchar USING h_look(id)', scans: 'unchecked' },
  { sql: 'ALTER TABLE hx ADD COLUMN g text GENERATED ALWAYS AS (h_look(id)) STORED', scans: 'unchecked' },
  { sql: 'ALTER TABLE hx ALTER COLUMN name SET DEFAULT h_look(1)', scans: 'unchecked' },
  { sql: ['CREATE INDEX hx_l ON hx (h_look(id))', 'REINDEX TABLE hx'], scans: 'unchecked' },
  { sql: ['CREATE INDEX hx_l ON hx (h_look(id))', 'CLUSTER hx USING hx_pkey'], scans: 'unchecked' },
  { sql: ['CREATE INDEX hx_l ON hx (h_look(id))', 'TRUNCATE hx CASCADE'] },
  { sql: 'ALTER DOMAIN unused_domain ADD CHECK (h_look(length(VALUE)) IS NULL)', scans: 'unchecked' },
  { sql: "ALTER DOMAIN price ADD CHECK (h_look(VALUE::int) IS DISTINCT FROM 'zz')", scans: 'unchecked' },
];

/** Functions that read tables, computed for the rows that are there. */
export const cases: readonly Case[] = particular.map((one) => ({ ...one, setup: relations }));
