import { describe, expect, test } from 'vitest';
import { type KeyPart, planIndexes } from '../../../../src/foundation/stage/fill/key-index.js';

/** The values of the parts in row `n`, as the rules make them; scattered ones are left out. */
function combination(parts: readonly KeyPart[], rules: ReturnType<typeof planIndexes>['rules'], n: number): string {
  return parts
    .map(({ id, count }) => {
      const rule = rules.get(id);
      if (rule?.kind === 'row') return n % count;
      if (rule?.kind === 'digit') return Math.floor(n / rule.divisor) % count;
      return '?';
    })
    .join();
}

describe('planIndexes', () => {
  test('no combination of a composite key comes twice until all have come', () => {
    const parts = [
      { id: 'a', count: 3 },
      { id: 'b', count: 4 },
      { id: 'c', count: 5 },
    ];
    const { rules, mostRows } = planIndexes(parts, [['a', 'b', 'c']], 60);
    expect(mostRows).toBe(60);
    const seen = new Set(Array.from({ length: 60 }, (_, n) => combination(parts, rules, n)));
    expect(seen.size).toBe(60);
  });

  test('a part with a value for each row makes its key unique by itself', () => {
    const parts = [
      { id: 'id', count: 1000 },
      { id: 'kind', count: 2 },
    ];
    const { rules, mostRows } = planIndexes(parts, [['kind', 'id']], 100);
    expect(rules.get('id')).toEqual({ kind: 'row' });
    expect(rules.get('kind')).toEqual({ kind: 'scattered' });
    expect(mostRows).toBe(Number.POSITIVE_INFINITY);
  });

  test('tells how many rows a narrow key has room for', () => {
    const parts = [
      { id: 'a', count: 2 },
      { id: 'b', count: 3 },
    ];
    expect(planIndexes(parts, [['a', 'b'], ['b']], 100).mostRows).toBe(3);
  });
});
