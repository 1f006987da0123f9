import { finishPlan } from './finish-plan.js';
import { applyPlan, type Planned } from './run-plan.js';

/** What the process is told: a plan to apply, or one that another process left. */
export interface RunnerOrder extends Planned {
  readonly finish: boolean;
}

async function follow({ finish, ...planned }: RunnerOrder): Promise<string> {
  return finish ? ((await finishPlan(planned)).at(-1) ?? '') : applyPlan(planned);
}

/** A process that does so when it is told to, so that it can be killed meanwhile. */
process.once('message', (order: RunnerOrder) => {
  follow(order).then(
    (verdict) => process.send?.(verdict, () => process.exit(0)),
    (error: unknown) => process.send?.(String(error), () => process.exit(1)),
  );
});
process.send?.('ready');
