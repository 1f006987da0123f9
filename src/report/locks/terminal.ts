import type { ActivitySession, PreparedTransaction, QueuedWait } from '../../model/activity.js';
import type { LocksReport, ReportedTree, ReportedWait } from '../../model/locks-report.js';
import { type Layout, renderFacts, renderProse, renderRule } from '../terminal/layout.js';
import { makePalette, type Paint } from '../terminal/paint.js';
import type { TerminalOptions } from '../terminal.js';
import { formatCounted, formatDuration } from '../units.js';
import { sqlOnOneLine } from '../visible-text.js';
import {
  blockerInWords,
  progressInWords,
  sessionFacts,
  signalInWords,
  stateInWords,
  treeInWords,
  verdictInWords,
} from './locks-summary.js';

/** Waits shown of one tree, and characters of a query, unless all are wanted. */
const usualWaits = 40;
const usualQuery = 300;

/** For a terminal: each root blocker, what may be done about it, and the tree of those that wait because of it. */
export function renderLocksTerminal(report: LocksReport, options: TerminalOptions): string {
  const layout: Layout = {
    width: Math.max(40, options.width),
    palette: makePalette(options.color),
    verbose: options.verbose ?? false,
  };
  const { palette } = layout;
  const { tool, server, database, watchedFrom, at } = report;
  const facts = [
    `${tool.name} ${tool.version} · locks`,
    `PostgreSQL ${server.version}${server.inRecovery ? ' (standby)' : ''}`,
    `database ${database}${watchedFrom === database ? '' : `, seen from ${watchedFrom}`}`,
    at,
  ];
  const lines = [
    ...renderFacts(layout, facts, palette.faint),
    '',
    ...report.trees.flatMap((tree) => [...renderTree(layout, report, tree), '']),
    ...report.notes.flatMap((note) => renderProse(layout, { head: '· ', text: note }, palette.faint)),
    ...(report.signal === null
      ? []
      : renderProse(layout, { head: '', text: signalInWords(report.signal) }, palette.warn)),
    ...renderProse(layout, { head: '', text: verdictInWords(report) }, (text) =>
      palette.title((report.blocked === 0 ? palette.good : palette.bad)(text)),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function renderTree(layout: Layout, report: LocksReport, tree: ReportedTree): readonly string[] {
  const { palette, verbose } = layout;
  const { root, advice, queue } = tree;
  const session = root.kind === 'session' ? sessionOf(report, root.pid) : null;
  const shown = verbose ? queue : queue.slice(0, usualWaits);
  const rest = queue.length - shown.length;
  const right = { text: session === null ? 'no process' : stateInWords(session), paint: palette.bad };
  return [
    renderRule(layout, treeInWords(tree), right),
    ...(session === null ? renderPrepared(layout, report, tree) : renderSession(layout, session, '  ')),
    ...renderProgress(layout, report, session),
    ...renderProse(layout, { head: '  → ', text: `${advice.action}: ${advice.reason}` }, palette.warn),
    ...(advice.command === null ? [] : [palette.sql(`    ${advice.command}`)]),
    ...renderRelief(layout, tree),
    ...shown.flatMap((wait) => renderWait(layout, report, wait)),
    ...(rest === 0 ? [] : [palette.faint(`    … and ${rest} more`)]),
  ];
}

/** Often the first thing to do: what queues has done nothing yet, and can be tried again at a better time. */
function renderRelief(layout: Layout, { relief }: ReportedTree): readonly string[] {
  if (relief === null) return [];
  const { palette } = layout;
  const text = `or cancel pid ${relief.pid}, which waits itself: ${formatCounted(relief.frees, 'session')} would go on at once, held up by nothing but its place in the queue.`;
  return [
    ...renderProse(layout, { head: '  → ', text }, palette.warn),
    palette.sql(`    lockkeeper locks --cancel ${relief.pid}`),
  ];
}

function sessionOf({ sessions }: LocksReport, pid: number): ActivitySession | null {
  return sessions.find((session) => session.pid === pid) ?? null;
}

/** Who it is, and what it runs or ran last. */
export function renderSession(layout: Layout, session: ActivitySession, margin: string): readonly string[] {
  const { palette, verbose } = layout;
  const inner: Layout = { ...layout, width: layout.width - margin.length };
  const indent = (line: string): string => `${margin}${line}`;
  const label = session.state === 'active' || session.state === null ? '' : 'last query: ';
  const query = session.query === null ? null : sqlOnOneLine(session.query, verbose ? 4_000 : usualQuery);
  return [
    ...renderFacts(inner, sessionFacts(session), palette.plain).map(indent),
    ...(query === null ? [] : renderProse(inner, { head: label, text: query }, palette.sql).map(indent)),
  ];
}

function renderPrepared(
  layout: Layout,
  { preparedTransactions }: LocksReport,
  { root }: ReportedTree,
): readonly string[] {
  const transaction = preparedTransactions.find(({ gid }) => root.kind === 'prepared' && gid === root.gid);
  if (transaction === undefined) return [];
  return renderFacts(layout, [`  ${preparedInWords(transaction)}`], layout.palette.plain);
}

function preparedInWords({ owner, database, preparedMs, xid }: PreparedTransaction): string {
  return `prepared ${formatDuration(preparedMs)} ago by ${owner ?? 'somebody'} in ${database ?? 'a database'}, transaction ${xid}`;
}

function renderProgress(layout: Layout, { progress }: LocksReport, session: ActivitySession | null): readonly string[] {
  const own = progress.filter(({ pid }) => pid === session?.pid);
  return own.flatMap((one) => renderProse(layout, { head: '  ', text: progressInWords(one) }, layout.palette.plain));
}

function renderWait(layout: Layout, report: LocksReport, { pid, depth, behind }: QueuedWait): readonly string[] {
  const { palette } = layout;
  const wait = report.waits.find((one) => one.pid === pid);
  const session = sessionOf(report, pid);
  // A chain of hundreds would otherwise leave no room for its words.
  const margin = `  ${'  '.repeat(Math.min(depth - 1, 12))}`;
  const told = wait === undefined ? '' : waitInWords(wait, behind);
  const paint: Paint = palette.plain;
  return [
    ...renderProse(layout, { head: `${margin}└ `, text: `pid ${pid} ${told}` }, paint),
    ...(session === null ? [] : renderSession(layout, session, `${margin}    `)),
    ...renderProgress(layout, report, session),
  ];
}

function waitInWords({ waitsFor, waitedMs, blockedBy }: ReportedWait, behind: QueuedWait['behind']): string {
  const place = blockerInWords(behind);
  const above = blockedBy.find(({ by }) => blockerInWords(by) === place);
  const others = blockedBy.filter(({ by }) => blockerInWords(by) !== place);
  const why = above === undefined ? '' : above.how === 'holds' ? ` (held: ${above.mode})` : ' (queues behind it)';
  const named = others.slice(0, 3).map(({ by }) => blockerInWords(by));
  const also = others.length === 0 ? '' : `; also behind ${named.join(', ')}${others.length > 3 ? '…' : ''}`;
  return `waits ${formatDuration(waitedMs)} for ${waitsFor}${why}${also}`;
}
