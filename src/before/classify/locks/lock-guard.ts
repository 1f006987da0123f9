import type { RuleContext } from '../rule-context.js';

/** Whether a statement gives up when it does not get its lock soon: by the script's own timeout or the runner's. */
export function isGuarded(context: RuleContext): boolean {
  return context.policy.runnerSetsTimeouts || (context.timeoutMs('lock_timeout') ?? 0) > 0;
}

/** The statement with a timeout around it; inside of a transaction too. */
export function withLockTimeout(...statements: readonly string[]): string {
  return [
    "SET lock_timeout = '2s'; -- when it fails with 55P03, pause and repeat: traffic has gone on meanwhile",
    ...statements.map((sql) => `${sql};`),
    'RESET lock_timeout;',
  ].join('\n');
}
