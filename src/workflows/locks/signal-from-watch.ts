import { adviseCancel } from '../../foundation/activity/advise-cancel.js';
import { treeBelow } from '../../foundation/activity/build-trees.js';
import type { LockWaits } from '../../foundation/activity/read-lock-waits.js';
import { readSessions } from '../../foundation/activity/read-sessions.js';
import { signalBackend } from '../../foundation/activity/signal-backend.js';
import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import type { ActivitySession } from '../../model/activity.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { SignalName, SignalOutcome, SignalPreview, SignalResult } from '../../model/locks-report.js';
import type { WatchContext } from './open-locks-watch.js';

export interface SignalRequest {
  readonly signal: SignalName;
  readonly pid: number;
  /** Also what the advice is to leave alone. */
  readonly force: boolean;
  readonly show: (preview: SignalPreview) => void;
  /** Asked after it was shown. */
  readonly confirm: (preview: SignalPreview) => Promise<boolean>;
}

const pollMs = 100;
const patienceMs = 5_000;

/**
 * Signals one backend after it was shown and agreed to, if it is still the same one, and waits some seconds for what
 * becomes of it. @throws ChangeSafetyError `usage` when there is none, or it needs force; `query-failed` without the right.
 */
export async function signalFromWatch(context: WatchContext, request: SignalRequest): Promise<SignalOutcome> {
  const { clock, opened } = context;
  const { signal, pid } = request;
  const before = await context.read();
  const session = before.sessions.find((one) => one.pid === pid);
  if (session === undefined)
    throw refusal(`There is no process ${pid} on the server.`, 'lockkeeper locks shows who is there.');
  const preview = previewOf(context, before, { signal, session });
  request.show(preview);
  refuseUnsafe(preview, request, context.facts.role);
  const outcome = { signal, pid, blockedBefore: preview.blocked };
  const agreed = await request.confirm(preview);
  if (!agreed || !(await signalBackend(opened.session, signal, session))) {
    return { ...outcome, result: agreed ? 'gone' : 'not sent', afterMs: 0, blockedAfter: preview.blocked };
  }
  const sentAt = clock.now();
  const result = await waitForResult(context, session, signal);
  const afterMs = Math.round(clock.now() - sentAt);
  return { ...outcome, result, afterMs, blockedAfter: countBehind(await context.read(), pid) };
}

function previewOf(
  { facts, opened, hideQueryText }: WatchContext,
  read: LockWaits,
  { signal, session }: Pick<SignalPreview, 'signal' | 'session'>,
): SignalPreview {
  const advice = adviseCancel({
    session,
    prepared: null,
    tree: read.trees.find(({ root }) => root.kind === 'session' && root.pid === session.pid) ?? null,
    wait: read.waits.find(({ pid }) => pid === session.pid) ?? null,
    deadlockTimeoutMs: facts.deadlockTimeoutMs,
    ownPids: [opened.session.pid],
  });
  const shown = redactSecrets(hideQueryText ? { ...session, query: null } : session, []);
  return { signal, session: shown, advice, blocked: countBehind(read, session.pid) };
}

function refuseUnsafe({ session, advice, signal }: SignalPreview, { force }: SignalRequest, role: string): void {
  const { pid, hidden, backendStart, backendType } = session;
  if (hidden || backendStart === null) {
    throw refusal(
      `What process ${pid} is cannot be seen by ${role}, so nobody could know that it is still the same one.`,
      `GRANT pg_monitor TO ${role}.`,
    );
  }
  if (advice.needsForce && !force) {
    throw refusal(
      `Process ${pid} (${backendType ?? 'unknown'}) is better left alone. ${advice.reason}`,
      `If it has to be, --force insists: lockkeeper locks --${signal} ${pid} --force.`,
    );
  }
}

function countBehind({ waits }: LockWaits, pid: number): number {
  return treeBelow({ kind: 'session', pid }, waits).queue.length;
}

async function waitForResult(
  { clock, opened }: WatchContext,
  before: ActivitySession,
  signal: SignalName,
): Promise<SignalResult> {
  const until = clock.now() + patienceMs;
  for (;;) {
    const [now] = await readSessions(opened.session, opened.databases, before.pid);
    const result = compare(before, now);
    // A terminated session passes through the end of its query.
    const isFinal = signal === 'cancel' ? result !== 'unchanged' : result === 'gone';
    if (isFinal || clock.now() >= until) return result;
    await clock.sleep(pollMs);
  }
}

function compare(before: ActivitySession, now: ActivitySession | undefined): SignalResult {
  if (now === undefined || now.backendStart !== before.backendStart) return 'gone';
  if (now.transactionStart !== before.transactionStart) return 'transaction ended';
  const isOver = now.queryStart !== before.queryStart || (before.state === 'active' && now.state !== 'active');
  return isOver ? 'query ended' : 'unchanged';
}

function refusal(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message, remedy, effect: 'none' });
}
