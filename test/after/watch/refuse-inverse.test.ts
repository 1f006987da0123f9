import { expect, test } from 'vitest';
import { type InverseFacts, refuseInverse } from '../../../src/after/watch/decide/refuse-inverse.js';
import type {
  Assessment,
  ChangeKind,
  Reversibility,
  StatementClassification,
} from '../../../src/model/classification.js';

function assessment(kind: ChangeKind, reversibility: Reversibility = 'reversible'): Assessment {
  return { kind, reversibility, reversibilityReason: 'as said' } as unknown as Assessment;
}

function back(kind: ChangeKind, statement: Partial<StatementClassification> = {}): NonNullable<InverseFacts['back']> {
  const statements = [{ rewrites: [], scans: [], unanalysed: [], ...statement } as unknown as StatementClassification];
  return { assessment: assessment(kind), statements };
}

const allowed: InverseFacts = {
  id: '0042',
  forward: { assessment: assessment('additive schema change') },
  back: back('behavioural schema change'),
  proved: true,
};

test('a proved way back of the catalog alone may be taken', () => {
  expect(refuseInverse(allowed)).toBeNull();
});

test.each<[string, Partial<InverseFacts>, RegExp]>([
  ['nothing tells what it does', { forward: null }, /judgement from before/],
  ['a contract', { forward: { assessment: assessment('destructive schema change') } }, /after a contract/],
  ['no proof', { proved: false }, /No record proves/],
  ['a way back that is not known', { back: null }, /could not be judged/],
  ['a column that goes with what was written since', { back: back('destructive schema change') }, /written since/],
  ['rows', { back: back('data migration') }, /catalog alone/],
  ['a rewrite', { back: back('behavioural schema change', { rewrites: ['public.users'] }) }, /public\.users whole/],
  ['a build', { back: back('additive schema change', { scans: ['public.users'] }) }, /public\.users whole/],
  ['a hidden body', { back: back('behavioural schema change', { unanalysed: ['a DO block'] }) }, /a DO block/],
  [
    'lost data',
    { back: { ...back('additive schema change'), assessment: assessment('additive schema change', 'loses data') } },
    /loses data/,
  ],
])('%s is for a person', (_, facts, reason) => {
  expect(refuseInverse({ ...allowed, ...facts })).toMatch(reason);
});
