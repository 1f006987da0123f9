import { expect, test } from 'vitest';
import { HeededOthers, type OthersState } from '../../../src/foundation/integrity/heed-others.js';

/** Time that passes when somebody sleeps. */
function slowClock() {
  let now = 0;
  return {
    now: () => now,
    date: () => new Date(now),
    sleep: async (ms: number) => {
      now += ms;
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
}

const { signal } = new AbortController();
const well: OthersState = { factor: 1, hold: null };
const ill: OthersState = { factor: 1, hold: 'p95Ms is 90, and may be 60' };

test('others are asked every two seconds at most, and nobody waits for the answer', async () => {
  const clock = slowClock();
  let asked = 0;
  const others = new HeededOthers({
    clock,
    signal,
    ask: async () => {
      asked += 1;
      return { factor: asked === 1 ? 2 : 1, hold: null };
    },
  });
  expect(await others.heed()).toEqual({ factor: 1, heldMs: 0 });
  await Promise.resolve();
  for (let part = 0; part < 5; part += 1) expect(await others.heed()).toEqual({ factor: 2, heldMs: 0 });
  expect(asked).toBe(1);
  clock.pass(2_000);
  await others.heed();
  expect(asked).toBe(2);
});

test('it waits until they are well again', async () => {
  const clock = slowClock();
  const answers = [ill, ill, ill, well];
  const others = new HeededOthers({ clock, signal, ask: async () => answers.shift() ?? well });
  await others.heed();
  await Promise.resolve();
  expect(await others.heed()).toEqual({ factor: 1, heldMs: 6_000 });
});

test('a slowness that does not end ends the waiting: it reads on as slowly as it can', async () => {
  const clock = slowClock();
  const others = new HeededOthers({ clock, signal, ask: async () => ill });
  await others.heed();
  await Promise.resolve();
  const { factor, heldMs } = await others.heed();
  expect(factor).toBe(4);
  expect(heldMs).toBeGreaterThan(300_000);
  expect((await others.heed()).heldMs).toBe(0);
});
