import { digest } from '../../../foundation/records/digest.js';
import type { PlanStep } from '../../../model/apply-plan.js';

/** What the ledger keeps of a step that took effect, so that it is known again: SHA-256 of its statements, hex. */
export type StepFacts = Readonly<Record<'sql', string>>;

export function stepFacts({ begin, statements }: Pick<PlanStep, 'begin' | 'statements'>): StepFacts {
  const text = [begin ?? '', ...statements.map(({ sql, copyData }) => `${sql}\n${copyData ?? ''}`)].join(';\n');
  return { sql: digest('change', text) };
}
