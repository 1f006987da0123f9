import type { ActivitySession, Blocker, CommandProgress } from '../../model/activity.js';
import type { LocksReport, ReportedTree, SignalOutcome } from '../../model/locks-report.js';
import { formatBytes, formatCount, formatCounted, formatDuration } from '../units.js';

/** `pid 1234`, or what a prepared transaction is called. */
export function blockerInWords(blocker: Blocker): string {
  if (blocker.kind === 'session') return `pid ${blocker.pid}`;
  return blocker.gid === null ? 'a prepared transaction' : `prepared transaction '${blocker.gid}'`;
}

/** `pid 1234 blocks 5 sessions, one for 12.4 s`. */
export function treeInWords({ root, queue, longestWaitMs, deadlock }: ReportedTree): string {
  const who = blockerInWords(root);
  const many = formatCounted(queue.length, 'session');
  return deadlock
    ? `${who} and ${many} wait for each other, for ${formatDuration(longestWaitMs)}`
    : `${who} blocks ${many}, one for ${formatDuration(longestWaitMs)}`;
}

/** `active for 2 min`, `idle in transaction for 14 s`; what kind of process it is where there is no state. */
export function stateInWords(session: ActivitySession | null): string {
  if (session === null) return '';
  if (session.hidden) return 'hidden';
  const { state, stateMs, queryMs, backendType } = session;
  if (state === null) return backendType ?? 'process';
  const ms = state === 'active' ? (queryMs ?? stateMs) : stateMs;
  return ms === null ? state : `${state} for ${formatDuration(ms)}`;
}

/** Who it is and how old: facts that stand on one line. */
export function sessionFacts(session: ActivitySession): readonly string[] {
  const { backendType, application, user, client, database, transactionMs, backendMs, xidAge, xminAge } = session;
  return [
    backendType === null || backendType === 'client backend' ? null : backendType,
    application === '' ? null : application,
    user === null ? null : `user ${user}`,
    database === null ? null : `database ${database}`,
    client === null ? null : client === 'local' ? 'local socket' : `from ${client}`,
    transactionMs === null ? null : `transaction ${formatDuration(transactionMs)}`,
    transactionMs === null && backendMs !== null ? `connected ${formatDuration(backendMs)}` : null,
    xidAge === null ? null : 'has written',
    xminAge === null || xminAge < 100_000 ? null : `snapshot ${formatCount(xminAge)} transactions old`,
  ].filter((fact) => fact !== null);
}

/** `CREATE INDEX CONCURRENTLY: building index: scanning table, 12 % of 1 234 blocks`. */
export function progressInWords({ command, phase, done, total, unit, waitsForPid }: CommandProgress): string {
  const waits = waitsForPid === null ? '' : `, waits for pid ${waitsForPid}`;
  if (done === null || total === null) return `${command}: ${phase}${waits}`;
  const percent = Math.floor(Math.min(1, done / total) * 100);
  const all = unit === 'bytes' ? formatBytes(total) : `${formatCount(total)} ${unit ?? ''}`.trimEnd();
  return `${command}: ${phase}, ${percent} % of ${all}${waits}`;
}

/** What became of a backend that was signalled. */
export function signalInWords({ signal, pid, result, afterMs, blockedBefore, blockedAfter }: SignalOutcome): string {
  const done = signal === 'cancel' ? `The query of pid ${pid} was cancelled` : `Pid ${pid} was terminated`;
  const after = formatDuration(afterMs);
  const rest = `${formatCount(blockedBefore)} waited because of it, ${formatCount(blockedAfter)} still ${blockedAfter === 1 ? 'does' : 'do'}.`;
  switch (result) {
    case 'gone':
      return `${done}: the session is gone, after ${after}. ${rest}`;
    case 'transaction ended':
      return `${done}: its transaction ended after ${after}. ${rest}`;
    case 'query ended':
      return blockedAfter === 0
        ? `${done}, after ${after}; its transaction is still open, and holds nobody up. ${rest}`
        : `${done}, after ${after}, but its transaction is still open, with locks: --terminate ends it. ${rest}`;
    case 'unchanged':
      return `Pid ${pid} got the signal and still goes on after ${after}. ${rest} A process heeds it at the next safe point; never end it with kill -9, for that restarts the whole server.`;
    case 'not sent':
      return `Nothing was done to pid ${pid}.`;
    default:
      return result satisfies never;
  }
}

/** `5 sessions wait for locks, because of pid 1234`. */
export function verdictInWords({ blocked, trees }: LocksReport): string {
  if (blocked === 0) return 'Nobody waits for a lock';
  const roots = trees.map(({ root }) => blockerInWords(root));
  const named = roots.length > 5 ? `${roots.slice(0, 5).join(', ')} and ${roots.length - 5} more` : roots.join(', ');
  const because = roots.length === 0 ? '' : `, because of ${named}`;
  return `${formatCounted(blocked, 'session waits for a lock', 'sessions wait for locks')}${because}`;
}

/** One line for one moment, for a log. */
export function momentInWords(report: LocksReport): string {
  const { at, trees, sessions } = report;
  const roots = trees.map((tree) => {
    const { root } = tree;
    const session = root.kind === 'session' ? (sessions.find(({ pid }) => pid === root.pid) ?? null) : null;
    const state = stateInWords(session);
    return `${treeInWords(tree)}${state === '' ? '' : ` (${state})`}`;
  });
  return `${at} ${roots.length === 0 ? verdictInWords(report) : roots.join('; ')}`;
}
