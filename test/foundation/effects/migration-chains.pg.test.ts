import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import { splitScript } from '../../../src/foundation/sql/split-script.js';
import { ChainLab } from './chain-lab.js';
import type { CaseResult } from './oracle-lab.js';

/**
 * Folders of migrations, each a history from an empty database. REAL_MIGRATIONS names a folder of such folders, made by
 * bench/extract-migrations.mjs; MIGRATION_CHAINS=a,b tries only those whose names hold one of these.
 */
const root =
  process.env['REAL_MIGRATIONS'] ?? fileURLToPath(new URL('../../fixtures/migration-chains/', import.meta.url));
const wanted = process.env['MIGRATION_CHAINS']?.split(',');
const chains = readdirSync(root).filter((name) => wanted === undefined || wanted.some((one) => name.includes(one)));
const majors = (process.env['CHAIN_MAJORS'] ?? '15,18').split(',').map(Number) as readonly (15 | 16 | 17 | 18)[];

function* statementsOf(chain: string): Generator<string> {
  for (const file of readdirSync(join(root, chain)).toSorted()) {
    const text = readFileSync(join(root, chain, file), 'utf8');
    for (const { sql } of splitScript(text, { path: file, firstLine: 1 })) yield sql;
  }
}

function describeChain(chain: string, results: readonly CaseResult[]): readonly string[] {
  const run = results.filter(({ error }) => error === null);
  const exact = run.filter(({ differences }) => differences.length === 0);
  const count = (of: keyof CaseResult['locks']): number => run.reduce((sum, { locks }) => sum + locks[of], 0);
  const failed = results.length - run.length;
  const head = `${chain}: ${exact.length} of ${run.length} exact, ${count('certain')} of ${count('all')} locks certain, ${failed} failed`;
  return [
    head,
    ...run.flatMap(({ sql, differences }) => differences.map((one) => `  ${one}\n      ${sql.slice(0, 300)}`)),
  ];
}

test.each(majors)('PostgreSQL %i does to migrations what is predicted', { timeout: 900_000 }, async (major) => {
  await loadParser();
  await using lab = await ChainLab.open(major);
  const report: string[] = [];
  let differing = 0;
  for (const chain of chains) {
    const results = await lab.run(statementsOf(chain));
    differing += results.filter(({ differences }) => differences.length > 0).length;
    report.push(...describeChain(chain, results));
  }
  if (process.env['REAL_MIGRATIONS'] !== undefined) process.stdout.write(`${major}\n${report.join('\n')}\n`);
  expect(differing, report.join('\n')).toBe(0);
});
