import type { AbortReport } from '../../model/abort-report.js';
import type { DeclareReport } from '../../model/declare-report.js';
import type { LeaseHolder, LedgerRun } from '../../model/ledger.js';
import type { HistoryReport, StatusReport } from '../../model/status-report.js';
import type { UninstallReport } from '../../model/uninstall-report.js';
import type { TerminalOptions } from '../terminal.js';
import { type Layout, renderProse } from '../terminal/layout.js';
import { makePalette, type Paint } from '../terminal/paint.js';
import { formatCounted } from '../units.js';

export type TargetReport = StatusReport | HistoryReport | DeclareReport | AbortReport | UninstallReport;

/** What stands in a database about its migrations, or was put right there, for a terminal. */
export function renderTargetTerminal(report: TargetReport, options: TerminalOptions): string {
  const layout: Layout = {
    width: Math.max(40, options.width),
    palette: makePalette(options.color),
    verbose: options.verbose ?? false,
  };
  const { tool, database, server, kind } = report;
  const verb = kind === 'declare' ? report.action : kind;
  const title = `${tool.name} ${tool.version} · ${verb} of ${database}, PostgreSQL ${server.version}`;
  const say = sayIn(layout);
  return `${[...say('', title, 'title'), '', ...bodyOf(report, say)].join('\n')}\n`;
}

type Say = (
  head: string,
  text: string,
  paint?: 'title' | 'plain' | 'warn' | 'bad' | 'good' | 'faint',
) => readonly string[];

function sayIn(layout: Layout): Say {
  return (head, text, paint = 'plain') => {
    const chosen: Paint = layout.palette[paint];
    return renderProse(layout, { head, text }, chosen);
  };
}

function bodyOf(report: TargetReport, say: Say): readonly string[] {
  switch (report.kind) {
    case 'status':
      return statusLines(report, say);
    case 'history':
      return historyLines(report, say);
    case 'declare':
      return declareLines(report, say);
    case 'abort':
      return abortLines(report, say);
    case 'uninstall':
      return uninstallLines(report, say);
    default:
      return report satisfies never;
  }
}

function statusLines(report: StatusReport, say: Say): readonly string[] {
  const { account, holder, running, progress, kept, troubles, ledger } = report;
  const { applied, pending, table, tool } = account;
  return [
    ...say(
      '',
      `${applied.length} applied, ${pending.length} pending, says ${table ?? `${tool}, which has no table there`}`,
    ),
    ...say('  pending  ', pending.length === 0 ? 'nothing' : pending.join(', ')),
    ...list(say, '  gaps     ', account.gaps),
    ...list(say, '  unknown  ', account.unknown),
    ...list(say, '  again    ', account.again),
    ...say('', ledger ? holderLine(holder, running) : 'No ledger yet: lockkeeper has changed nothing here.'),
    ...(running === null ? [] : runLines(running, say)),
    ...progress.flatMap(({ command, phase, fraction }) =>
      say('  now      ', `${command}: ${phase}${fraction === null ? '' : ` ${Math.round(fraction * 100)} %`}`),
    ),
    ...kept.flatMap(({ id, expiresAt, expired }) =>
      say('  kept     ', `${id} ${expired ? 'expired' : `expires ${minute(expiresAt)}`}`, expired ? 'bad' : 'warn'),
    ),
    '',
    ...(troubles.length === 0 ? say('', 'Nothing needs a person.', 'good') : []),
    ...troubles.flatMap(({ what, remedy }) => [...say('! ', what, 'bad'), ...say('    ', remedy)]),
  ];
}

function list(say: Say, head: string, ids: readonly string[]): readonly string[] {
  return ids.length === 0 ? [] : say(head, ids.join(', '), 'warn');
}

function holderLine(holder: LeaseHolder | null, running: LedgerRun | null): string {
  if (holder === null) return 'Nobody is changing it.';
  const { runner, since, backend } = holder;
  const tenant = runner.tenant === undefined ? '' : ` for the tenant ${runner.tenant}`;
  const who = `${runner.osUser} on ${runner.host} (process ${runner.processId}), as ${runner.databaseUser}${tenant}, since ${minute(since)}`;
  if (holder.alive) return `${running === null ? 'Held' : 'Being changed'} by ${who}, backend ${backend.pid}.`;
  return `Left by ${who}, who is gone.`;
}

function runLines(run: LedgerRun, say: Say): readonly string[] {
  const done = run.steps.filter(({ state }) => state === 'applied').length;
  const open = run.steps.find(({ state }) => state === 'begun');
  return [
    ...say('  run      ', `${run.id}: ${done} of ${formatCounted(run.steps.length, 'step')} took effect`),
    ...(open === undefined ? [] : say('  step     ', `${open.id}, ${formatCounted(open.attempts, 'attempt')}`)),
  ];
}

function historyLines({ runs, ledger }: HistoryReport, say: Say): readonly string[] {
  if (runs.length === 0) return say('', ledger ? 'No runs.' : 'No ledger: lockkeeper has changed nothing here.');
  return runs.flatMap((run) => {
    const { kind, verdict, startedAt, runner, migrations, steps, reason } = run;
    const done = steps.filter(({ state }) => state === 'applied').length;
    const paint = verdict === 'applied' ? 'good' : 'bad';
    const who = runner === null ? 'nobody knows who' : `${runner.osUser} on ${runner.host} as ${runner.databaseUser}`;
    const extent = steps.length === 0 ? '' : ` · ${done} of ${formatCounted(steps.length, 'step')}`;
    return [
      ...say('', `${minute(startedAt)} · ${kind} · ${verdict ?? 'not ended'}${extent}`, paint),
      ...say('  ', `${migrations.join(', ') || 'no migration'} · ${who}`),
      ...say('  ', `${run.id}${reason === null ? '' : ` · ${reason}`}`, 'faint'),
    ];
  });
}

function declareLines({ declarations, table, written, action }: DeclareReport, say: Say): readonly string[] {
  if (declarations.length === 0) return say('', 'Ledger and table say so already: nothing is to be written.');
  return [
    ...declarations.flatMap(({ migrationId, says, ledger, table: statements }) => [
      ...say('', `${migrationId}: ${says === 'applied' ? 'is applied' : 'is not applied'}`, 'title'),
      ...say('  ledger   ', ledger),
      ...(statements.length === 0
        ? say('  table    ', table === null ? 'no tool keeps one' : `${table} says so already`)
        : statements.flatMap((sql) => say('  table    ', sql))),
    ]),
    '',
    ...say('', written ? 'Written.' : `To be written by ${action}; nothing is run.`, written ? 'good' : 'title'),
  ];
}

function abortLines({ holder, run, settled, state, remedy, ended }: AbortReport, say: Say): readonly string[] {
  return [
    ...(holder === null ? [] : say('', holderLine(holder, run))),
    ...(run === null ? [] : runLines(run, say)),
    ...(ended === 0 ? [] : say('  ended    ', formatCounted(ended, 'backend'))),
    ...settled.flatMap(({ stepId, state: is, assumed }) =>
      say(
        '  settled  ',
        `${stepId} ${is === 'applied' ? 'took effect' : 'left nothing'}${assumed ? ', as was said' : ''}`,
      ),
    ),
    ...say('', state, 'title'),
    ...(remedy === null ? [] : say('', remedy)),
  ];
}

function uninstallLines({ schemas, entries, kept, removed }: UninstallReport, say: Say): readonly string[] {
  if (schemas.length === 0 && entries === 0 && kept.length === 0) {
    return say('', 'Nothing of lockkeeper is there.', 'good');
  }
  return [
    ...say('  schemas  ', schemas.length === 0 ? 'stay, for others that share the database' : schemas.join(', ')),
    ...say('  ledger   ', formatCounted(entries, 'entry', 'entries')),
    ...kept.flatMap(({ id, relation }) =>
      say('  kept     ', `${id}, rows of ${relation ?? 'an unknown table'}`, 'warn'),
    ),
    '',
    ...say('', removed ? 'Removed: nothing of lockkeeper is left.' : 'All of this goes.', removed ? 'good' : 'title'),
  ];
}

/** `2025-01-31 12:30 UTC` */
function minute(iso: string | null): string {
  return iso === null ? 'at a time that nobody knows' : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
