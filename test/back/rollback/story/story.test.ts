import { describe, expect, test } from 'vitest';
import { chooseStory, type StoryFacts } from '../../../../src/back/rollback/story/choose-story.js';
import {
  decisionRoot,
  decisionTree,
  findDecision,
  nextDecision,
} from '../../../../src/back/rollback/story/decision-tree.js';
import { readNoRollback } from '../../../../src/back/rollback/story/read-no-rollback.js';
import { mitigations } from '../../../../src/model/rollback-story.js';

const restored = { verdict: 'restored', reason: null, dataKept: true, rollback: 'generated' } as const;
const lossy = { verdict: 'not-restored', reason: 'rows are gone', dataKept: false, rollback: 'written' } as const;
const facts: StoryFacts = {
  declared: null,
  disturbances: ['column public.t.a is gone'],
  proof: restored,
  hasSecondCluster: false,
  canRestore: true,
};

describe('which way back', () => {
  test.each([
    ['the program alone, where the old one runs on', { disturbances: [] }, 'traffic', 'inverse'],
    [
      'the program alone, without a proved rollback behind it',
      { disturbances: [], proof: lossy },
      'traffic',
      'point-in-time',
    ],
    ['the schema, where that was proved', {}, 'inverse', 'point-in-time'],
    ['the schema, and nothing behind it', { canRestore: false }, 'inverse', null],
    [
      'the cluster, where the rollback loses rows',
      { proof: lossy, hasSecondCluster: true },
      'cluster',
      'point-in-time',
    ],
    ['everything, as the last', { proof: lossy }, 'point-in-time', null],
    ['everything, where nobody looked for backups', { proof: null, canRestore: null }, 'point-in-time', null],
    ['none', { proof: lossy, canRestore: false }, 'none', null],
    ['not the program, when nothing is known of it', { disturbances: null }, 'inverse', 'point-in-time'],
  ] as const)('%s', (...[, change, kind, otherwise]) => {
    const story = chooseStory({ ...facts, ...change });
    expect([story.kind, story.otherwise]).toEqual([kind, otherwise]);
    expect(story.why.length).toBeGreaterThan(0);
    expect(story.steps.length).toBeGreaterThan(0);
    expect(story.loses.length > 0).toBe(kind === 'point-in-time' || kind === 'cluster');
  });

  test('a declaration beats everything, and says when it would not be needed', () => {
    const declared = { line: 1, because: 'the old codes are secret', mitigation: 'restore point' } as const;
    const story = chooseStory({ ...facts, declared });
    expect(story).toMatchObject({ kind: 'none', otherwise: 'point-in-time', declared });
    expect(story.why).toEqual([
      'declared: the old codes are secret',
      'yet the generated rollback was proved: schema and rows are as before',
    ]);
  });

  test('what was not looked at is said', () => {
    expect(chooseStory({ ...facts, proof: lossy, canRestore: null }).why.join()).toContain('not looked at');
  });
});

describe('the declaration', () => {
  const place = { path: 'a.sql', line: 4 };

  test.each(mitigations)('names %s', (mitigation) => {
    const text = `-- Complexity: LOW\n-- lockkeeper: no-rollback because it is a purge; mitigation: ${mitigation}\n\nDELETE FROM t;\n`;
    expect(readNoRollback(text, place)).toEqual({ line: 2, because: 'it is a purge', mitigation });
  });

  test('stands above the first statement, or is none', () => {
    const late = 'SELECT 1;\n-- lockkeeper: no-rollback because x; mitigation: window\n';
    expect(readNoRollback(late, { path: 'a.sql', line: 1 })).toBeNull();
    expect(readNoRollback('-- lockkeeper: allow drop-table because x\n\n\nDROP TABLE t;', place)).toBeNull();
    const before = 'SELECT 1;\n-- lockkeeper: no-rollback because x; mitigation: window\n\nSELECT 2;\n';
    expect(readNoRollback(before, place)).toMatchObject({ line: 2 });
  });

  test.each(['', 'because x', 'because ; mitigation: window', 'because x; mitigation: hope'])(
    'needs both: "%s"',
    (rest) => {
      expect(() => readNoRollback(`-- lockkeeper: no-rollback ${rest}\n\n\nDROP TABLE t;`, place)).toThrow(
        /a\.sql:1: .*reason and a mitigation/,
      );
    },
  );
});

describe('the decision tree', () => {
  test('every branch leads to an end, and every node can be reached', () => {
    const reached = new Set<string>();
    const walk = (id: string, depth: number): void => {
      expect(depth).toBeLessThan(decisionTree.length);
      reached.add(id);
      for (const answer of ['yes', 'no', 'unknown'] as const) {
        const next = nextDecision(id, answer);
        if (next !== null) walk(next.id, depth + 1);
      }
    };
    walk(decisionRoot, 0);
    expect([...reached].toSorted()).toEqual(decisionTree.map(({ id }) => id).toSorted());
  });

  test('nothing is well that is not known', () => {
    for (const id of [
      'migration-errors',
      'application-starts',
      'health-checks',
      'data-intact',
      'error-rate',
      'latency',
    ]) {
      expect(nextDecision(id, 'unknown')?.id).toBe('roll-back');
    }
  });

  test('a rollback that fails leads to a person who decides about a restore', () => {
    expect(nextDecision('rollback-ran', 'no')?.id).toBe('rollback-failed');
    expect(nextDecision('rollback-restored', 'no')?.id).toBe('rollback-failed');
    expect(nextDecision('rollback-failed', 'yes')).toMatchObject({ outcome: 'restore' });
    expect(nextDecision('rollback-failed', 'unknown')).toMatchObject({ outcome: 'repair by hand' });
    expect(() => findDecision('elsewhere')).toThrow(/elsewhere/);
  });
});
