import { adviseCancel } from '../../foundation/activity/advise-cancel.js';
import { describeWait } from '../../foundation/activity/describe-wait.js';
import { findRelief } from '../../foundation/activity/find-relief.js';
import type { LockWaits } from '../../foundation/activity/read-lock-waits.js';
import { readProgress } from '../../foundation/activity/read-progress.js';
import { readOnly } from '../../foundation/postgres/read-only.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { ActivitySession, BlockingTree, CancelAdvice, CommandProgress } from '../../model/activity.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { LocksReport, SignalOutcome } from '../../model/locks-report.js';
import { tool } from '../tool-version.js';
import type { WatchContext } from './open-locks-watch.js';

/** What was read, with names, advice, and what could not be read. */
export async function reportLocks(
  context: WatchContext,
  read: LockWaits,
  signal: SignalOutcome | null,
): Promise<LocksReport> {
  const { opened, facts, clock, hideQueryText } = context;
  const names = await context.names.find(read.locks);
  const progress = await readProgressOrNull(opened.session);
  const involved = involvedPids(read.trees, read);
  const sessions = read.sessions.filter(({ pid }) => involved.has(pid));
  return {
    kind: 'locks',
    version: 1,
    tool,
    server: { version: facts.version, major: facts.major, inRecovery: facts.inRecovery },
    at: clock.date().toISOString(),
    database: opened.database,
    watchedFrom: opened.watchedFrom,
    blocked: read.waits.length,
    trees: read.trees.map((tree) => ({
      ...tree,
      advice: adviseOnRoot(context, read, tree),
      relief: findRelief(tree, read.waits),
    })),
    waits: read.waits.map((wait) => ({
      ...wait,
      waitsFor: describeWait(wait, names.nameOf),
    })),
    sessions: hideQueryText ? sessions.map((session) => ({ ...session, query: null })) : sessions,
    preparedTransactions: read.prepared,
    progress: progress ?? [],
    signal,
    notes: notesOf(context, read, { sessions, namesProblem: names.problem, hasProgress: progress !== null }),
  };
}

interface Shortcomings {
  readonly sessions: readonly ActivitySession[];
  readonly namesProblem: string | null;
  readonly hasProgress: boolean;
}

function notesOf(
  { opened, facts }: WatchContext,
  read: LockWaits,
  { sessions, namesProblem, hasProgress }: Shortcomings,
): readonly string[] {
  return [
    ...opened.notes,
    ...(namesProblem === null ? [] : [namesProblem]),
    ...hiddenNotes(sessions, facts.role),
    ...strayNotes(read),
    ...(hasProgress ? [] : ['How far long commands are could not be read.']),
  ];
}

function adviseOnRoot(context: WatchContext, read: LockWaits, tree: BlockingTree): CancelAdvice {
  const { root } = tree;
  return adviseCancel({
    session: root.kind === 'session' ? (read.sessions.find(({ pid }) => pid === root.pid) ?? null) : null,
    prepared: root.kind === 'prepared' ? (read.prepared.find(({ gid }) => gid === root.gid) ?? null) : null,
    tree,
    wait: null,
    deadlockTimeoutMs: context.facts.deadlockTimeoutMs,
    ownPids: [context.opened.session.pid],
  });
}

function involvedPids(trees: readonly BlockingTree[], { waits }: LockWaits): ReadonlySet<number> {
  const blockers = [
    ...trees.map(({ root }) => root),
    ...waits.flatMap(({ blockedBy }) => blockedBy.map(({ by }) => by)),
  ];
  return new Set([
    ...waits.map(({ pid }) => pid),
    ...blockers.flatMap((blocker) => (blocker.kind === 'session' ? [blocker.pid] : [])),
  ]);
}

/** Null when system catalogs are locked in the database from which is looked. */
async function readProgressOrNull(session: Session): Promise<readonly CommandProgress[] | null> {
  const limits = { what: 'the progress of commands', statementTimeoutMs: 2_000, lockTimeoutMs: 200 };
  try {
    return await readOnly(session, limits, () => readProgress(session));
  } catch (error) {
    if (error instanceof ChangeSafetyError && !session.closed) return null;
    throw error;
  }
}

function hiddenNotes(sessions: readonly ActivitySession[], role: string): readonly string[] {
  const hidden = sessions.filter((session) => session.hidden).length;
  if (hidden === 0) return [];
  return [
    `The queries and states of ${hidden} of ${sessions.length} sessions are hidden from ${role}: GRANT pg_monitor TO ${role} shows them.`,
  ];
}

function strayNotes({ waits }: LockWaits): readonly string[] {
  const stray = waits.filter(({ blockedBy }) => blockedBy.length === 0);
  if (stray.length === 0) return [];
  return [`Nobody was found whom ${stray.map(({ pid }) => pid).join(', ')} waits for: the wait was probably ending.`];
}
