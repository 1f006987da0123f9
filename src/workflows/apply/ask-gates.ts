import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ChosenWaivers, chooseWaivers } from '../../during/preflight/choose-waivers.js';
import { gates } from '../../during/preflight/gates/index.js';
import type { GateContext, GatePolicy, ProvedWayBack, TouchedRelation } from '../../during/preflight/gate-context.js';
import { runGates, verdictOfGates } from '../../during/preflight/run-gates.js';
import { signedWaivers } from '../../foundation/approvals/signed-waivers.js';
import { type LoadedConfig, requireTarget } from '../../foundation/config/load-config.js';
import { fetchText } from '../../foundation/probes/fetch-text.js';
import { findAbout } from '../../foundation/records/find-about.js';
import { readRecords } from '../../foundation/records/read-records.js';
import type { StoredRecord } from '../../foundation/records/record.js';
import { runCommand } from '../../foundation/runtime/run-command.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { ApplyPlan } from '../../model/apply-plan.js';
import type { ApprovalFacts } from '../../model/approval.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { CheckReport } from '../../model/check.js';
import { lockModes } from '../../model/locks.js';
import type { PreflightReport } from '../../model/preflight.js';
import type { Rehearsal } from '../../model/rehearsal.js';
import type { TestReport } from '../../model/test-report.js';
import { readApprovalFacts } from '../approve/read-facts.js';
import { measuredMs, type TakenBack } from '../preflight/measured-way-back.js';
import { readDeclarations } from '../rollback/read-declarations.js';
import type { ApplyTarget } from './open-target.js';
import { refuseUnknownGateSettings } from './refuse-gate-settings.js';
import type { Clock } from '../clock.js';
import type { SelectedMigrations } from '../select-migrations.js';
import { tool } from '../tool-version.js';

export interface GateRequest {
  readonly loaded: LoadedConfig;
  readonly target: ApplyTarget;
  /** Idle, on the target. */
  readonly session: Session;
  readonly selected: SelectedMigrations;
  readonly plan: ApplyPlan;
  readonly judged: CheckReport;
  /** As the gates see it; missing for a change that leads forward. */
  readonly provedWayBack?: ProvedWayBack | null;
  /** Of a migration that is taken back; missing for a change that leads forward. */
  readonly takenBack?: TakenBack;
  /** Judge also where the records cannot be read, as if there were none, and say so. Default: that is an error. */
  readonly withoutRecords?: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onGate: (title: string) => void;
}

/** Asks every gate about a planned change. Nothing is written to any database. */
export async function askGates(options: GateRequest): Promise<PreflightReport> {
  const { loaded, target, session, selected, plan, judged, clock, onGate } = options;
  const startedAt = clock.date();
  const start = clock.now();
  refuseUnknownGateSettings(loaded.config.policy.gates, gates);
  const replicas = await target.connectReplicas();
  try {
    const { records, unread } = await recordsFor(options);
    const facts = await approvalFacts(options, records);
    const waivers = allWaivers(options, facts, startedAt);
    const results = await runGates({
      gates,
      context: await contextOf(options, { replicas, facts, records }),
      policyOf: (gateId) => policyOf(loaded, { gateId, target, judged, now: clock.date() }),
      waivers: waivers.valid,
      onGate: ({ title }) => onGate(title),
    });
    return {
      kind: 'preflight',
      version: 1,
      tool,
      server: await readServer(session),
      target: target.name,
      tier: target.tier,
      migrations: judged.migrations.map(({ id, path, risk }) => ({ id, path, risk })),
      changeDigest: plan.changeDigest,
      gates: results,
      verdict: verdictOfGates(results),
      notes: [...selected.notes, ...unread, ...waivers.refused],
      startedAt: startedAt.toISOString(),
      durationMs: clock.now() - start,
    };
  } finally {
    for (const replica of replicas) await replica.session?.[Symbol.asyncDispose]();
  }
}

interface KnownRecords {
  readonly records: readonly StoredRecord[];
  /** Why none are known; empty where they were read. */
  readonly unread: readonly string[];
}

async function recordsFor({ loaded, withoutRecords = false }: GateRequest): Promise<KnownRecords> {
  try {
    return { records: await readRecords(loaded.config.evidence.dir), unread: [] };
  } catch (cause) {
    if (!withoutRecords || !(cause instanceof ChangeSafetyError)) throw cause;
    return { records: [], unread: [`The gates were asked as if nothing were on record. ${cause.message}`] };
  }
}

interface Surroundings {
  readonly replicas: GateContext['replicas'];
  readonly facts: ApprovalFacts;
  /** As they were when the gates began. */
  readonly records: readonly StoredRecord[];
}

async function contextOf(
  { loaded, target, session, selected, plan, judged, clock, signal, env, ...rest }: GateRequest,
  { replicas, facts, records }: Surroundings,
): Promise<GateContext> {
  const { provedWayBack = null, takenBack = null } = rest;
  const surroundings = { cwd: loaded.dir, env, signal };
  return {
    session,
    replicas,
    target: describeTarget(loaded, target),
    change: {
      migrations: selected.change,
      classifications: judged.migrations,
      plan,
      changeDigest: plan.changeDigest,
      touched: touchedRelations(judged),
      history: selected.applied,
      ...onRecord(records, plan.changeDigest),
      provedWayBack,
      wayBackMs: takenBack === null ? null : measuredMs(records, takenBack),
      declaredNoRollback: await declaredById(selected),
      approvals: async () => facts,
    },
    clock,
    signal,
    runCommand: async (command, timeoutMs) => runCommand('/bin/sh', ['-c', command], { ...surroundings, timeoutMs }),
    fetchText: async (url, timeoutMs) => {
      const start = clock.now();
      return { ...(await fetchText({ url, timeoutMs, signal })), durationMs: clock.now() - start };
    },
    evidenceDir: loaded.config.evidence.dir,
    readFile: (path) => readFile(resolve(loaded.dir, path), 'utf8').catch(() => null),
  };
}

function describeTarget(loaded: LoadedConfig, { name, tier, url, role }: ApplyTarget): GateContext['target'] {
  const settings = name === null ? null : requireTarget(loaded, name);
  return {
    name,
    tier,
    url,
    directUrl: settings?.directUrl ?? null,
    role,
    window: settings?.window ?? null,
    metrics: settings?.metrics ?? {},
    health: settings?.health ?? null,
  };
}

/** What was tried of the same change before. */
function onRecord(
  records: readonly StoredRecord[],
  changeDigest: string,
): Pick<GateContext['change'], 'rehearsal' | 'rollbackTest'> {
  return {
    rehearsal: findAbout<Rehearsal>(records, 'rehearsal', changeDigest)?.body ?? null,
    rollbackTest: findAbout<TestReport>(records, 'test', changeDigest)?.body ?? null,
  };
}

async function declaredById({
  change,
  project,
}: SelectedMigrations): Promise<GateContext['change']['declaredNoRollback']> {
  const declared = await readDeclarations(change, project.dir);
  return Object.fromEntries([...declared].map(([{ id }, declaration]) => [id, declaration]));
}

function approvalFacts(
  { judged, plan, clock, ...rest }: GateRequest,
  records: readonly StoredRecord[],
): Promise<ApprovalFacts> {
  const assessments = judged.migrations.map(({ assessment }) => assessment);
  return readApprovalFacts({ ...rest, records, assessments, changeDigest: plan.changeDigest, now: clock.date() });
}

/** Waivers of the configuration where the policy lets them count, and those that were signed. */
function allWaivers({ loaded, target }: GateRequest, facts: ApprovalFacts, now: Date): ChosenWaivers {
  const signed = signedWaivers({ ...facts, now });
  return chooseWaivers([...loaded.config.policy.waivers, ...signed.waivers], {
    now,
    longestDays: facts.terms.waiverDays,
    gates: gates.map(({ id }) => id),
    unsigned: facts.terms.unsignedWaivers,
    closed: target.tier <= 1 ? ['approvals-given'] : [],
    refused: signed.refused,
  });
}

function policyOf(
  { config }: LoadedConfig,
  { gateId, target, judged, now }: { gateId: string; target: ApplyTarget; judged: CheckReport; now: Date },
): GatePolicy {
  const settings = config.policy.gates[gateId];
  const controls = [...new Set(judged.migrations.flatMap(({ assessment }) => assessment.controls))];
  const isMapping = typeof settings === 'object' && settings !== null && !Array.isArray(settings);
  return { tier: target.tier, settings: isMapping ? (settings as GatePolicy['settings']) : {}, now, controls };
}

/** What existed before and is locked, rewritten or read whole, with the strongest lock of the whole change. */
function touchedRelations({ migrations }: CheckReport): readonly TouchedRelation[] {
  const statements = migrations.flatMap((migration) => migration.statements);
  const rewritten = new Set(statements.flatMap(({ rewrites }) => rewrites));
  const scanned = new Set(statements.flatMap(({ scans }) => scans));
  const made = new Set(
    statements.flatMap(({ locks }) => locks.flatMap((lock) => (lock.created === true ? [lock.relation] : []))),
  );
  const touched = new Map<string, TouchedRelation>();
  for (const { relation, kind, mode } of statements.flatMap(({ locks }) => locks)) {
    const known = touched.get(relation);
    const isStronger = known === undefined || lockModes.indexOf(mode) > lockModes.indexOf(known.mode as typeof mode);
    if (made.has(relation) || !isStronger) continue;
    touched.set(relation, { relation, kind, mode, rewritten: rewritten.has(relation), scanned: scanned.has(relation) });
  }
  return [...touched.values()];
}

export async function readServer(session: Session): Promise<PreflightReport['server']> {
  const sql = `SELECT pg_catalog.current_setting('server_version') AS version, pg_catalog.current_setting('server_version_num')::int / 10000 AS major`;
  const [row] = (await session.query(sql)).rows;
  return { major: Number(row?.['major']), version: String(row?.['version']) };
}
