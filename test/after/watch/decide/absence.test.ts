import { expect, test } from 'vitest';
import { readAbsence } from '../../../../src/after/watch/decide/absence.js';
import { usualWatch } from '../../../../src/model/target-settings.js';
import type { WatchSample } from '../../../../src/model/watch-report.js';

const facts = {
  settings: usualWatch,
  metrics: {},
  asksHealth: true,
  runFailed: null,
  replicas: null,
  deadlocksPerMs: null,
};

/** One letter a sample, 10 s apart: `+` is reachable, `-` is not. */
function samplesOf(letters: string): readonly WatchSample[] {
  return [...letters].map((letter, at) => ({
    at: new Date(at * 10_000).toISOString(),
    sinceChangeMs: at * 10_000,
    afterGap: false,
    reachable: letter === '+',
    healthy: false,
    metrics: {},
    waitingSessions: null,
    connections: null,
    deadlocks: null,
    replicas: null,
    replicaLagMs: null,
    newFaults: null,
  }));
}

test.each<[string, RegExp | null]>([
  ['++++', null],
  ['++-', /^Nothing can be taken back/],
  ['++--+', /away for 20 s/],
  ['++--++++', /away for 20 s/],
  ['++--+++++', null],
  // However long it was away, it is not let off for longer than a breach has to last.
  ['-'.repeat(60) + '+'.repeat(9), /away for 600 s/],
  ['-'.repeat(60) + '+'.repeat(10), null],
  ['--++++++-+', /away for 10 s/],
])('%s', (letters, words) => {
  const absence = readAbsence(samplesOf(letters), facts);
  if (words === null) expect(absence).toBeNull();
  else expect(absence).toMatch(words);
});
