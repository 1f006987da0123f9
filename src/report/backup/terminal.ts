import type {
  BackupCreateReport,
  BackupDifference,
  BackupEntry,
  BackupListReport,
  BackupOutcome,
  BackupPruneReport,
  BackupReport,
  BackupRestoreReport,
  BackupVerifyReport,
  ListedBackup,
} from '../../model/backup.js';
import type { TerminalOptions } from '../terminal.js';
import { type Layout, renderProse, renderRule } from '../terminal/layout.js';
import { makePalette, type Paint, type Palette } from '../terminal/paint.js';
import { formatBytes, formatCounted, formatDuration } from '../units.js';

type Lines = readonly string[];

/** What was done with backups, or which there are, for a terminal. */
export function renderBackupTerminal(report: BackupReport, options: TerminalOptions): string {
  const layout: Layout = {
    width: Math.max(40, options.width),
    palette: makePalette(options.color),
    verbose: options.verbose ?? false,
  };
  const head = `${report.tool.name} ${report.tool.version} · backup ${report.action}`;
  return `${[...prose(layout, head, layout.palette.title), '', ...renderAction(report, layout)].join('\n')}\n`;
}

function renderAction(report: BackupReport, layout: Layout): Lines {
  switch (report.action) {
    case 'create':
      return renderCreate(report, layout);
    case 'verify':
      return renderVerify(report, layout);
    case 'list':
      return renderList(report, layout);
    case 'restore':
      return renderRestore(report, layout);
    case 'prune':
      return renderPrune(report, layout);
    default:
      return report satisfies never;
  }
}

function renderCreate({ backup, manifest, warnings }: BackupCreateReport, layout: Layout): Lines {
  const { server, snapshot, restorePoint, dump, tables } = manifest;
  const summed = tables.filter(({ counted }) => counted === 'checksum').length;
  const point =
    restorePoint.name === null ? `no restore point: ${restorePoint.why}` : `restore point "${restorePoint.name}"`;
  const counted = `${formatCounted(summed, 'table')} counted and summed, ${tables.length - summed} by estimate`;
  return [
    renderRule(layout, nameOf(backup), { text: formatBytes(backup.bytes), paint: layout.palette.good }),
    ...prose(layout, `  ${backup.database} at ${backup.server}, PostgreSQL ${server.version}, by ${dump.tool}`),
    ...prose(layout, `  as of ${minute(snapshot.at)}, LSN ${snapshot.lsn} · ${point}`),
    ...prose(layout, `  ${dump.schemaOnly ? 'schema only' : counted} · ${formatDuration(dump.durationMs)}`),
    ...prose(layout, `  ${backup.path}`, layout.palette.faint),
    ...warnings.flatMap((text) => renderProse(layout, { head: '  ! ', text }, layout.palette.warn)),
    '',
    ...prose(layout, `Not verified yet: lockkeeper backup verify ${nameOf(backup)}`, layout.palette.title),
  ];
}

const marks: Readonly<Record<BackupOutcome, string>> = { passed: '✓', failed: '✗', inconclusive: '?', skipped: '·' };

const checkNames = {
  files: 'the files are those that were written',
  listing: 'pg_restore can list them',
  restore: 'a server restores them',
  schema: 'the schema is as it was',
  rows: 'the rows are as they were',
} as const;

function renderVerify(report: BackupVerifyReport, layout: Layout): Lines {
  const { palette } = layout;
  const { backup, verdict, checks, differences, rowDifferences, notCompared } = report;
  const left = notCompared.length === 0 ? [] : [`restored, but too large to be compared: ${notCompared.join(', ')}`];
  return [
    renderRule(layout, nameOf(backup), { text: verdict, paint: verdict === 'passed' ? palette.good : palette.bad }),
    ...checks.flatMap(({ id, outcome, detail, durationMs }) =>
      renderProse(
        layout,
        { head: `  ${marks[outcome]} `, text: `${checkNames[id]}: ${detail} · ${formatDuration(durationMs)}` },
        paintOf(outcome, palette),
      ),
    ),
    ...renderDifferences(layout, differences),
    ...rowDifferences.flatMap((text) => renderProse(layout, { head: '    ! ', text }, palette.bad)),
    ...left.flatMap((text) => renderProse(layout, { head: '    · ', text }, palette.faint)),
    '',
    ...prose(layout, verdicts[verdict], palette.title),
  ];
}

const verdicts = {
  passed: 'Verified: it was restored and compared.',
  failed: 'It does not hold what it should. Make another one before the change.',
  inconclusive: 'It could not be tried to the end, and does not count as verified.',
} as const;

function paintOf(outcome: BackupOutcome, palette: Palette): Paint {
  if (outcome === 'passed') return palette.plain;
  return outcome === 'skipped' ? palette.faint : palette.bad;
}

function renderDifferences(layout: Layout, differences: readonly BackupDifference[]): Lines {
  const words = { added: '+', removed: '-', changed: '~' } as const;
  return differences.flatMap(({ change, kind, identity, facets }) => {
    const where = facets.length === 0 ? '' : ` (${facets.join(', ')})`;
    return renderProse(
      layout,
      { head: `    ${words[change]} `, text: `${kind} ${identity}${where}` },
      layout.palette.warn,
    );
  });
}

function renderList({ backups }: BackupListReport, layout: Layout): Lines {
  const bytes = backups.reduce((sum, backup) => sum + backup.bytes, 0);
  const verified = backups.filter(({ verifiedAt }) => verifiedAt !== null).length;
  const total =
    backups.length === 0
      ? 'There is no backup.'
      : `${formatCounted(backups.length, 'backup')}, ${formatBytes(bytes)} · ${verified} verified`;
  return [...renderListed(backups, layout), ...prose(layout, total, layout.palette.title)];
}

function renderListed(backups: readonly ListedBackup[], layout: Layout): Lines {
  return [
    ...backups.flatMap((backup) => [
      renderRule(layout, nameOf(backup), stateOf(backup, layout.palette)),
      ...prose(layout, `  ${factsOf(backup).join(' · ')}`),
    ]),
    ...(backups.length === 0 ? [] : ['']),
  ];
}

function stateOf({ present, verifiedAt }: ListedBackup, palette: Palette) {
  if (!present) return { text: 'gone', paint: palette.bad };
  if (verifiedAt === null) return { text: 'not verified', paint: palette.warn };
  return { text: `verified ${minute(verifiedAt)}`, paint: palette.good };
}

function factsOf({ database, server, bytes, ageMs, label, schemaOnly, restoredAt }: ListedBackup): Lines {
  return [
    `${database} at ${server}`,
    formatBytes(bytes),
    `${formatDuration(ageMs)} old`,
    ...(schemaOnly ? ['schema only'] : []),
    ...(label === null ? [] : [label]),
    ...(restoredAt === null ? [] : [`restored ${minute(restoredAt)}`]),
  ];
}

function renderRestore(report: BackupRestoreReport, layout: Layout): Lines {
  const { palette } = layout;
  const { backup, database, server, restored, disconnected, differences, durationMs } = report;
  if (!restored) return prose(layout, 'Nothing was restored.', palette.title);
  const ended = disconnected === 0 ? '' : ` · ${formatCounted(disconnected, 'session')} ended before`;
  return [
    renderRule(layout, nameOf(backup), { text: formatDuration(durationMs), paint: palette.good }),
    ...prose(layout, `  into ${database}, PostgreSQL ${server.version}, in one transaction${ended}`),
    ...(differences.length === 0 ? [] : prose(layout, '  What is not as it was backed up, most of it younger:')),
    ...renderDifferences(layout, differences),
    '',
    ...prose(layout, `Restored. Every write since ${minute(backup.createdAt)} is lost.`, palette.title),
  ];
}

function renderPrune({ backups, kept, pruned }: BackupPruneReport, layout: Layout): Lines {
  const size = formatBytes(backups.reduce((sum, { bytes }) => sum + bytes, 0));
  const what = `${formatCounted(backups.length, 'backup')}, ${size}; ${kept} stay`;
  const total =
    backups.length === 0 ? `Nothing is to go; ${kept} stay.` : `${pruned ? 'Removed' : 'To be removed'}: ${what}`;
  return [...renderListed(backups, layout), ...prose(layout, total, layout.palette.title)];
}

function prose(layout: Layout, text: string, paint: Paint = layout.palette.plain): Lines {
  const indent = /^ */.exec(text)?.[0] ?? '';
  return renderProse(layout, { head: indent, text: text.slice(indent.length) }, paint);
}

/** `2025-01-31 12:30 UTC` */
function minute(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** The last part of its path. */
function nameOf({ path }: BackupEntry): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
