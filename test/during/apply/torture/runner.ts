import { applyPlan, type Planned } from './run-plan.js';

/** A process that applies a plan when it is told to, so that it can be killed meanwhile. */
process.once('message', (planned: Planned) => {
  applyPlan(planned).then(
    (verdict) => process.send?.(verdict, () => process.exit(0)),
    (error: unknown) => process.send?.(String(error), () => process.exit(1)),
  );
});
process.send?.('ready');
