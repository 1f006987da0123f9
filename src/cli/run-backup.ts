import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { BackupPruneReport, BackupReport } from '../model/backup.js';
import {
  type AskedRestore,
  type BackupRequest,
  createBackup,
  listBackups,
  pruneBackups,
  restoreBackup,
  verifyBackup,
} from '../workflows/backup.js';
import { exitCodes } from './exit-code.js';
import { openProgressLine } from './progress-line.js';
import type { Surroundings } from './surroundings.js';

export const backupFormats = ['text', 'json'] as const;
export type BackupFormat = (typeof backupFormats)[number];

/** Options of every action, as they were parsed. */
export interface BackupFlags {
  readonly config?: string;
  readonly serverBin?: string;
  readonly format: BackupFormat;
}

export interface OnDatabaseFlags extends BackupFlags {
  readonly target?: string;
  readonly database?: string;
}

export interface CreateFlags extends OnDatabaseFlags {
  readonly prefix: string;
  readonly label?: Readonly<Record<string, string>>;
  readonly changeDigest?: string;
  readonly schemaOnly?: boolean;
  readonly jobs?: number;
  readonly checksumUpTo?: number;
  readonly out?: string;
}

export interface RestoreFlags extends OnDatabaseFlags {
  readonly clean?: boolean;
  readonly yes?: boolean;
  readonly confirm?: string;
  readonly forceDisconnect?: boolean;
}

export interface PruneFlags extends BackupFlags {
  readonly keep?: number;
  readonly olderThan?: number;
  readonly prefix?: string;
  readonly yes?: boolean;
}

/** Each action shows its report and returns the exit code. They throw ChangeSafetyError. */
export async function runCreate(flags: CreateFlags, around: Surroundings): Promise<number> {
  const { prefix, label: labels, changeDigest, schemaOnly, jobs, out, checksumUpTo: checksumTableBytes } = flags;
  const more = { prefix, labels, changeDigest, schemaOnly, jobs, out, checksumTableBytes };
  const database = databaseOf(flags);
  await show(flags, around, (request) => createBackup({ ...request, ...more, database }));
  return exitCodes.ok;
}

/** Ends with 1 when the backup does not hold, or could not be tried to the end. */
export async function runVerify(backup: string | null, flags: BackupFlags, around: Surroundings): Promise<number> {
  const { verdict } = await show(flags, around, (request) => verifyBackup({ ...request, backup }));
  return verdict === 'passed' ? exitCodes.ok : exitCodes.findings;
}

export async function runList(flags: BackupFlags, around: Surroundings): Promise<number> {
  await show(flags, around, listBackups);
  return exitCodes.ok;
}

export async function runRestore(backup: string | null, flags: RestoreFlags, around: Surroundings): Promise<number> {
  const { clean, forceDisconnect } = flags;
  const database = databaseOf(flags);
  const agree = (plan: AskedRestore) => agreeToRestore(plan, flags, around);
  await show(flags, around, (request, alone) =>
    restoreBackup({ ...request, backup, database, clean, forceDisconnect, agree: (plan) => alone(() => agree(plan)) }),
  );
  return exitCodes.ok;
}

export async function runPrune(flags: PruneFlags, around: Surroundings): Promise<number> {
  const { keep = null, olderThan: olderThanMs = null, prefix = null } = flags;
  const agree = (plan: BackupPruneReport) => agreeToPrune(plan, flags, around);
  const choice = { keep, olderThanMs, prefix };
  await show(flags, around, (request, alone) =>
    pruneBackups({ ...request, choice, agree: (plan) => alone(() => agree(plan)) }),
  );
  return exitCodes.ok;
}

/** Does something while no progress is drawn: it would wipe a question away. */
type Alone = (question: () => Promise<boolean>) => Promise<boolean>;

async function show<Report extends BackupReport>(
  flags: BackupFlags,
  around: Surroundings,
  work: (request: BackupRequest, alone: Alone) => Promise<Report>,
): Promise<Report> {
  const { cwd, env, clock, signal } = around;
  let progress = openProgressLine(around.stderr);
  const alone: Alone = async (question) => {
    progress[Symbol.dispose]();
    const answer = await question();
    progress = openProgressLine(around.stderr);
    return answer;
  };
  const onProgress: BackupRequest['onProgress'] = (news) => progress.report(news);
  const stage = flags.serverBin === undefined ? {} : { stage: { serverBin: flags.serverBin } };
  try {
    const request = { cwd, env, clock, signal, onProgress, configPath: flags.config, flags: stage };
    const report = await work(request, alone);
    progress[Symbol.dispose]();
    around.stdout(await render(report, flags, around));
    return report;
  } finally {
    progress[Symbol.dispose]();
  }
}

async function render(report: BackupReport, { format }: BackupFlags, { width, color }: Surroundings): Promise<string> {
  if (format === 'json') return (await import('../report/json.js')).renderJson(report);
  return (await import('../report/backup/terminal.js')).renderBackupTerminal(report, { width, color });
}

function databaseOf({ database, target }: OnDatabaseFlags) {
  return { database: database ?? null, target: target ?? null };
}

/** Whoever is to agree types the database's name: at the terminal, or beforehand with --confirm. */
async function agreeToRestore(plan: AskedRestore, flags: RestoreFlags, around: Surroundings): Promise<boolean> {
  const { database } = plan;
  if (flags.confirm !== undefined && flags.confirm !== database) throw notThat(flags.confirm, database);
  if (flags.yes === true && flags.confirm === database) return true;
  if (flags.format !== 'text' || !around.interactive) throw unconfirmedRestore(plan);
  const others = plan.others === 0 ? '' : ` and end ${plan.others} other sessions`;
  const younger = plan.younger.length === 0 ? '' : `What is younger stays: ${plan.younger.slice(0, 10).join(', ')}.\n`;
  around.stdout(
    `This will replace what ${database} has by the backup of ${plan.backup.createdAt}${others}.\n` +
      `Every write since then is lost.\n${younger}`,
  );
  return (await around.ask('Type the name of the database to go on: ')).trim() === database;
}

async function agreeToPrune(plan: BackupPruneReport, flags: PruneFlags, around: Surroundings): Promise<boolean> {
  if (flags.yes === true) return true;
  if (flags.format !== 'text' || !around.interactive) throw unconfirmedPrune(plan);
  around.stdout(await render(plan, flags, around));
  return /^\s*y(?:es)?\s*$/i.test(await around.ask('Remove them? They cannot be brought back. [y/N] '));
}

function notThat(confirmed: string, database: string): ChangeSafetyError {
  return usage(`--confirm says ${confirmed}, and the database is ${database}.`, 'Look again which database is meant.');
}

function unconfirmedRestore({ database }: AskedRestore): ChangeSafetyError {
  return usage(
    `Nobody can be asked whether to restore into ${database}.`,
    `Say --yes --confirm ${database} when that is meant.`,
  );
}

function unconfirmedPrune({ backups }: BackupPruneReport): ChangeSafetyError {
  return usage(
    `Nobody can be asked whether to remove ${backups.length === 1 ? 'this backup' : `these ${backups.length} backups`}.`,
    'Say --yes when that is meant.',
  );
}

function usage(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message, remedy, effect: 'none' });
}
