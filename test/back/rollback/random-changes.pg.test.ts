import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChangeLab, type Tried } from './random/change-lab.js';
import { caseDrafts } from './random/random-case.js';
import { shrinkCase } from './random/shrink-case.js';

/** RANDOM_CHANGES=500 RANDOM_SEED=7 tries more of them, and others. */
const wanted = process.env['RANDOM_CHANGES'] === undefined ? null : Number(process.env['RANDOM_CHANGES']);
const seed = Number(process.env['RANDOM_SEED'] ?? 1);

/** The oldest and the newest major try more. */
const counts = { 15: 6, 16: 3, 17: 3, 18: 6 } as const;

/** The smallest change of which the same is wrong, with everything that one needs to see why. */
async function explain(lab: ChangeLab, { tried, why }: Tried): Promise<string> {
  const alike = (text: string): string => text.replaceAll(/"[^"]*"|\w+_\d+|\d+/g, '#').slice(0, 60);
  const faults = new Set(why.map(alike));
  const small = await shrinkCase(tried, async (candidate) => {
    const outcome = await lab.repeat(candidate);
    return (
      outcome.kind === 'wrong' && outcome.why.some((line) => line !== 'said to be restored' && faults.has(alike(line)))
    );
  });
  const { why: rest, sql } = await lab.repeat(small);
  return [...rest, '-- schema', ...small.setup, '-- change', ...small.change, '-- rollback', sql].join('\n');
}

describe.each([15, 16, 17, 18] as const)('PostgreSQL %i', (major) => {
  const count = wanted ?? counts[major];

  test('random changes of random schemas are taken back', { timeout: 120_000 + count * 30_000 }, async () => {
    await using lab = await ChangeLab.open(major);
    const tried: Tried[] = [];
    for (const draft of fc.sample(caseDrafts, { numRuns: count, seed: seed + major })) tried.push(await lab.try(draft));
    const of = (kind: Tried['kind']): readonly Tried[] => tried.filter((one) => one.kind === kind);
    const [wrong, refused] = [of('wrong'), of('refused')];
    const [first] = wrong;
    const words = `seed ${seed}: ${of('restored').length} restored, ${refused.length} refused, ${wrong.length} wrong, ${of('not-run').length} not run`;
    expect(wrong.length, first === undefined ? '' : `${words}\n${await explain(lab, first)}`).toBe(0);
    // Of a few, two may be refused aloud by chance; a share shows only in a long run.
    expect(refused.length, [words, ...refused.flatMap(({ why }) => why)].join('\n')).toBeLessThanOrEqual(
      Math.max(2, count * 0.03),
    );
    expect(of('not-run').length, words).toBeLessThanOrEqual(count / 10 + 1);
  });
});
