import { describe, expect, test } from 'vitest';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import { generateStatements } from './generate-statements.js';
import { type CaseResult, OracleLab } from './oracle-lab.js';

/** RANDOM_STATEMENTS=10000 RANDOM_SEED=7 tries more of them, and others. */
const wanted = Number(process.env['RANDOM_STATEMENTS'] ?? 300);
const seed = Number(process.env['RANDOM_SEED'] ?? 1);

interface Tally {
  /** Statements that the server carried out. */
  readonly run: number;
  /** What must never happen: a missed blocker, a missed or invented rewrite, a wrong word on transaction blocks. */
  readonly wrong: readonly string[];
  /** A strongest lock that is not exact. */
  readonly inexact: readonly string[];
}

/** More was seen than predicted, on a relation whose name does not stand in the statement. */
function isUnnamed(difference: string, sql: string): boolean {
  const more =
    /^from \w+: (?:missed blocker|lock) on .*?(\S+): predicted nothing, observed|(\S+): observed, not predicted/;
  const [, locked, read] = more.exec(difference) ?? [];
  const name = (locked ?? read)?.split('.').at(-1)?.replaceAll('"', '');
  return name !== undefined && !sql.includes(name);
}

async function tryStatements(lab: OracleLab, count: number): Promise<Tally> {
  const results: CaseResult[] = [];
  let drawn = 0;
  for (const sql of generateStatements(lab.schema, seed)) {
    drawn += 1;
    if (drawn > count) break;
    // What validation reads depends on plans.
    const result = await lab.run({ sql, scans: 'unchecked' });
    if (result.error === null) results.push(result);
    else if (!/^[0-9A-Z]{5} /.test(result.error)) throw new Error(`${sql}\n${result.error}`);
  }
  const lines = (isKind: (difference: string) => boolean): readonly string[] =>
    results.flatMap(({ sql, differences, unanalysed }) => {
      // A prediction that says it is incomplete may miss what the statement does not name, and nothing else.
      const told = differences.filter((one) => unanalysed.length === 0 || !isUnnamed(one, sql));
      const found = told.filter(isKind);
      return found.length === 0 ? [] : [[sql, ...found].join('\n    ')];
    });
  const isInexact = (difference: string): boolean => /^from \w+: lock on/.test(difference);
  return { run: results.length, wrong: lines((one) => !isInexact(one)), inexact: lines(isInexact) };
}

describe.each([15, 16, 17, 18] as const)('PostgreSQL %i', (major) => {
  test('random statements do what is predicted', { timeout: 60_000 + wanted * 1000 }, async () => {
    await loadParser();
    await using lab = await OracleLab.open(major);
    const { run, wrong, inexact } = await tryStatements(lab, wanted);
    const report = [`${run} of ${wanted} ran on ${major} with seed ${seed}`, ...wrong, 'Not exact:', ...inexact];
    // Many name things that do not fit; enough have to run for the test to mean something.
    expect(run).toBeGreaterThan(wanted / 4);
    expect(wrong, report.join('\n')).toEqual([]);
    expect(inexact.length, report.join('\n')).toBeLessThanOrEqual(run / 100);
  });
});
