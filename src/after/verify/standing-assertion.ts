import { readStandingFaults } from '../../foundation/integrity/standing-faults.js';
import type { IntegrityKind } from '../../model/integrity.js';
import { type Assertion, defineAssertion, type Said } from './assertion.js';
import type { Looked } from './look.js';
import { concerns } from './verify-context.js';

interface StandingWords {
  readonly id: string;
  readonly title: string;
  readonly kind: IntegrityKind;
  readonly judge: (looked: Pick<Looked<true>, 'relation' | 'name'>) => Said;
}

/** By the catalog alone: what it says is found is at fault. */
export function defineStandingAssertion({ id, title, kind, judge }: StandingWords): Assertion {
  return defineAssertion<true>({
    id,
    title,
    inspect: async (context) => {
      const { reader } = context;
      const faults = await reader.patient(() => readStandingFaults(reader.session));
      return faults
        .filter((fault) => fault.kind === kind && concerns(context, [fault.relation]))
        .map(({ relation, name }) => ({ relation, name, seen: true as const, unseen: null }));
    },
    judge: (_, looked) => judge(looked),
  });
}
