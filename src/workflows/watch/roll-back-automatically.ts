import { findBreaches } from '../../after/watch/decide/find-breaches.js';
import type { WatchFacts } from '../../after/watch/decide/watch-facts.js';
import { PatientConnection } from '../../after/watch/observe/patient-connection.js';
import { runHook } from '../../during/traffic/run-hook.js';
import { intactOf, readRecords } from '../../foundation/records/read-records.js';
import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import type { BackupReport } from '../../model/backup.js';
import type { AutoRollback, WatchAction, WatchEvent } from '../../model/watch-report.js';
import type { ChangeRequest } from '../apply/change-request.js';
import type { VerbRequest } from '../apply/verb-request.js';
import { runRollback } from '../rollback-run.js';
import type { RecordedRun } from '../validate/find-run.js';
import { type WatchedPlace, watchedSettings } from '../validate/take-figures.js';
import { observeTarget, type Observed } from './observe-target.js';
import { planInverse } from './plan-inverse.js';

export interface AutomaticOptions {
  readonly request: VerbRequest;
  readonly run: RecordedRun | null;
  readonly facts: WatchFacts;
  readonly observed: Observed;
  readonly onEvent: (event: WatchEvent) => void;
}

const answerWithinMs = 8_000;

/**
 * Takes a change back in the order in which that costs least: traffic first, then another look, and the inverse only where
 * it is proved, a matter of the catalog alone and keeps all data. Whatever does not work ends at a person, with the restore
 * and its loss; so does a signal.
 */
export async function rollBackAutomatically(place: WatchedPlace, options: AutomaticOptions): Promise<AutoRollback> {
  const actions: WatchAction[] = [];
  const note: Noting = (what, ok, detail) => {
    const action = { at: place.clock.date().toISOString(), what, ok, detail };
    actions.push(action);
    options.onEvent({ at: action.at, kind: 'action', action });
  };
  const runIds: string[] = [];
  try {
    const end = await goBack(place, options, { note, runIds });
    if (end.outcome !== 'handed over') return { outcome: end.outcome, actions, runIds, restoreLoses: null };
    note('hand over', false, end.why);
  } catch (cause) {
    if (!place.signal.aborted) throw cause;
    note('hand over', false, 'It was interrupted: `lockkeeper status` says how the database stands.');
  }
  return { outcome: 'handed over', actions, runIds, restoreLoses: await restoreInWords(place, options.run) };
}

/** Where the actions and the runs of an attempt are written down as they happen. */
interface Log {
  readonly note: Noting;
  readonly runIds: string[];
}

interface End {
  readonly outcome: AutoRollback['outcome'];
  readonly why: string;
}

async function goBack(place: WatchedPlace, options: AutomaticOptions, log: Log): Promise<End> {
  const { note } = log;
  const handOver = (why: string): End => ({ outcome: 'handed over', why });
  const { automatic } = options.observed.decision;
  if (!automatic.allowed) {
    note('refused', false, automatic.why);
    return handOver('A person decides.');
  }
  if (!(await isReachable(place, note))) return handOver('Nobody acts on a database that is away.');
  if (!(await bringTrafficBack(place, note))) return handOver('Traffic could not be brought back.');
  if (await isWellAgain(place, options, note)) return { outcome: 'traffic back was enough', why: '' };
  if (!(await isReachable(place, note))) return handOver('Traffic is back, and the database is away.');
  const failure = await takeBack(options, place, log);
  if (failure !== null) return handOver(failure);
  if (await isWellAgain(place, options, note)) return { outcome: 'rolled back', why: '' };
  return handOver('The change is taken back, and the system is not well.');
}

type Noting = (what: WatchAction['what'], ok: boolean, detail: string) => void;

/** What failed may be the server, and not the change: then nothing of it is a reason to act. */
async function isReachable({ target, clock, signal, loaded }: WatchedPlace, note: Noting): Promise<boolean> {
  const connect = () => target.connect('lockkeeper watch');
  await using connection = new PatientConnection({ connect, clock, signal, patienceMs: answerWithinMs });
  if ((await connection.open()) !== null) return true;
  const why = redactSecrets(connection.takeLoss() ?? 'it does not answer', loaded.secrets);
  note('refused', false, `The database cannot be reached: ${why}.`);
  return false;
}

async function bringTrafficBack(place: WatchedPlace, note: Noting): Promise<boolean> {
  const { trafficBack } = watchedSettings(place).hooks;
  if (trafficBack === null) {
    note('traffic back', false, 'hooks.trafficBack is not set: nobody but a person can bring the former version back.');
    return false;
  }
  const { loaded, env, clock, signal } = place;
  try {
    const around = { cwd: loaded.dir, env, clock, signal, secrets: loaded.secrets };
    const { durationMs } = await runHook('trafficBack', trafficBack, around);
    note('traffic back', true, `The hook trafficBack ended well after ${Math.round(durationMs)} ms.`);
    return true;
  } catch (cause) {
    signal.throwIfAborted();
    note('traffic back', false, cause instanceof Error ? cause.message : String(cause));
    return false;
  }
}

/** What fails for so long that a breach would be found does so still. */
const lookAgainFor = 1.3;

/** Looks as long as it takes to find what was found before, and no longer. */
async function isWellAgain(
  place: WatchedPlace,
  { run, facts, onEvent }: AutomaticOptions,
  note: Noting,
): Promise<boolean> {
  const { sustainMs, everyMs } = facts.settings;
  const figures = run?.report.figures ?? null;
  const { samples, decision, faults } = await observeTarget(place, {
    // The change itself is no longer new: what is asked is whether anything is beyond its limit.
    facts,
    changedAt: place.clock.date(),
    forMs: lookAgainFor * sustainMs + 2 * everyMs,
    touched: figures?.touched ?? [],
    before: figures?.before ?? null,
    onEvent: (event) => {
      if (event.kind === 'sample') onEvent(event);
    },
  });
  place.signal.throwIfAborted();
  const breaches = findBreaches(samples, facts);
  const last = samples.at(-1);
  const isIll = breaches.length > 0 || faults.length > 0 || last?.healthy === false || last?.reachable === false;
  note('look again', !isIll, isIll ? decision.reason : 'Nothing is beyond its limit any more.');
  return !isIll;
}

/** Null when everything is taken back as it was proved; else why not. */
async function takeBack({ request, run }: AutomaticOptions, place: WatchedPlace, log: Log): Promise<string | null> {
  const { note } = log;
  if (run === null) {
    note('refused', false, 'No record tells what was applied.');
    return 'Nobody knows what to take back.';
  }
  const { paths, ...rest } = request;
  const change: ChangeRequest = { ...rest, selection: { paths }, allowUndecidable: false, onEvent: () => undefined };
  const { ids, refusal } = await planInverse(change, run);
  if (refusal !== null) {
    note('refused', false, refusal);
    return 'The change may not be taken back without a person.';
  }
  for (const id of ids) {
    const failure = await takeOneBack(place, { ...change, id }, log);
    if (failure !== null) return failure;
  }
  return null;
}

async function takeOneBack(
  { signal }: WatchedPlace,
  request: ChangeRequest & { readonly id: string },
  { note, runIds }: Log,
): Promise<string | null> {
  try {
    // The gates ask whether the system is well; it is not, and that is why.
    const wanted = { ...request, script: null, forceOrder: false, dryRun: false, gates: false };
    const { report, success } = await runRollback(wanted);
    if (report.runId !== null) runIds.push(report.runId);
    const ok = report.verdict === 'applied' && success === 'matches';
    note('inverse', ok, `${request.id}: ${report.state}${success === null ? '' : ` The structure ${success}.`}`);
    return ok ? null : `The rollback of ${request.id} did not lead back.`;
  } catch (cause) {
    signal.throwIfAborted();
    note('inverse', false, cause instanceof Error ? cause.message : String(cause));
    return `The rollback of ${request.id} failed.`;
  }
}

/** Where a restore would lead, and what it costs: nothing of it is ever done without a person. */
async function restoreInWords({ loaded }: WatchedPlace, run: RecordedRun | null): Promise<string> {
  const before = run?.report.startedAt ?? null;
  const backups = intactOf<BackupReport>(await readRecords(loaded.config.evidence.dir), 'backup')
    .map(({ body }) => body)
    .filter((body) => body.action === 'create')
    .filter(({ backup }) => before === null || backup.createdAt <= before);
  const newest = backups.at(-1)?.backup ?? null;
  if (newest === null) {
    return 'No backup from before the change is on record: restore by what your archive has. Every write since its point, of all tables, is lost.';
  }
  return `The newest backup from before the change is of ${newest.createdAt} (${newest.path}). To restore it loses every write since then, of all tables; point-in-time recovery to just before the change loses those since ${before ?? newest.createdAt}.`;
}
