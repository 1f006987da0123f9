import { describe, expect, it } from 'vitest';
import { momentInWords, signalInWords } from '../../../src/report/locks/locks-summary.js';
import { renderLocksTerminal } from '../../../src/report/locks/terminal.js';
import { sampleLocks } from './sample-locks.js';

const [tree] = sampleLocks.trees;

describe('the tree of those that wait', () => {
  it('has the root, what may be done, and each below the one that it waits behind', () => {
    const text = renderLocksTerminal(sampleLocks, { width: 100, color: false });
    expect(text).toContain('── pid 11 blocks 3 sessions, one for 12.4 s ');
    expect(text).toContain('idle in transaction for 2 min ──');
    expect(text).toContain('from 10.0.0.7 · transaction 2 min 5 s');
    expect(text).toContain('  → terminate: It is idle in a transaction.\n    lockkeeper locks --terminate 11\n');
    expect(text).toMatch(/or cancel pid 12, which waits itself: 2 sessions would go on/);
    expect(text).toContain('  └ pid 12 waits 12.4 s for AccessExclusiveLock on public.orders (held: RowExclusiveLock)');
    expect(text).toContain('    └ pid 13 waits 9.00 s for AccessShareLock on public.orders (queues behind it)');
    expect(text).toContain('COPY TO: running, 25 % of 2.0 kB');
    expect(text).toContain("prepared transaction 'pay 7' blocks 1 session, one for 900 ms");
    expect(text).toContain('prepared 1 min ago by app in shop, transaction 740');
    expect(text).toMatch(
      /· Something to know\.\n4 sessions wait for locks, because of pid 11, prepared transaction 'pay 7'\n$/,
    );
  });

  it.each([50, 72, 120])('fits into %i columns, and nothing in it steers the terminal', (width) => {
    const text = renderLocksTerminal(sampleLocks, { width, color: false });
    const lines = text.split('\n').filter((line) => !line.includes('lockkeeper locks --'));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(text).not.toContain('\u001b');
  });

  it('shows forty of a tree, or all', () => {
    if (tree === undefined) throw new Error('the sample has a tree');
    const queue = Array.from({ length: 60 }, () => ({ pid: 13, depth: 1, behind: tree.root }));
    const report = { ...sampleLocks, trees: [{ ...tree, queue }] };
    const count = (text: string) => text.split('└ pid 13').length - 1;
    const text = renderLocksTerminal(report, { width: 100, color: false });
    expect(count(text)).toBe(40);
    expect(text).toContain('… and 20 more');
    expect(count(renderLocksTerminal(report, { width: 100, color: false, verbose: true }))).toBe(60);
  });

  it('is one line in a log, and says when nobody waits', () => {
    expect(momentInWords(sampleLocks)).toBe(
      "2026-01-01T00:02:06.000Z pid 11 blocks 3 sessions, one for 12.4 s (idle in transaction for 2 min); prepared transaction 'pay 7' blocks 1 session, one for 900 ms",
    );
    expect(momentInWords({ ...sampleLocks, blocked: 0, trees: [] })).toBe(
      '2026-01-01T00:02:06.000Z Nobody waits for a lock',
    );
  });
});

it.each([
  ['gone', 0, /session is gone, after 12 ms. 3 waited because of it, 0 still do/],
  ['transaction ended', 1, /transaction ended after 12 ms. 3 waited because of it, 1 still does/],
  ['query ended', 0, /still open, and holds nobody up/],
  ['query ended', 2, /--terminate ends it/],
  ['unchanged', 3, /never end it with kill -9/],
  ['not sent', 3, /Nothing was done/],
] as const)('what became of a backend: %s, %i still wait', (result, blockedAfter, words) => {
  const outcome = { signal: 'cancel', pid: 11, afterMs: 12, blockedBefore: 3 } as const;
  expect(signalInWords({ ...outcome, result, blockedAfter })).toMatch(words);
});
