import { settleStep } from '../during/apply/execute/settle-step.js';
import { type WritingContext, writeDownApart } from '../during/apply/execute/try-step.js';
import { endBackends, livingBackends } from '../foundation/ledger/backends.js';
import { appendEntry, readEntries } from '../foundation/ledger/entries.js';
import { acquireLease, type Lease, readLeasedBackends, readLeaseHolder } from '../foundation/ledger/lease.js';
import { readRuns, summarizeRuns, unfinishedRun } from '../foundation/ledger/runs.js';
import { migrationFacts } from '../foundation/history/read-ledger-history.js';
import { requireKnownMajor } from '../foundation/postgres/require-major.js';
import type { Session } from '../foundation/postgres/session.js';
import { tenantOf } from '../foundation/postgres/tenant-session.js';
import { redactSecrets } from '../foundation/records/redact-secrets.js';
import type { AbortReport, SettledStep } from '../model/abort-report.js';
import type { PlanStep } from '../model/apply-plan.js';
import type { StepState } from '../model/apply-run.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { LeaseHolder, LedgerEntry, LedgerRun } from '../model/ledger.js';
import type { Migration } from '../model/migration.js';
import { begunSteps, readBrokenRun, withoutApplied } from './apply/broken-run.js';
import { explainLease } from './apply/explain-lease.js';
import { runnerOf } from './apply/run-under-lease.js';
import { openToolState, takeToolLock, type ToolState } from './apply/tool-state.js';
import { type Preparation, stateOptionsOf } from './apply/prepare.js';
import { openForVerb, type VerbRequest } from './apply/verb-request.js';
import { tool } from './tool-version.js';

export interface AbortRequest extends VerbRequest {
  /** What a person found out of a step of which nothing tells; null: it is then refused. */
  readonly assume: 'applied' | 'not-applied' | null;
  /** Asked before a runner that is at work loses its right; not asked where nobody is. */
  readonly agree: (report: AbortReport) => Promise<boolean>;
}

/** How long a runner gets to let go, and its backends to end, in milliseconds. */
const longestTakeoverMs = 60_000;
const pollMs = 100;

/**
 * Ends a run that was broken off, or one that is at work, in a known state: its backends are ended, what they had begun
 * is settled, and the ledger says so. @throws ChangeSafetyError when there is no such run, or nothing tells how far it came.
 */
export async function abort(request: AbortRequest): Promise<AbortReport> {
  const preparation = await openForVerb(request);
  await using session = preparation.session;
  const server = await requireKnownMajor(session);
  const found = await findRun(preparation);
  const database = preparation.target.words;
  const report: AbortReport = {
    kind: 'abort',
    version: 1,
    tool,
    server,
    database,
    ...found,
    ended: 0,
    settled: [],
    aborted: false,
    state: found.alive ? `A run is at work in ${database}.` : `A run in ${database} was broken off.`,
    remedy: null,
  };
  const say = (one: AbortReport) => redactSecrets(one, preparation.loaded.secrets);
  if (found.alive && !(await request.agree(say(report)))) return say({ ...report, remedy: 'Nothing was ended.' });
  return say({ ...report, ...(await takeOver(preparation, found, request.assume)) });
}

type Found = Pick<AbortReport, 'run' | 'holder' | 'alive'>;

async function findRun({ session, target }: Preparation): Promise<Found> {
  const found = await readLeaseHolder(session);
  const alive = found !== null && (await livingBackends(session, [found.backend])).length > 0;
  const isOurs = found !== null && isOfTenant(found, session);
  // Nobody ends a tenant's run by the name of another one.
  if (alive && !isOurs) throw explainLease({ kind: 'held', holder: found }, target);
  const holder = isOurs ? found : null;
  const run = unfinishedRun(await readRuns(session));
  if (run === null && !alive) throw nothingToAbort(target.words);
  return { run, holder: holder === null ? null : { ...holder, alive }, alive };
}

function isOfTenant({ runner }: LeaseHolder, session: Session): boolean {
  return (runner.tenant ?? null) === tenantOf(session);
}

type Ended = Pick<AbortReport, 'ended' | 'settled' | 'aborted' | 'state' | 'remedy'>;

async function takeOver(
  preparation: Preparation,
  { run, holder }: Found,
  assume: AbortRequest['assume'],
): Promise<Ended> {
  const runId = holder?.runId ?? run?.id ?? '';
  const seized = await seizeLease(preparation, runId, holder);
  await using lease = seized.lease;
  const { ended } = seized;
  const entries = await readEntries(preparation.session, runId);
  const [left] = summarizeRuns(entries);
  if (left === undefined) return { ...nothingBegun(preparation), ended };
  // A runner that lost its right may have come to an end by itself.
  if (left.verdict !== null && left.verdict !== 'indeterminate') return { ...endedItself(left, preparation), ended };
  const settled = await settle(preparation, { lease, runId, entries, assume });
  const runner = runnerOf(preparation);
  await appendEntry(preparation.session, lease.token, {
    runId,
    kind: 'run-ended',
    migrationId: null,
    stepId: null,
    body: { verdict: 'aborted', reason: `lockkeeper abort by ${runner.osUser} on ${runner.host}` },
  });
  const [over] = summarizeRuns(await readEntries(preparation.session, runId));
  return { ended, settled, aborted: true, ...stateOf(over ?? left, preparation) };
}

interface Seized {
  readonly lease: Lease;
  readonly ended: number;
}

/** Its backends are ended until the lease is free; a runner may open another one before it learns that it lost. */
async function seizeLease(preparation: Preparation, runId: string, holder: LeaseHolder | null): Promise<Seized> {
  const { session, target, request } = preparation;
  const { clock } = request;
  const deadline = clock.now() + longestTakeoverMs;
  const runner = runnerOf(preparation);
  let ended = 0;
  for (;;) {
    const now = await readLeaseHolder(session);
    const isOther = now !== null && now.runId !== runId;
    if (isOther && (now.alive || isOfTenant(now, session))) throw explainLease({ kind: 'held', holder: now }, target);
    const backends = now === null ? [] : await livingBackends(session, await readLeasedBackends(session));
    const left = await endBackends(session, backends, { clock, timeoutMs: Math.max(0, deadline - clock.now()) });
    ended += backends.length - left.length;
    const result = await acquireLease({ connect: target.connect, runner, runId, clock });
    if (result.kind === 'acquired') return { lease: result.lease, ended };
    if (clock.now() > deadline) throw explainLease(result.kind === 'held' ? { ...result, holder } : result, target);
    await clock.sleep(pollMs, request.signal);
  }
}

interface Settling {
  readonly lease: Lease;
  readonly runId: string;
  readonly entries: readonly LedgerEntry[];
  readonly assume: AbortRequest['assume'];
}

async function settle(
  preparation: Preparation,
  { lease, runId, entries, assume }: Settling,
): Promise<readonly SettledStep[]> {
  const { session, target } = preparation;
  const begun = begunSteps(entries);
  const [run] = summarizeRuns(entries);
  const open = (run?.steps ?? []).filter(({ id, state }) => state === 'begun' && begun.has(id));
  // Its outcome would have been committed with it: nobody needs the files to know.
  if (open.every(({ kind }) => kind === 'transaction')) {
    for (const step of open) await noteNotApplied(session, { lease, runId, step, assumed: false });
    return open.map(({ id }) => ({ stepId: id, state: 'not-applied', assumed: false }));
  }
  const { selected, plan } = await readBrokenRun(preparation, entries, { judged: false });
  const left = withoutApplied(plan, entries).steps.filter(({ id }) => begun.has(id));
  if (left.length === 0) return [];
  await lease.registerBackend(session);
  const migrations = plan.direction === 'up' ? selected.change : [];
  const state = { project: selected.project, state: stateOptionsOf(preparation), migrations, role: target.role };
  await using lock = await takeToolLock(() => target.connect('lockkeeper lease'), state, runId);
  if (lock !== null) preparation.request.onProgress({ kind: 'phase', text: `Holding ${lock.title}` });
  const tools = await openToolState(session, state);
  const context = writingContext({ lease, runId, plan, role: target.role }, selected.change, tools);
  const settled: SettledStep[] = [];
  for (const step of left) settled.push(await settleOne(step, { preparation, context, assume }));
  return settled;
}

function writingContext(
  about: Pick<WritingContext, 'lease' | 'runId' | 'plan' | 'role'>,
  change: readonly Migration[],
  tools: ToolState,
): WritingContext {
  const byId = new Map(change.map((migration) => [migration.id, migration]));
  return {
    ...about,
    recordMigration: async (id, on, durationMs) => {
      const migration = byId.get(id);
      if (migration === undefined) return;
      if (about.plan.direction === 'up') await tools.recordApplied(migration, on, durationMs);
      else await tools.recordReverted(migration, on);
    },
    factsOf: (id) => {
      const migration = byId.get(id);
      return migration === undefined ? null : [...migrationFacts(migration)];
    },
  };
}

interface OneStep {
  readonly preparation: Preparation;
  readonly context: WritingContext;
  readonly assume: AbortRequest['assume'];
}

async function settleOne(step: PlanStep, { preparation, context, assume }: OneStep): Promise<SettledStep> {
  const { session } = preparation;
  const probed: StepState = await settleStep(step, session, context);
  const state = probed === 'indeterminate' ? assume : probed;
  if (state === null) throw undecided(step);
  const assumed = probed === 'indeterminate';
  if (assumed && state === 'applied') await writeDownApart({ session, step, context, durationMs: 0 });
  if (state === 'not-applied') await noteNotApplied(session, { ...context, step, assumed });
  return { stepId: step.id, state, assumed };
}

interface NotApplied extends Pick<WritingContext, 'lease' | 'runId'> {
  readonly step: Pick<PlanStep, 'id' | 'migrationId'>;
  readonly assumed: boolean;
}

async function noteNotApplied(session: Session, { lease, runId, step, assumed }: NotApplied): Promise<void> {
  const about = { runId, migrationId: step.migrationId, stepId: step.id };
  await appendEntry(session, lease.token, { ...about, kind: 'not-applied', body: { assumed } });
}

function stateOf(
  { steps, completed, migrations, direction }: LedgerRun,
  { target }: Preparation,
): Pick<Ended, 'state' | 'remedy'> {
  const done = steps.filter(({ state }) => state === 'applied');
  const partly = [...new Set(done.map(({ migrationId }) => migrationId))].filter((id) => !completed.includes(id));
  const what = direction === 'up' ? 'applied' : 'taken back';
  const extent = done.length === 0 ? 'nothing was changed' : `${done.length} of ${steps.length} steps took effect`;
  const parts = partly.length === 0 ? '' : ` ${partly.join(', ')} is ${what} in part.`;
  const whole = completed.length === 0 ? '' : ` Whole: ${completed.join(', ')}.`;
  const again = direction === 'up' ? '`lockkeeper apply`' : `\`lockkeeper rollback run ${migrations[0] ?? ''}\``;
  return {
    state: `The run is ended in ${target.words}: ${extent}.${whole}${parts}`,
    remedy: steps.length === done.length ? null : `${again} goes on from here.`,
  };
}

function nothingBegun({ target }: Preparation): Ended {
  const state = `The run was ended in ${target.words} before it changed anything.`;
  return { ended: 0, settled: [], aborted: true, state, remedy: null };
}

function endedItself(run: LedgerRun, preparation: Preparation): Ended {
  const { state, remedy } = stateOf(run, preparation);
  return { ended: 0, settled: [], aborted: true, state, remedy };
}

function undecided({ id }: PlanStep): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'apply-refused',
    message: `Nothing tells whether the step ${id} took effect: it commits by itself, and has no probe.`,
    remedy:
      'Look for yourself, and say it with --assume applied or --assume not-applied. Nothing works for the run any more.',
    effect: 'unknown',
  });
}

function nothingToAbort(words: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'apply-refused',
    message: `No run is at work on ${words}, and none was broken off.`,
    remedy: '`lockkeeper history` lists the runs there were.',
    effect: 'none',
  });
}
