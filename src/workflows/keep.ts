import { chooseKept, dropKeptTables, type KeptChoice } from '../back/rollback/keep/drop-kept.js';
import { type KeptPlace, listKept } from '../back/rollback/keep/list-kept.js';
import { readOnly } from '../foundation/postgres/read-only.js';
import { requireKnownMajor, type ServerVersion } from '../foundation/postgres/require-major.js';
import type { Session } from '../foundation/postgres/session.js';
import { redactSecrets } from '../foundation/records/redact-secrets.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { KeepReport, KeptEntry } from '../model/keep-report.js';
import { chooseDatabase, type DatabaseChoice, type NamedDatabase } from './named-database.js';
import { type ConfiguredRequest, loadConfigOf } from './project-request.js';
import { openDatabase } from './read-from-database.js';
import { tool } from './tool-version.js';

export interface KeepRequest extends ConfiguredRequest {
  readonly database: DatabaseChoice;
}

export interface DropKeptRequest extends KeepRequest {
  readonly choice: KeptChoice;
  /** Asked with what would go, before anything does; it is not asked when that is nothing. */
  readonly agree: (report: KeepReport) => Promise<boolean>;
}

const limits = { what: 'what is kept', statementTimeoutMs: 60_000, lockTimeoutMs: 2_000 };

/** What is kept in a database for rollbacks. @throws ChangeSafetyError where it cannot be read. */
export async function listKeptData(request: KeepRequest): Promise<KeepReport> {
  return await withDatabase(request, async (session, say) => say(await readKept(session), 'list'));
}

/**
 * Drops what has expired, or what is named, once somebody agreed to what was shown: all of it or nothing.
 * @throws ChangeSafetyError, with what became of the database.
 */
export async function dropKeptData(request: DropKeptRequest): Promise<KeepReport> {
  return await withDatabase(request, async (session, say) => {
    const chosen = chooseKept(await readKept(session), request.choice);
    const plan = say(chosen, 'drop');
    if (chosen.length === 0 || !(await request.agree(plan))) return plan;
    await dropKeptTables(session, chosen);
    return { ...plan, dropped: true };
  });
}

type Say = (kept: readonly KeptPlace[], action: KeepReport['action']) => KeepReport;

async function withDatabase(
  request: KeepRequest,
  work: (session: Session, say: Say) => Promise<KeepReport>,
): Promise<KeepReport> {
  const loaded = await loadConfigOf(request);
  const database = chooseDatabase(loaded, request.database);
  if (database === null) throw nothingNamed();
  await using session = await openDatabase(database, { env: request.env, verb: 'keep' });
  const server = await requireKnownMajor(session);
  const say: Say = (kept, action) => toReport(kept, { action, database, server });
  return redactSecrets(await work(session, say), loaded.secrets);
}

function readKept(session: Session): Promise<readonly KeptPlace[]> {
  return readOnly(session, limits, () => listKept(session));
}

interface ReportFacts {
  readonly action: KeepReport['action'];
  readonly database: NamedDatabase;
  readonly server: ServerVersion;
}

function toReport(kept: readonly KeptPlace[], { action, database, server }: ReportFacts): KeepReport {
  const entries = kept.map(({ entry }) => entry);
  return {
    kind: 'keep',
    version: 1,
    tool,
    action,
    server,
    database: database.name,
    entries,
    totals: {
      tables: entries.length,
      bytes: entries.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
      expired: entries.filter((entry: KeptEntry) => entry.expired).length,
    },
    dropped: action === 'list' ? null : false,
  };
}

function nothingNamed(): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: 'No database is named.',
    remedy: 'Name one with --database URL, or a configured target with --target NAME.',
    effect: 'none',
  });
}
