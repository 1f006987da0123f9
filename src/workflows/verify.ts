import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expandRelations } from '../foundation/integrity/expand-relations.js';
import { type GentleReader, openGentleReader } from '../foundation/integrity/gentle-reader.js';
import { asServerError, isConnectionLoss } from '../foundation/postgres/server-error.js';
import { requireKnownMajor } from '../foundation/postgres/require-major.js';
import type { LoadedConfig } from '../foundation/config/load-config.js';
import { canonicalJson } from '../foundation/records/canonical-json.js';
import { digest } from '../foundation/records/digest.js';
import { redactSecrets } from '../foundation/records/redact-secrets.js';
import { writeRecord } from '../foundation/records/write-record.js';
import { requireTarget } from '../foundation/config/load-config.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import { findingsOf, type VerifyReport } from '../model/verify-report.js';
import { noVerifySettings, type VerifySettings } from '../model/verify-settings.js';
import { anchorHeads } from './apply/anchor-heads.js';
import { openTarget } from './apply/open-target.js';
import { loadConfigOf } from './project-request.js';
import { tool } from './tool-version.js';
import { askAssertions } from './verify/ask-assertions.js';
import { compareSides } from './verify/compare-sides.js';
import type { NamedDatabase } from './named-database.js';
import { compareSnapshots } from './verify/compare-snapshots.js';
import { type KeptProgress, openKeptProgress } from './verify/kept-progress.js';
import { databaseOf, openReading } from './verify/open-side.js';
import { paceOf } from './verify/reading-pace.js';
import { sumCosts } from './verify/sum-costs.js';
import { watchOthers } from './verify/watch-others.js';
import { snapshotData } from './verify/snapshot-data.js';
import type { Verification, VerifyFound, VerifyOutcome } from './verify/verification.js';
import type { VerifyRequest } from './verify/verify-request.js';

export type { VerifyAction, VerifyRequest } from './verify/verify-request.js';

export interface VerifyResult {
  readonly report: VerifyReport;
  /** Path of the record. */
  readonly recordPath: string;
}

/**
 * Says whether what is in a database is as it should be: it only reads, in short transactions with pauses between them, and
 * moves or repairs nothing. A reading that is broken off goes on with `resume`.
 * @throws ChangeSafetyError `usage`, `config-invalid`, `connection-failed`, `query-failed`, `output-failed`.
 */
export async function verify(request: VerifyRequest): Promise<VerifyResult> {
  const startedAt = request.clock.date();
  const loaded = await loadConfigOf(request);
  const settings = settingsOf(loaded, request);
  const named = databaseOf(loaded, request);
  const found =
    named === null
      ? await compareSnapshots(request, loaded, settings)
      : await verifyDatabase({ request, loaded, settings, named });
  const { costs, server, database, ...outcome } = found;
  const report: VerifyReport = {
    kind: 'verify',
    version: 1,
    tool,
    server,
    target: request.database.target,
    database,
    onReplica: request.onReplica,
    action: request.action.kind,
    changeDigest: request.changeDigest,
    verdict: verdictOf(outcome),
    ...outcome,
    reading: sumCosts(costs),
    startedAt: startedAt.toISOString(),
    durationMs: request.clock.date().getTime() - startedAt.getTime(),
  };
  return await recordReport(loaded, report, request);
}

interface Prepared {
  readonly request: VerifyRequest;
  readonly loaded: LoadedConfig;
  readonly settings: VerifySettings;
  readonly named: NamedDatabase;
}

async function verifyDatabase({ request, loaded, settings, named }: Prepared): Promise<VerifyFound> {
  const { clock, signal } = request;
  await using session = await openReading(named, request);
  const server = await requireKnownMajor(session);
  await using heeded = await watchOthers(loaded, request);
  const pacing = { clock, signal, pace: paceOf(settings), ...(heeded === null ? {} : { others: heeded.others }) };
  await using reader = openGentleReader(session, pacing);
  const relations = await chooseRelations(reader, request);
  const progress = await openProgress(loaded, request, named.name);
  const onItem = (text: string) => request.onProgress({ kind: 'phase', text: `Verifying ${text}` });
  const database = named.name;
  const verification = { request, loaded, settings, pacing, reader, progress, database, server, relations, onItem };
  const outcome = await act(verification);
  await progress.finish();
  const notes = [...outcome.notes, ...(heeded?.notes() ?? [])];
  return { ...outcome, notes, server, database, costs: [reader.cost, ...outcome.costs] };
}

async function act(verification: Verification): Promise<VerifyOutcome> {
  const { request, progress } = verification;
  const { action, signal, onProgress } = request;
  try {
    switch (action.kind) {
      case 'assert':
        return await askAssertions(verification);
      case 'snapshot':
        return await snapshotData(verification, action);
      case 'compare':
        return await compareSides(verification, action);
      default:
        return action satisfies never;
    }
  } catch (error) {
    await progress.save();
    if (signal.aborted) onProgress({ kind: 'output', text: 'What was read is kept: --resume goes on with it.\n' });
    throw asReadingFailure(error, verification.database);
  }
}

/** What ended the reading, for an operator; a bug stays what it is. */
function asReadingFailure(error: unknown, database: string): unknown {
  const refused = asServerError(error);
  const isLost = isConnectionLoss(error);
  if (!isLost && refused === null) return error;
  return new ChangeSafetyError({
    code: isLost ? 'connection-failed' : 'query-failed',
    message: isLost
      ? `The connection to ${database} broke while it was read.`
      : `The server refused to let ${database} be read: ${refused?.message ?? ''}`,
    remedy: 'What was read is kept: when the cause is gone, --resume goes on with it.',
    effect: 'none',
    sqlState: refused?.code ?? null,
    cause: error,
  });
}

/** What the command line says beats the configuration. */
function settingsOf(
  loaded: LoadedConfig,
  { database, throttle, maxTransactionSeconds }: VerifyRequest,
): VerifySettings {
  const { target } = database;
  const configured = target === null ? noVerifySettings : requireTarget(loaded, target).verify;
  return {
    ...configured,
    throttle: throttle ?? configured.throttle,
    maxTransactionSeconds: maxTransactionSeconds ?? configured.maxTransactionSeconds,
  };
}

async function chooseRelations(
  reader: GentleReader,
  { tables, schemas }: VerifyRequest,
): Promise<ReadonlySet<string> | null> {
  if (tables.length === 0 && schemas.length === 0) return null;
  const { relations, absent } = await reader.patient(() => expandRelations(reader.session, { tables, schemas }));
  if (absent.length === 0) return relations;
  throw new ChangeSafetyError({
    code: 'usage',
    message: `The database has no ${absent.join(', ')}, or nothing in it.`,
    remedy: 'Name tables as SQL does, with their schema: public.orders, public."Orders".',
    effect: 'none',
  });
}

async function openProgress(loaded: LoadedConfig, request: VerifyRequest, name: string): Promise<KeptProgress> {
  const { action, tables, schemas, fenced, database, resume, clock, only, skip } = request;
  const question = digest('body', canonicalJson({ action, tables, schemas, fenced, name, ...database, only, skip }));
  const path = join(loaded.config.evidence.dir, 'verify', `${database.target ?? 'database'}.${action.kind}.json`);
  return await openKeptProgress(path, { question, resume, clock });
}

function verdictOf(found: Pick<VerifyReport, 'assertions' | 'comparison' | 'snapshot'>): VerifyReport['verdict'] {
  const findings = findingsOf(found);
  if (findings.some(({ weight }) => weight === 'error')) return 'failed';
  const unread = found.snapshot?.unread.length ?? 0;
  return unread > 0 || findings.some(({ weight }) => weight === 'unknown') ? 'incomplete' : 'passed';
}

async function recordReport(
  loaded: LoadedConfig,
  report: VerifyReport,
  { database, env, onProgress }: VerifyRequest,
): Promise<VerifyResult> {
  const { dir: evidenceDir } = loaded.config.evidence;
  const body = redactSecrets(report, loaded.secrets);
  const draft = { tool, createdAt: report.startedAt, kind: 'verify', body } as const;
  const { path } = await writeRecord(evidenceDir, draft);
  if (database.target !== null) {
    const { connect } = openTarget(loaded, database, env);
    const unanchored = await anchorHeads({ evidenceDir, runId: randomUUID(), connect });
    if (unanchored !== null) onProgress({ kind: 'output', text: `${redactSecrets(unanchored, loaded.secrets)}\n` });
  }
  return { report: body, recordPath: path };
}
