import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChangeHazards, findHazards } from '../../../../../src/before/classify/find-hazards.js';
import { judgeMigration } from '../../../../../src/before/classify/judge-migration.js';
import { defaultPolicy } from '../../../../../src/before/classify/policy.js';
import {
  columnRules,
  constraintRules,
  indexRules,
} from '../../../../../src/before/classify/rules/availability/index.js';
import { readSchema } from '../../../../../src/foundation/catalog/read-schema.js';
import { readEnvironment } from '../../../../../src/foundation/runtime/environment.js';
import { loadParser } from '../../../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../../../src/foundation/stage/stage.js';
import type { Schema } from '../../../../../src/model/schema.js';
import { migrationOf } from './migration-of.js';

const setup = `CREATE DOMAIN unused AS text; CREATE DOMAIN used AS text;
CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, other_id bigint, name varchar(20), total numeric(8,2),
  code used, checked int CHECK (checked IS NOT NULL), small int);
CREATE INDEX orders_customer ON orders (customer_id, id);
CREATE INDEX orders_partly ON orders (other_id) WHERE other_id > 0;
CREATE TABLE parent (id bigint) PARTITION BY LIST (id);`;

const rules = [...columnRules, ...constraintRules, ...indexRules];
const major = 17;
let stage: Stage;
let schema: Schema;

beforeAll(async () => {
  await loadParser();
  stage = await openEmbeddedStage({
    major,
    serverBin: null,
    environment: readEnvironment(process.env),
    standby: false,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  await using session = await stage.connect('schema');
  await session.query(setup);
  schema = await readSchema(session);
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
});

test.each([
  ['a wider varchar', 'ALTER TABLE orders ALTER COLUMN name TYPE varchar(40);', []],
  ['varchar to text', 'ALTER TABLE orders ALTER COLUMN name TYPE text;', []],
  ['more digits of the same scale', 'ALTER TABLE orders ALTER COLUMN total TYPE numeric(12,2);', []],
  ['a narrower varchar', 'ALTER TABLE orders ALTER COLUMN name TYPE varchar(10);', ['change-column-type']],
  ['a wider integer', 'ALTER TABLE orders ALTER COLUMN small TYPE bigint;', ['change-column-type']],
  ['NOT NULL that a check proves', 'ALTER TABLE orders ALTER COLUMN checked SET NOT NULL;', []],
  ['NOT NULL of a key column', 'ALTER TABLE orders ALTER COLUMN id SET NOT NULL;', []],
  [
    'an index that is there',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer ON orders (customer_id, id);',
    [],
  ],
  [
    'an index that is not',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS new ON orders (name);',
    ['concurrent-index-invalid-leftover'],
  ],
  ['a domain that no table uses', 'ALTER DOMAIN unused ADD CHECK (VALUE > 0::text);', []],
  ['a domain that a table uses', "ALTER DOMAIN used ADD CHECK (VALUE <> '');", ['domain-constraint-scans']],
  ['a table without partitions', 'ALTER TABLE parent ADD COLUMN number bigserial;', []],
  ['a key with an index', 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;', []],
  [
    'a key with an index of some rows only',
    'ALTER TABLE orders ADD FOREIGN KEY (other_id) REFERENCES customers (id) NOT VALID;',
    ['foreign-key-without-index'],
  ],
  [
    'an index under another name that begins alike',
    'DROP INDEX CONCURRENTLY orders_customer; CREATE INDEX CONCURRENTLY by_customer ON orders (customer_id);',
    ['replace-index-gap'],
  ],
  [
    'a relation that is not there',
    'ALTER TABLE missing ALTER COLUMN a SET NOT NULL; DROP INDEX IF EXISTS missing;',
    [],
  ],
] as const)('%s', (_, sql, expected) => {
  const judged = judgeMigration(migrationOf(sql), {
    major,
    policy: defaultPolicy,
    schemaBefore: () => schema,
    sizes: new Map(),
    text: sql,
    changedBefore: null,
    failure: null,
  });
  const ofChange = [...findChangeHazards(rules, [judged], defaultPolicy).values()].flat();
  const found = [...findHazards(rules, judged, defaultPolicy), ...ofChange].map(({ finding }) => finding);
  expect(found.map(({ id }) => id)).toEqual(expected);
  expect(
    found.every(({ certainty, id }) => certainty === 'certain' || id === 'concurrent-index-invalid-leftover'),
  ).toBe(true);
});
