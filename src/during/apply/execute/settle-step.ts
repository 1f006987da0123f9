import type { Session } from '../../../foundation/postgres/session.js';
import type { PlanStep } from '../../../model/apply-plan.js';
import type { StepState } from '../../../model/apply-run.js';
import { probeStep } from '../probe/probe-step.js';
import { type WritingContext, writeDownApart } from './try-step.js';
import { roleSql } from './work-session.js';

/**
 * Finds out what an attempt of a step left, puts right what it left half done, and writes down what took effect. No
 * backend of the attempt may live any more. Driver's errors pass.
 */
export async function settleStep(step: PlanStep, session: Session, context: WritingContext): Promise<StepState> {
  const found = await probeStep(step, { session, runId: context.runId });
  const writeDown = async (): Promise<StepState> => {
    await writeDownApart({ session, step, context, durationMs: 0 });
    return 'applied';
  };
  switch (found.kind) {
    case 'unknown':
      return 'indeterminate';
    case 'half':
      await repair(found.repair, session, context.role);
      return step.probe.kind === 'partition detached' ? await writeDown() : 'not-applied';
    case 'applied':
      return step.probe.kind === 'ledger' ? 'applied' : await writeDown();
    case 'not-applied':
      return 'not-applied';
    default:
      return found satisfies never;
  }
}

async function repair(statements: readonly string[], session: Session, role: string | null): Promise<void> {
  await session.query(`SET lock_timeout = 0; SET statement_timeout = 0${roleSql(role, false)}`);
  try {
    for (const sql of statements) await session.query(sql);
  } finally {
    await session.query('RESET ROLE');
  }
}
