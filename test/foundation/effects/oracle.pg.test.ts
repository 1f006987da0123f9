import { readdirSync } from 'node:fs';
import { describe, test } from 'vitest';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import { isSampledOn, isTriedOn } from '../../support/tried-majors.js';
import type { Case } from './oracle.js';
import { type CaseResult, OracleLab } from './oracle-lab.js';

const folder = new URL('./cases/', import.meta.url);

/** ORACLE_CASES=alter,queries tries only these lists. */
const wanted = process.env['ORACLE_CASES']?.split(',');

interface ListedCase {
  readonly one: Case;
  readonly isTried: (major: number, index: number) => boolean;
}

async function readCases(): Promise<readonly ListedCase[]> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length))
    .filter((name) => wanted === undefined || wanted.includes(name));
  const lists = await Promise.all(names.map(readList));
  // Cases with the same setup share a copy of the database when they stand together.
  const text = ({ one: { setup = '' } }: ListedCase): string => setup;
  return lists.flat().toSorted((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}

/** Tables of many shapes, each with all that can be done to them, make the longest lists. */
async function readList(name: string): Promise<readonly ListedCase[]> {
  const { cases } = (await import(new URL(`${name}.ts`, folder).href)) as { readonly cases: readonly Case[] };
  return cases.map((one) => ({ one, isTried: name.startsWith('shaped/') ? isSampledOn : isTriedOn }));
}

function describeResult({ sql, differences, error }: CaseResult): readonly string[] {
  const problems = [...differences, ...(error === null ? [] : [`failed: ${error}`])];
  return problems.length === 0 ? [] : [[sql, ...problems].join('\n    ')];
}

describe.concurrent.each([15, 16, 17, 18] as const)('PostgreSQL %i', (major) => {
  test('does what is predicted', { timeout: 600_000 }, async ({ expect }) => {
    await loadParser();
    await using lab = await OracleLab.open(major);
    const results: CaseResult[] = [];
    for (const [index, { one, isTried }] of (await readCases()).entries()) {
      const concerned = one.majors === undefined || one.majors.includes(major);
      if (concerned && isTried(major, index)) results.push(await lab.run(one));
    }
    const differing = results.flatMap(describeResult);
    const report = `${differing.length} of ${results.length} differ on ${major}:\n${differing.join('\n')}`;
    expect(differing, report).toEqual([]);
  });
});
