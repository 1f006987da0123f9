import { randomUUID } from 'node:crypto';
import { migrationFacts } from '../foundation/history/read-ledger-history.js';
import { openWritableState, type WritableState } from '../foundation/history/open-writable-state.js';
import { appendEntry, readEntries } from '../foundation/ledger/entries.js';
import { acquireLease, type Lease } from '../foundation/ledger/lease.js';
import { readLedgerVersion } from '../foundation/ledger/ledger-schema.js';
import { ledgerStates, openSteps } from '../foundation/ledger/runs.js';
import { requireKnownMajor } from '../foundation/postgres/require-major.js';
import { keepsState } from '../foundation/project/project-state.js';
import { redactSecrets } from '../foundation/records/redact-secrets.js';
import { qualifiedName, quoteIdentifier } from '../foundation/sql/quote-identifier.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { DeclareAction, DeclareReport } from '../model/declare-report.js';
import type { JsonValue } from '../model/json.js';
import type { Project } from '../model/migration.js';
import { anchorHeads } from './apply/anchor-heads.js';
import { explainLease } from './apply/explain-lease.js';
import { type Preparation, selectForTarget, stateOptionsOf } from './apply/prepare.js';
import { refuseRunning, refuseUnfinished } from './apply/refusals.js';
import { runnerOf } from './apply/run-under-lease.js';
import { takeToolLock } from './apply/tool-state.js';
import { openForVerb, type VerbRequest } from './apply/verb-request.js';
import { type Accounts, type PlannedDeclaration, planDeclaration } from './declare/plan-declarations.js';
import { tool } from './tool-version.js';

interface DeclareRequest extends VerbRequest {
  /** Why it is true; stands in the ledger. */
  readonly reason: string | null;
  /** Asked with what would be written; it is not asked when that is nothing. */
  readonly agree: (report: DeclareReport) => Promise<boolean>;
}

export interface BaselineRequest extends DeclareRequest {
  /** Ids of migrations. */
  readonly ids: readonly string[];
  /** All that are not applied, up to this one; null: only those of `ids`. */
  readonly until: string | null;
}

export interface RepairRequest extends DeclareRequest {
  readonly id: string;
  readonly says: 'applied' | 'reverted';
}

/**
 * Declares migrations as applied that are in the database already. Nothing of them is run.
 * @throws ChangeSafetyError when somebody else is at work, or a row cannot be written as the tool would.
 */
export function baseline({ ids, until, ...request }: BaselineRequest): Promise<DeclareReport> {
  return declare(request, 'baseline', (accounts) => {
    const all = accounts.migrations.map(({ id }) => id);
    if (until !== null && !all.includes(until)) planDeclaration(until, 'applied', { ...accounts, migrations: [] });
    const applied = new Set([...accounts.history.applied, ...accounts.history.again]);
    const before = until === null ? [] : all.slice(0, all.indexOf(until) + 1).filter((id) => !applied.has(id));
    return [...new Set([...before, ...ids])].flatMap((id) => planDeclaration(id, 'applied', accounts) ?? []);
  });
}

/** Makes ledger and tool's table agree with what a person found out about a migration. @throws as `baseline` does. */
export function repair({ id, says, ...request }: RepairRequest): Promise<DeclareReport> {
  return declare(request, 'repair', (accounts) => {
    const planned = planDeclaration(id, says, accounts);
    return planned === null ? [] : [planned];
  });
}

type Plan = (accounts: Accounts) => readonly PlannedDeclaration[];

async function declare(request: DeclareRequest, action: DeclareAction, plan: Plan): Promise<DeclareReport> {
  const preparation = await openForVerb(request);
  const { target, loaded } = preparation;
  await using session = preparation.session;
  const server = await requireKnownMajor(session);
  await refuseRunning(session, target);
  await refuseUnfinished(session, target);
  const known = await readAccounts(preparation);
  const declarations = plan(known.accounts);
  const { writable } = known.accounts;
  const table = writable === null ? null : qualifiedName(writable.table.schema, writable.table.name);
  const report: DeclareReport = redactSecrets(
    {
      kind: 'declare',
      version: 1,
      tool,
      server,
      database: target.words,
      action,
      table,
      declarations: declarations.map(({ declaration }) => declaration),
      written: false,
      runId: null,
      notes: known.project.notes,
    },
    loaded.secrets,
  );
  if (declarations.length === 0 || !(await request.agree(report))) return report;
  const runId = await write(preparation, { action, known, plan, reason: request.reason });
  const { connect } = target;
  const unanchored = await anchorHeads({ evidenceDir: loaded.config.evidence.dir, runId, connect });
  const notes = unanchored === null ? report.notes : [...report.notes, redactSecrets(unanchored, loaded.secrets)];
  return { ...report, written: true, runId, notes };
}

interface Known {
  readonly project: Project;
  readonly accounts: Accounts;
}

async function readAccounts(preparation: Preparation): Promise<Known> {
  const { session } = preparation;
  const { project, applied } = await selectForTarget(preparation);
  const entries = (await readLedgerVersion(session)) === null ? [] : await readEntries(session);
  const writable = keepsState(project) ? await openWritableState(session, project, stateOptionsOf(preparation)) : null;
  const history = applied ?? { applied: [], again: [], failed: [], unknown: [] };
  const ledger = ledgerStates(entries);
  const open = new Set(openSteps(entries).keys());
  return { project, accounts: { migrations: project.migrations, history, ledger, open, writable } };
}

interface Writing {
  readonly action: DeclareAction;
  readonly known: Known;
  readonly plan: Plan;
  readonly reason: string | null;
}

/** Under the lease and the tool's lock, with what is true then: somebody may have been there while we asked. */
async function write(preparation: Preparation, { action, known, plan, reason }: Writing): Promise<string> {
  const { target, request } = preparation;
  const runId = randomUUID();
  const runner = runnerOf(preparation);
  const result = await acquireLease({ connect: target.connect, runner, runId, clock: request.clock });
  if (result.kind !== 'acquired') throw explainLease(result, target);
  await using lease = result.lease;
  const state = { project: known.project, state: stateOptionsOf(preparation), migrations: [], role: target.role };
  await using lock = await takeToolLock(() => target.connect('lockkeeper lease'), state, runId);
  if (lock !== null) request.onProgress({ kind: 'phase', text: `Holding ${lock.title}` });
  const now = await readAccounts(preparation);
  const planned = plan(now.accounts);
  if (textOf(planned) !== textOf(plan(known.accounts))) throw explainLease({ kind: 'changed' }, target);
  await writeAll(preparation, { lease, runId, action, reason, planned, writable: now.accounts.writable });
  return runId;
}

function textOf(planned: readonly PlannedDeclaration[]): string {
  return JSON.stringify(planned.map(({ declaration: { migrationId, says } }) => [migrationId, says]));
}

interface AllWritten extends Pick<Writing, 'action' | 'reason'> {
  readonly lease: Lease;
  readonly runId: string;
  readonly planned: readonly PlannedDeclaration[];
  readonly writable: WritableState | null;
}

/** Ledger and table in one transaction. */
async function writeAll(preparation: Preparation, all: AllWritten): Promise<void> {
  const { session, target } = preparation;
  const { lease, runId, action, reason, planned, writable } = all;
  const append = (kind: 'run-started' | 'run-ended', body: JsonValue) =>
    appendEntry(session, lease.token, { runId, kind, migrationId: null, stepId: null, body });
  let committing = false;
  try {
    await session.query(`BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '60s'`);
    const runner = { ...runnerOf(preparation) };
    const begun = { kind: action, runner, script: null, changeDigest: null, direction: 'up', steps: [] };
    await append('run-started', begun);
    if (target.role !== null) await session.query(`SET LOCAL ROLE ${quoteIdentifier(target.role)}`);
    const commands = planned.flatMap((one) => one.commands);
    const create = commands.length === 0 ? [] : (writable?.create ?? []);
    for (const { text, values } of [...create, ...commands]) await session.query(text, values);
    if (target.role !== null) await session.query('RESET ROLE');
    for (const { declaration, migration } of planned) {
      const body = migration === null ? null : [...migrationFacts(migration)];
      const { migrationId, ledger: kind } = declaration;
      await appendEntry(session, lease.token, { runId, kind, migrationId, stepId: null, body });
    }
    await append('run-ended', { verdict: 'applied', reason });
    committing = true;
    await session.query('COMMIT');
  } catch (cause) {
    if (!session.closed) await session.query('ROLLBACK').catch(() => undefined);
    throw asWriteFailure(cause, committing && session.closed);
  }
}

function asWriteFailure(cause: unknown, unknown: boolean): unknown {
  if (cause instanceof ChangeSafetyError) return cause;
  return new ChangeSafetyError({
    code: 'query-failed',
    message: `It could not be written down: ${cause instanceof Error ? cause.message : String(cause)}`,
    remedy: unknown
      ? 'The connection broke at the commit: see with `lockkeeper status` whether it stands.'
      : 'Remove what is in the way, and try again; ledger and table are as before.',
    effect: unknown ? 'unknown' : 'rolled-back',
    cause,
  });
}
