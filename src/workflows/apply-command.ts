import { randomUUID } from 'node:crypto';
import { type GuardedCommand, runGuardedCommand } from '../during/apply/exec/run-guarded-command.js';
import type { PlanRun } from '../during/apply/execute/execute-plan.js';
import { appendEntry } from '../foundation/ledger/entries.js';
import { acquireLease, type Lease } from '../foundation/ledger/lease.js';
import { digest } from '../foundation/records/digest.js';
import { requireWritable } from '../foundation/records/write-record.js';
import type { JsonValue } from '../model/json.js';
import type { ChangeRequest } from './apply/change-request.js';
import { commandSelection, planOfStatements } from './apply/command-plan.js';
import { explainLease } from './apply/explain-lease.js';
import { openPreparation } from './apply/plan-change.js';
import { type Preparation, selectForTarget } from './apply/prepare.js';
import { readApplyLimits } from './apply/read-apply-limits.js';
import { refuseRunning, refuseUnfinished } from './apply/refusals.js';
import type { ApplyResult, ToldRun } from './apply/report-run.js';
import { runnerOf } from './apply/run-under-lease.js';
import { surroundRun } from './apply/surround-run.js';
import { watchRun } from './apply/watch-run.js';
import { completeCommandFigures, figuresOfAllTables } from './validate/command-figures.js';
import { placeOf, reportValidated } from './validate/validate-applied.js';

export interface ApplyCommandRequest extends ChangeRequest {
  /** A line for the shell: the team's own migration command. */
  readonly exec: string;
  /** Look afterwards whether all is well. Default: yes. */
  readonly validate?: boolean;
}

/**
 * Runs the team's own migration command against a target, under the lease, with limits, a watchdog and the abort criteria
 * around every statement that it sends. A ledger of its statements there is not: its transactions are its own.
 */
export async function applyCommand(request: ApplyCommandRequest): Promise<ApplyResult> {
  const startedAt = request.clock.date();
  const start = request.clock.now();
  const preparation = await openPreparation(request);
  await using session = preparation.session;
  await refuseRunning(session, preparation.target);
  await refuseUnfinished(session, preparation.target);
  await requireWritable(preparation.loaded.config.evidence.dir);
  const before = await figuresOfAllTables(placeOf(preparation));
  const told = await runLeased(preparation, request);
  const figures = await completeCommandFigures(preparation, { before, told });
  const whole = { ...told, figures, startedAt, durationMs: request.clock.now() - start };
  return await reportValidated(preparation, whole, request.validate);
}

/** Who looks afterwards keeps nobody else from working. */
async function runLeased(preparation: Preparation, request: ApplyCommandRequest): Promise<Told> {
  const runId = randomUUID();
  const { connect } = preparation.target;
  const { clock } = request;
  const result = await acquireLease({ connect, runner: runnerOf(preparation), runId, clock });
  if (result.kind !== 'acquired') throw explainLease(result, preparation.target);
  await using lease = result.lease;
  return await runUnder(preparation, request, { lease, runId });
}

type Told = Omit<ToldRun, 'startedAt' | 'durationMs'>;

interface Leased {
  readonly lease: Lease;
  readonly runId: string;
}

async function runUnder(preparation: Preparation, request: ApplyCommandRequest, leased: Leased): Promise<Told> {
  const facts = { changeDigest: digest('change', request.exec), command: request.exec };
  const { plan: begun } = planOfStatements([], facts);
  const before = await appliedIn(preparation);
  await using watch = await watchRun(preparation, begun);
  const ran: GuardedCommand[] = [];
  const about = { plan: begun, runId: leased.runId };
  const { run, notes } = await surroundRun(preparation, about, async () => {
    const start = request.clock.now();
    await noteBeginning(preparation, leased, facts.changeDigest);
    const command = await runTapped(preparation, request, { lease: leased.lease, check: watch.check });
    ran.push(command);
    const { statements, guarded } = command;
    const verdict = verdictOf(command, request.signal);
    await note(preparation, leased, { kind: 'run-ended', body: { verdict } });
    const queuedMs = guarded.reduce((sum, one) => sum + one.queuedMs, 0);
    const { outcomes } = planOfStatements(statements, { ...facts, guarded });
    return { verdict, outcomes, queuedMs, durationMs: request.clock.now() - start };
  });
  return {
    plan: planOfStatements(
      ran.flatMap(({ statements }) => statements),
      facts,
    ).plan,
    selected: commandSelection,
    verdict: run.verdict,
    preflight: null,
    run: { id: leased.runId, result: run, criteria: watch.criteria },
    dryRun: false,
    script: null,
    notes: [...ran.flatMap(commandNotes), ...appliedNotes(before, await appliedIn(preparation)), ...notes],
  };
}

function noteBeginning(preparation: Preparation, leased: Leased, changeDigest: string): Promise<void> {
  const about = { kind: 'apply', runner: { ...runnerOf(preparation) }, script: null, changeDigest, direction: 'up' };
  return note(preparation, leased, { kind: 'run-started', body: { ...about, steps: [], command: true } });
}

async function runTapped(
  { target, session, loaded }: Preparation,
  { exec, cwd, env, clock, signal, onEvent, onProgress }: ApplyCommandRequest,
  { lease, check }: { readonly lease: Lease; readonly check: Awaited<ReturnType<typeof watchRun>>['check'] },
): Promise<GuardedCommand> {
  const replicas = (await target.connectReplicas()).flatMap((replica) => replica.session ?? []);
  try {
    return await runGuardedCommand({
      command: exec,
      cwd,
      env,
      target: session.target,
      role: target.role,
      major: await readMajor(session),
      limits: readApplyLimits(loaded.config.policy.limits, target.tier),
      connect: target.connect,
      replicas,
      lease,
      context: {
        signal,
        lease,
        abortChecks: [check],
        clock,
        onEvent: (event) => onEvent({ ...event, at: clock.date().toISOString() }),
      },
      onOutput: (text) => onProgress({ kind: 'output', text }),
    });
  } finally {
    for (const replica of replicas) await replica[Symbol.asyncDispose]();
  }
}

async function readMajor(session: Preparation['session']): Promise<number> {
  const [row] = (await session.query(`SELECT pg_catalog.current_setting('server_version_num')::int / 10000 AS major`))
    .rows;
  return Number(row?.['major']);
}

async function note(
  { session }: Preparation,
  { lease, runId }: Leased,
  { kind, body }: { readonly kind: 'run-started' | 'run-ended'; readonly body: JsonValue },
): Promise<void> {
  await appendEntry(session, lease.token, { runId, kind, migrationId: null, stepId: null, body });
}

function verdictOf({ exitCode, guarded }: GuardedCommand, signal: AbortSignal): PlanRun['verdict'] {
  if (exitCode === 0) return 'applied';
  return signal.aborted || guarded.some(({ ended }) => ended !== null) ? 'aborted' : 'failed';
}

function commandNotes(ran: GuardedCommand): readonly string[] {
  const ended = ran.guarded.flatMap(({ ended: reason, sql }) =>
    reason === null ? [] : [`${reason.message} (${shorten(sql)})`],
  );
  const failed =
    ran.exitCode === 0 ? [] : [`The command ended with ${ran.exitCode ?? 'a signal'}: ${lastLines(ran.errorOutput)}`];
  const nothing =
    ran.statements.length === 0
      ? ['The command sent no statement. Does it read DATABASE_URL, or PGHOST and its kin?']
      : [];
  return [noLedger, ...ended, ...failed, ...nothing];
}

const noLedger =
  'The transactions are the command’s own: there is no ledger of its statements, and what it committed its own tool’s table says.';

function shorten(sql: string): string {
  return sql.replace(/\s+/g, ' ').slice(0, 120);
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-5).join('\n');
}

/** By the account of the team's tool; null where none can be read. */
async function appliedIn(preparation: Preparation): Promise<readonly string[] | null> {
  return selectForTarget(preparation).then(
    ({ applied }) => applied?.applied ?? null,
    () => null,
  );
}

function appliedNotes(before: readonly string[] | null, after: readonly string[] | null): readonly string[] {
  if (before === null || after === null) return [];
  const fresh = after.filter((id) => !before.includes(id));
  return [fresh.length === 0 ? 'Its table lists no new migration.' : `Its table now lists ${fresh.join(', ')} too.`];
}
