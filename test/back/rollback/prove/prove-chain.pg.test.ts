import { expect, it } from 'vitest';
import { openProofDatabase } from '../../../../src/back/rollback/prove/proof-database.js';
import { type ChainOptions, proveChain } from '../../../../src/back/rollback/prove/prove-chain.js';
import { loadParser } from '../../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../../src/foundation/stage/open-embedded-stage.js';
import type { Migration } from '../../../../src/model/migration.js';
import { migrationOf } from '../../../support/script.js';

const options: ChainOptions = {
  ways: ({ down }) => [{ origin: 'written', script: down }],
  timeLimitMs: 30_000,
  rowsPerTable: null,
  checkApplication: null,
  failFast: false,
  signal: new AbortController().signal,
  onProof: () => undefined,
};

const step = (id: string, up: readonly string[], down: readonly string[]): Migration => ({
  ...migrationOf(id, up),
  down: migrationOf(`${id} down`, down),
});

async function prove(chain: readonly Migration[], lanes: number, more: Partial<ChainOptions> = {}) {
  await loadParser();
  const stages = await Promise.all(
    Array.from({ length: lanes }, () => openEmbeddedStage({ major: 17, serverBin: null, standby: false })),
  );
  try {
    const databases = await Promise.all(stages.map(openProofDatabase));
    return await proveChain(databases, chain, { ...options, ...more });
  } finally {
    for (const stage of stages) await stage[Symbol.asyncDispose]();
  }
}

const tables = (count: number) =>
  Array.from({ length: count }, (_, n) => step(`t${n}`, [`CREATE TABLE t${n} (id int)`], [`DROP TABLE t${n}`]));

it('proves each step once and in order, with several databases, roles of the server included', async () => {
  const chain = [step('role', ['CREATE ROLE clerk'], ['DROP ROLE clerk']), ...tables(12)];
  const { proofs } = await prove(chain, 2);
  expect(proofs.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(chain.map(({ id }) => `${id} restored`));
});

it('ends where a migration fails, and says so of the rest', async () => {
  const chain = [...tables(6), step('broken', ['SELECT * FROM nowhere'], []), step('later', ['SELECT 1'], [])];
  const { proofs } = await prove(chain, 2);
  expect(proofs.map(({ verdict }) => verdict)).toEqual([...Array<string>(6).fill('restored'), 'failed', 'failed']);
  expect(proofs.at(-2)?.reason).toContain('nowhere');
  expect(proofs.at(-1)?.reason).toBe('it was not reached: broken.sql could not be applied');
});

it('stops at the first that falls short when it is asked to', async () => {
  const chain = [...tables(2), step('wrong', ['CREATE TABLE w ()'], []), ...tables(9).slice(2)];
  const { proofs, notes } = await prove(chain, 1, { failFast: true });
  expect(proofs.map(({ verdict }) => verdict)).toEqual(['restored', 'restored', 'not-restored']);
  expect(notes).toEqual(['7 more migrations were not tried: the first that falls short ends the test']);
});

it('says which extension the stage lacks', async () => {
  const { proofs, inconclusive } = await prove([step('geo', ['CREATE EXTENSION postgis'], [])], 1);
  expect(inconclusive).toEqual(['extension postgis is not on the stage']);
  expect(proofs[0]).toMatchObject({ verdict: 'failed', reason: 'extension postgis is not on the stage' });
});

it('fills tables before each step, and goes without where the rows are in the way', async () => {
  const chain = [
    step('make', ['CREATE TABLE people (id int PRIMARY KEY, name text)'], ['DROP TABLE people']),
    step('lose', ['ALTER TABLE people DROP COLUMN name'], ['ALTER TABLE people ADD COLUMN name text']),
    step('strict', ['ALTER TABLE people ADD COLUMN code int NOT NULL'], ['ALTER TABLE people DROP COLUMN code']),
  ];
  const { proofs } = await prove(chain, 1, { rowsPerTable: 3 });
  expect(proofs.map(({ verdict }) => verdict)).toEqual(['restored', 'not-restored', 'restored']);
  expect(proofs[1]).toMatchObject({ dataKept: false, difference: ['rows of public.people: values differ (3 rows)'] });
  expect(proofs[2]?.notes).toEqual([expect.stringContaining('proved without filled rows')]);
});
