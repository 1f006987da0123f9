import type { RandomCase } from './random-case.js';

/** The same failure with as few statements as can be: blocks are left out, halves first, while it still fails. */
export async function shrinkCase(
  failing: RandomCase,
  fails: (candidate: RandomCase) => Promise<boolean>,
): Promise<RandomCase> {
  const change = await shrinkList(failing.change, (candidate) => fails({ ...failing, change: candidate }));
  const setup = await shrinkList(failing.setup, (candidate) => fails({ setup: candidate, change }));
  return { setup, change };
}

async function shrinkList(
  all: readonly string[],
  fails: (candidate: readonly string[]) => Promise<boolean>,
): Promise<readonly string[]> {
  let kept = all;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      const candidate = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (candidate.length < kept.length && (await fails(candidate))) kept = candidate;
      else at += size;
    }
  }
  return kept;
}
