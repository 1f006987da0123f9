import { fetchText, hostOf } from '../../foundation/probes/fetch-text.js';
import type { NotificationTarget } from '../../model/target-settings.js';
import { endInWords, type HookSurroundings, runWithin } from './run-hook.js';

export const notificationEvents = ['started', 'aborted', 'done', 'trouble', 'watched'] as const;
export type NotificationEvent = (typeof notificationEvents)[number];

/** What everybody is told, as JSON; it holds no secret and no row of a table. */
export interface Notification {
  readonly kind: 'notification';
  readonly version: 1;
  readonly event: NotificationEvent;
  readonly runId: string;
  /** Name of the target; null for a database that has none. */
  readonly target: string | null;
  readonly changeDigest: string;
  readonly migrations: readonly string[];
  /** One sentence for people. */
  readonly text: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Whether somebody could be told. */
export interface NotificationOutcome {
  readonly event: NotificationEvent;
  /** `webhook chat.example`, `command`: of an address no more than its host. */
  readonly to: string;
  readonly problem: string | null;
  readonly durationMs: number;
}

/** Tells all of them at once. Who cannot be told stops nothing: that stands in the outcome. Never rejects. */
export async function notify(
  notification: Notification,
  targets: readonly NotificationTarget[],
  around: HookSurroundings,
): Promise<readonly NotificationOutcome[]> {
  const body = JSON.stringify(notification);
  return await Promise.all(
    targets.map(async (target) => {
      const start = around.clock.now();
      // What comes of a failure may name the address or the command; only its kind is kept.
      const problem = await tell(target, body, around).catch(() => 'it could not be told');
      const to = target.kind === 'webhook' ? `webhook ${hostOf(target.url)}` : 'command';
      return { event: notification.event, to, problem, durationMs: around.clock.now() - start };
    }),
  );
}

/** Why it failed; null when it did not. */
async function tell(target: NotificationTarget, body: string, around: HookSurroundings): Promise<string | null> {
  if (target.kind === 'command') {
    const end = await runWithin(target, { ...around, input: `${body}\n` });
    return end.exitCode === 0 && !end.timedOut ? null : `the command ${endInWords(end, target.timeoutMs)}`;
  }
  const { url, timeoutMs } = target;
  const headers = { ...target.headers, 'content-type': 'application/json' };
  const answer = await fetchText({ url, method: 'POST', headers, body, timeoutMs, signal: around.signal });
  if (answer.problem !== null) return answer.problem;
  const { status } = answer;
  return status !== null && status >= 200 && status < 300 ? null : `HTTP ${status ?? 'nothing'}`;
}
