import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { KeepReport } from '../model/keep-report.js';
import { dropKeptData, type KeepRequest, listKeptData } from '../workflows/keep.js';
import { exitCodes } from './exit-code.js';
import type { KeepFormat } from './keep-format.js';
import type { Surroundings } from './surroundings.js';

/** The options of `keep list`, as they were parsed. */
export interface KeepFlags {
  readonly config?: string;
  readonly target?: string;
  readonly database?: string;
  readonly format: KeepFormat;
}

export interface DropKeptFlags extends KeepFlags {
  readonly expired?: boolean;
  readonly yes?: boolean;
}

/** Shows what is kept, and returns the exit code: 1 when something has expired. Throws ChangeSafetyError. */
export async function runKeepList(flags: KeepFlags, around: Surroundings): Promise<number> {
  const report = await listKeptData(requestOf(flags, around));
  around.stdout(await render(report, flags, around));
  return report.totals.expired > 0 ? exitCodes.findings : exitCodes.ok;
}

/** Shows what goes, asks on a terminal, drops it, and returns the exit code. Throws ChangeSafetyError. */
export async function runKeepDrop(ids: readonly string[], flags: DropKeptFlags, around: Surroundings): Promise<number> {
  const expired = flags.expired === true;
  if (expired === ids.length > 0) throw unclear();
  const report = await dropKeptData({
    ...requestOf(flags, around),
    choice: expired ? { kind: 'expired' } : { kind: 'named', ids },
    agree: (plan) => agree(plan, flags, around),
  });
  if (flags.format === 'json' || report.entries.length === 0) around.stdout(await render(report, flags, around));
  else around.stdout(report.dropped === true ? 'Dropped.\n' : 'Nothing was dropped.\n');
  return exitCodes.ok;
}

/** JSON is for programs, which cannot be asked. */
async function agree(plan: KeepReport, flags: DropKeptFlags, around: Surroundings): Promise<boolean> {
  const isText = flags.format === 'text';
  if (isText) around.stdout(await render(plan, flags, around));
  if (flags.yes === true) return true;
  if (!isText || !around.interactive) throw unconfirmed(plan);
  return /^\s*y(?:es)?\s*$/i.test(await around.ask('Drop it? It cannot be brought back. [y/N] '));
}

function requestOf({ config, target, database }: KeepFlags, { cwd, env }: Surroundings): KeepRequest {
  return { cwd, env, configPath: config, database: { database: database ?? null, target: target ?? null } };
}

async function render(report: KeepReport, { format }: KeepFlags, { width, color }: Surroundings): Promise<string> {
  if (format === 'json') return (await import('../report/json.js')).renderJson(report);
  return (await import('../report/keep/terminal.js')).renderKeepTerminal(report, { width, color });
}

function unclear(): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: 'What is to be dropped is not clear.',
    remedy: 'Name kept tables or migrations, or say --expired, and not both.',
    effect: 'none',
  });
}

function unconfirmed({ entries }: KeepReport): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: `Nobody can be asked whether to drop ${entries.length === 1 ? 'this table' : `these ${entries.length} tables`}.`,
    remedy: 'Say --yes when that is meant.',
    effect: 'none',
  });
}
