import { expect, test } from 'vitest';
import { decisionRoot, decisionTree } from '../../../src/back/rollback/story/decision-tree.js';
import { watchedQuestions } from '../../../src/after/watch/decide/walk-tree.js';
import { simulateHour } from './simulation/simulate-hour.js';
import type { PlantedRegression } from './simulation/world.js';

const tree = { root: decisionRoot, nodes: decisionTree };

test('hours without a regression are let pass; bench/watch-simulation.mjs tries 500', () => {
  const wrong = Array.from({ length: 12 }, (_, seed) => ({ seed, ...simulateHour({ seed, tree }) }))
    .filter(({ trouble }) => trouble !== null)
    .map(({ seed, trouble }) => `${seed}: ${trouble?.reason}`);
  expect(wrong).toEqual([]);
});

test.each<PlantedRegression>([
  { kind: 'error rate', atSecond: 40, size: 0.2 },
  { kind: 'latency', atSecond: 120, size: 4 },
  { kind: 'health', atSecond: 200, size: 1 },
  { kind: 'integrity', atSecond: 75, size: 1 },
])('a planted regression is found within two minutes: %o', (planted) => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const { trouble, detectedAfter } = simulateHour({ seed, tree, planted, hourSeconds: 420 });
    expect(trouble?.verdict).toBe('roll back now');
    expect(detectedAfter).toBeLessThanOrEqual(120);
  }
});

test('a watch can answer every question up to the first end of the tree', () => {
  const asked: string[] = [];
  const visit = (id: string): void => {
    const node = decisionTree.find((one) => one.id === id);
    if (node === undefined || 'outcome' in node || asked.includes(id)) return;
    asked.push(id);
    visit(node.yes);
    visit(node.no);
  };
  visit(decisionRoot);
  expect(asked.toSorted()).toEqual(Object.keys(watchedQuestions).toSorted());
});
