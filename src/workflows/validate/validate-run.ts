import { compareFigures } from '../../after/watch/compare-figures.js';
import type { DecisionTree } from '../../after/watch/decide/walk-tree.js';
import { askHealth, judgeHealth } from '../../after/watch/observe/ask-surroundings.js';
import { decideValidation } from '../../after/watch/validate/decide-validation.js';
import {
  type Judged,
  judgeIntegrity,
  judgeQuery,
  judgeReplication,
  newFindings,
  type ReplicationNow,
} from '../../after/watch/validate/judge-checks.js';
import { runCommands } from '../../after/watch/validate/run-commands.js';
import { decisionRoot, decisionTree } from '../../back/rollback/story/decision-tree.js';
import { readReplication } from '../../foundation/activity/read-replication.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { ApplyReport } from '../../model/apply-report.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { RunFigures, TargetFigures } from '../../model/target-figures.js';
import type {
  CriticalQueryTime,
  ValidationCheck,
  ValidationCheckKind,
  ValidationReport,
} from '../../model/validation-report.js';
import type { VerifyFinding } from '../../model/verify-report.js';
import type { OnProgress } from '../progress.js';
import { tool } from '../tool-version.js';
import { verifyTouched } from '../verify-touched.js';
import { beginBaseline, takeFigures, type WatchedPlace, watchedSettings } from './take-figures.js';

/** The tree of the way back: rooms do not know each other, so whoever stands between them hands it over. */
export const wayBackTree: DecisionTree = { root: decisionRoot, nodes: decisionTree };

/** What reads tables and indexes whole, in one statement each: that is for `verify`, at a time that suits. */
const leftToVerify: readonly string[] = ['heap-sound', 'indexes-sound', 'indexes-complete', 'exclusions-hold'];

/** A run, as much as its validation has to know. */
export interface ValidatedRun extends Pick<ApplyReport, 'runId' | 'changeDigest' | 'migrations'> {
  readonly figures: RunFigures | null;
}

const integrityBudgetMs = 120_000;

/**
 * Looks at everything that can be looked at after a change. What is wrong is part of the report; it throws ChangeSafetyError
 * where the target cannot be reached, and rejects when the signal is aborted.
 */
export async function validateRun(
  place: WatchedPlace,
  run: ValidatedRun,
  onProgress: OnProgress,
): Promise<ValidationReport> {
  const { clock, target } = place;
  const startedAt = clock.date();
  const start = clock.now();
  const before = run.figures?.before ?? null;
  const now = await figuresNow(place, run);
  await using session = await target.connect('lockkeeper validate');
  const version = await readVersion(session);
  onProgress({ kind: 'phase', text: 'Validation: what was touched' });
  const looking = { session, run, timer: new CheckTimer(clock) };
  const integrity = await checkIntegrity(place, looking);
  const queries = timesOf(place, before, now);
  const checks = [integrity.check, ...(await otherChecks(place, looking, { queries, onProgress }))];
  return {
    kind: 'validation',
    version: 1,
    tool,
    server: { version },
    target: target.name,
    runId: run.runId,
    changeDigest: run.changeDigest,
    migrations: run.migrations,
    ...decideValidation(checks, wayBackTree),
    checks,
    touched: run.figures?.touched ?? [],
    faults: integrity.faults,
    queries,
    comparison: before === null || now === null ? [] : compareFigures(before, now),
    notes: notesOf(run, now),
    startedAt: startedAt.toISOString(),
    durationMs: clock.now() - start,
  };
}

interface Asking {
  readonly queries: readonly CriticalQueryTime[];
  readonly onProgress: OnProgress;
}

async function otherChecks(
  place: WatchedPlace,
  { session, run, timer }: Looking,
  { queries, onProgress }: Asking,
): Promise<readonly ValidationCheck[]> {
  const { replicaLagMs } = watchedSettings(place).watch;
  const replication = await timer.check('replication', 'standbys', async () =>
    judgeReplication(await replicationNow(session), run.figures?.before.replicas ?? null, replicaLagMs),
  );
  return [
    ...queryChecks(place, queries, place.clock.date().toISOString()),
    replication,
    ...(await healthChecks(place, timer)),
    ...(await commandChecks(place, (text) => onProgress({ kind: 'phase', text }))),
  ];
}

async function figuresNow(place: WatchedPlace, run: ValidatedRun): Promise<TargetFigures | null> {
  await using baseline = beginBaseline(place, 1);
  return await takeFigures(place, run.figures?.touched ?? [], await baseline.finish());
}

function notesOf({ figures }: ValidatedRun, now: TargetFigures | null): readonly string[] {
  const unknown = figures === null ? ['No figures from before the change are known: nothing is compared.'] : [];
  return [...unknown, ...(now?.notes ?? [])];
}

async function readVersion(session: Session): Promise<string> {
  const { rows } = await session.query(`SELECT pg_catalog.current_setting('server_version') AS version`);
  return String(rows[0]?.['version']);
}

/** Times a look, and turns its judgement into a check. */
class CheckTimer {
  readonly #clock: WatchedPlace['clock'];

  constructor(clock: WatchedPlace['clock']) {
    this.#clock = clock;
  }

  async check(kind: ValidationCheckKind, name: string, look: () => Promise<Judged>): Promise<ValidationCheck> {
    const startedAt = this.#clock.date().toISOString();
    const start = this.#clock.now();
    const judged = await look().catch(asUnknown);
    return { kind, name, ...judged, startedAt, durationMs: this.#clock.now() - start };
  }
}

/** What could not be looked at is not known, and no pass. */
function asUnknown(cause: unknown): Judged {
  if (!(cause instanceof ChangeSafetyError)) throw cause;
  return { outcome: 'unknown', detail: cause.message };
}

interface Looking {
  readonly session: Session;
  readonly run: ValidatedRun;
  readonly timer: CheckTimer;
}

async function checkIntegrity(place: WatchedPlace, { session, run, timer }: Looking) {
  const touched = run.figures?.touched ?? [];
  let faults: readonly VerifyFinding[] = [];
  const check = await timer.check('integrity', 'what was touched', async () => {
    if (touched.length === 0) return { outcome: 'skipped', detail: 'Nothing that was touched is known.' };
    faults = await findFaults(place, session, { touched, before: run.figures?.before ?? null });
    return judgeIntegrity(faults, touched);
  });
  return { check, faults };
}

interface Touched {
  readonly touched: readonly string[];
  readonly before: TargetFigures | null;
}

/** What is wrong with what was touched and was not so before; what could not be read is a finding too. */
export async function findFaults(
  place: WatchedPlace,
  session: Session,
  { touched, before }: Touched,
): Promise<readonly VerifyFinding[]> {
  const { clock, signal } = place;
  const { verify: settings } = watchedSettings(place);
  const options = { clock, signal, settings, budgetMs: integrityBudgetMs, skip: leftToVerify };
  return newFindings(await verifyTouched(session, touched, options), before);
}

async function replicationNow(session: Session): Promise<ReplicationNow | null> {
  try {
    const { replicas } = await readReplication(session);
    const lags = replicas.map(({ replayLagMs }) => replayLagMs ?? 0);
    return { replicas: replicas.length, lagMs: lags.length === 0 ? null : Math.max(...lags) };
  } catch {
    return null;
  }
}

function timesOf(
  place: WatchedPlace,
  before: TargetFigures | null,
  now: TargetFigures | null,
): readonly CriticalQueryTime[] {
  return watchedSettings(place).validate.queries.map(({ name, maxMs }) => ({
    name,
    beforeMs: before?.criticalMs[name] ?? null,
    afterMs: now?.criticalMs[name] ?? null,
    maxMs,
  }));
}

function queryChecks(
  place: WatchedPlace,
  times: readonly CriticalQueryTime[],
  startedAt: string,
): readonly ValidationCheck[] {
  return watchedSettings(place).validate.queries.flatMap((query) => {
    const time = times.find(({ name }) => name === query.name);
    if (time === undefined) return [];
    const durationMs = time.afterMs ?? 0;
    return [{ kind: 'queries', name: query.name, ...judgeQuery(query, time), startedAt, durationMs }];
  });
}

async function healthChecks(place: WatchedPlace, timer: CheckTimer): Promise<readonly ValidationCheck[]> {
  const { health, metrics } = watchedSettings(place);
  if (health === null) return [];
  const { clock, signal } = place;
  const check = await timer.check('health', 'health', async () => {
    const reading = await askHealth({ session: null, metrics, health, clock, signal });
    const healthy = judgeHealth(reading, { reachable: true, metrics: {} });
    if (healthy === true) return { outcome: 'passed', detail: 'The application says that it is well.' };
    return { outcome: 'failed', detail: `${reading?.problem ?? 'The application says that it is not well'}.` };
  });
  return [check];
}

async function commandChecks(
  place: WatchedPlace,
  onProgress: (text: string) => void,
): Promise<readonly ValidationCheck[]> {
  const { smoke, tests } = watchedSettings(place).validate;
  const { loaded, env, clock, signal } = place;
  const around = { cwd: loaded.dir, env, clock, signal, secrets: loaded.secrets, onProgress };
  return [...(await runCommands('smoke', smoke, around)), ...(await runCommands('tests', tests, around))];
}
