import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { GrantVerb } from '../model/grants.js';
import { abort } from '../workflows/abort.js';
import { baseline, repair } from '../workflows/declare.js';
import { grants } from '../workflows/grants.js';
import { history } from '../workflows/history.js';
import { status } from '../workflows/status.js';
import { uninstall } from '../workflows/uninstall.js';
import { exitCodes } from './exit-code.js';
import type { Surroundings } from './surroundings.js';
import { type AgreedFlags, asker, showTarget, type TargetFlags, verbRequestOf } from './target-flags.js';

/** Days before which kept data is said to expire. */
const soonDays = 7;

/** Says how a database stands; 1 when something needs a person. Throws ChangeSafetyError, as the others here do. */
export async function runStatus(flags: TargetFlags, around: Surroundings): Promise<number> {
  const report = await status({ ...verbRequestOf(flags, around), expiresWithinDays: soonDays });
  await showTarget(report, flags, around);
  return report.troubles.length > 0 ? exitCodes.findings : exitCodes.ok;
}

export interface HistoryFlags extends TargetFlags {
  readonly last?: number;
  readonly migration?: string;
}

export async function runHistory(flags: HistoryFlags, around: Surroundings): Promise<number> {
  const { last, migration } = flags;
  const report = await history({
    ...verbRequestOf(flags, around),
    last: last ?? null,
    migration: migration ?? null,
  });
  await showTarget(report, flags, around);
  return exitCodes.ok;
}

export interface DeclareFlags extends AgreedFlags {
  readonly reason?: string;
  readonly until?: string;
  readonly applied?: string;
  readonly reverted?: string;
}

export async function runBaseline(ids: readonly string[], flags: DeclareFlags, around: Surroundings): Promise<number> {
  if (ids.length === 0 && flags.until === undefined) {
    throw usage('It is not said what is applied.', 'Name migrations by their ids, or the last one with --until ID.');
  }
  const agree = asker(flags, around, 'Declare them as applied, without running them?');
  const { reason = null, until = null } = flags;
  const report = await baseline({ ...verbRequestOf(flags, around), ids, until, reason, agree });
  await showTarget(report, flags, around);
  return exitCodes.ok;
}

export async function runRepair(flags: DeclareFlags, around: Surroundings): Promise<number> {
  const { applied, reverted, reason = null } = flags;
  const id = applied ?? reverted;
  if (id === undefined) throw usage('It is not said what is true.', 'Say --applied ID or --reverted ID.');
  const agree = asker(flags, around, 'Write that down?');
  const says = applied === undefined ? 'reverted' : 'applied';
  const report = await repair({ ...verbRequestOf(flags, around), id, says, reason, agree });
  await showTarget(report, flags, around);
  return exitCodes.ok;
}

export interface AbortFlags extends AgreedFlags {
  readonly assume?: 'applied' | 'not-applied';
}

export async function runAbort(flags: AbortFlags, around: Surroundings): Promise<number> {
  const agree = asker(flags, around, 'End the run that is at work?');
  const report = await abort({ ...verbRequestOf(flags, around), assume: flags.assume ?? null, agree });
  await showTarget(report, flags, around);
  return report.aborted ? exitCodes.ok : exitCodes.findings;
}

export interface UninstallFlags extends AgreedFlags {
  readonly dropKept?: boolean;
}

export async function runUninstall(flags: UninstallFlags, around: Surroundings): Promise<number> {
  const agree = asker(flags, around, 'Remove all of it? What the ledger knows is gone then.');
  const report = await uninstall({ ...verbRequestOf(flags, around), dropKept: flags.dropKept ?? false, agree });
  await showTarget(report, flags, around);
  return exitCodes.ok;
}

export interface GrantsFlags {
  readonly role: string;
  readonly owner?: string;
  readonly stateTable?: string;
  readonly format: 'text' | 'json';
}

export async function runGrants(verb: GrantVerb, flags: GrantsFlags, around: Surroundings): Promise<number> {
  const { role, owner = null, stateTable = null } = flags;
  const report = grants(verb, { role, owner, stateTable });
  const isText = flags.format === 'text';
  around.stdout(isText ? report.sql : (await import('../report/json.js')).renderJson(report));
  return exitCodes.ok;
}

function usage(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message, remedy, effect: 'none' });
}
