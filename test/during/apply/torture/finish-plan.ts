import { readEntries } from '../../../../src/foundation/ledger/entries.js';
import { connect } from '../../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../../src/foundation/runtime/clock.js';
import { begunSteps, endLeftBackends, withoutApplied } from '../../../../src/workflows/apply/broken-run.js';
import type { ApplyTarget } from '../../../../src/workflows/apply/open-target.js';
import type { Preparation } from '../../../../src/workflows/apply/prepare.js';
import { findUnfinishedRun } from '../../../../src/workflows/apply/refusals.js';
import { applyPlan, type Planned, run } from './run-plan.js';

/** Longer than the server keeps a lease whose holder says nothing. */
const longestHeldMs = 30_000;

/** As `resume` does, and `apply` once more where it ended in a known state before the end of the plan. */
export async function finishPlan({ target, plan }: Planned): Promise<readonly string[]> {
  const said: string[] = [];
  const start = performance.now();
  for (let turn = 0; turn < 8; turn++) {
    const ended = await finishOnce({ target, plan }).catch((error: unknown) => String(error));
    if (ended === 'held' && performance.now() - start < longestHeldMs) turn -= 1;
    said.push(ended);
    if (ended === 'applied' || ended === 'nothing-to-do') return said;
    await systemClock.sleep(300);
  }
  return said;
}

async function finishOnce({ target, plan }: Planned): Promise<string> {
  await using session = await connect(target, { applicationName: 'lockkeeper apply' });
  const request = { clock: systemClock };
  const about = { words: 'the database' } as ApplyTarget;
  await endLeftBackends({ session, target: about, request } as unknown as Preparation);
  const runId = await findUnfinishedRun(session);
  if (runId !== null) {
    const entries = await readEntries(session, runId);
    return await run({ target, plan: withoutApplied(plan, entries), runId, begun: begunSteps(entries) });
  }
  const { rows } = await session.query(`SELECT FROM public.schema_migrations`);
  return rows.length > 0 ? 'nothing-to-do' : await applyPlan({ target, plan });
}
