import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { PlanStep } from '../../../model/apply-plan.js';
import type { StepState } from '../../../model/apply-run.js';
import { roleSql } from '../plan/limits-sql.js';
import { probeStep, type Repair } from '../probe/probe-step.js';
import { type WritingContext, writeDownApart } from './try-step.js';
import { beginAfresh, replaySettings } from './work-session.js';

/**
 * Finds out what an attempt of a step left, puts right what it left half done, and writes down what took effect. Without
 * the lease it only looks: the next runner may be at the same step. No backend of the attempt may live any more.
 * Driver's errors pass.
 */
export async function settleStep(step: PlanStep, session: Session, context: WritingContext): Promise<StepState> {
  await takeSettings(step, session);
  const found = await probeStep(step, { session, runId: context.runId });
  switch (found.kind) {
    case 'unknown':
      return 'indeterminate';
    case 'written':
      return 'applied';
    case 'not-applied':
      return 'not-applied';
    case 'applied':
    case 'half':
      break;
    default:
      return found satisfies never;
  }
  if (!(await context.lease.held())) return 'indeterminate';
  if (found.kind === 'half') {
    await repair(found.repair, { step, session, role: context.role });
    if (found.after === 'not-applied') return 'not-applied';
  }
  await writeDownApart({ session, step, context, durationMs: 0 });
  return 'applied';
}

/** The role may be one that cannot read the ledger. */
async function takeSettings(step: PlanStep, session: Session): Promise<void> {
  await beginAfresh(session);
  await replaySettings(session, step);
  await session.query('RESET SESSION AUTHORIZATION; RESET ROLE');
}

interface Workshop {
  readonly step: PlanStep;
  readonly session: Session;
  readonly role: string | null;
}

async function repair(repairs: readonly Repair[], workshop: Workshop): Promise<void> {
  for (const ways of repairs) await repairOne(ways, workshop);
  await beginAfresh(workshop.session);
}

const mostTries = 60;
const pause = 'SELECT pg_catalog.pg_sleep(0.3)';
/** Somebody was in the way: the queue is left, so that nobody waits behind us for long, and tried again. */
const inTheWay: ReadonlySet<string> = new Set(['55P03', '40P01', '57014']);

async function repairOne(ways: Repair, { step, session, role }: Workshop): Promise<void> {
  for (let attempt = 0; attempt < mostTries; attempt++) {
    const way = ways[attempt % ways.length];
    if (way === undefined) return;
    await takeSettings(step, session);
    await session.query(`SET lock_timeout = ${way.lockTimeoutMs}; SET statement_timeout = 0${roleSql(role, false)}`);
    try {
      await session.query(way.sql);
      return;
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && inTheWay.has(String(cause.code)))) throw cause;
    }
    await session.query(pause);
  }
  throw new ChangeSafetyError({
    code: 'apply-refused',
    message: `Somebody was in the way of ${ways[0]?.sql ?? 'a repair'} again and again.`,
    remedy: 'Look who it is with `lockkeeper locks`, and resume.',
    effect: 'partial',
  });
}
