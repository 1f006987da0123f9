import { listKept } from '../back/rollback/keep/list-kept.js';
import { readProgress } from '../foundation/activity/read-progress.js';
import type { AppliedHistory } from '../foundation/history/applied-history.js';
import { livingBackends } from '../foundation/ledger/backends.js';
import { readEntries } from '../foundation/ledger/entries.js';
import { readLeasedBackends, readLeaseHolder } from '../foundation/ledger/lease.js';
import { readLedgerVersion } from '../foundation/ledger/ledger-schema.js';
import { summarizeRuns, unfinishedRun } from '../foundation/ledger/runs.js';
import { readOnly } from '../foundation/postgres/read-only.js';
import { requireKnownMajor } from '../foundation/postgres/require-major.js';
import type { Session } from '../foundation/postgres/session.js';
import { redactSecrets } from '../foundation/records/redact-secrets.js';
import type { KeptEntry } from '../model/keep-report.js';
import type { LeaseHolder, LedgerEntry } from '../model/ledger.js';
import type { StatusAccount, StatusProgress, StatusReport } from '../model/status-report.js';
import { openTarget } from './apply/open-target.js';
import type { Clock } from './clock.js';
import type { DatabaseChoice } from './named-database.js';
import { loadConfigOf, type ProjectRequest } from './project-request.js';
import { readHistory } from './read-from-database.js';
import { type SelectedMigrations, selectMigrations } from './select-migrations.js';
import { compareAccounts, partlyApplied } from './status/compare-accounts.js';
import { findTroubles } from './status/find-troubles.js';
import { reviewTroubles } from './status/review-troubles.js';
import { tool } from './tool-version.js';

export interface StatusRequest extends Omit<ProjectRequest, 'selection'> {
  readonly clock: Clock;
  readonly database: DatabaseChoice;
  /** Folder of the migrations; empty: the configured one. */
  readonly paths: readonly string[];
  /** Kept data is spoken of that many days before it expires. */
  readonly expiresWithinDays: number;
}

const limits = { what: 'the ledger', statementTimeoutMs: 30_000, lockTimeoutMs: 2_000 };

/** How a database stands: what it has, who changes it, and what needs a person. Nothing is written. */
export async function status(request: StatusRequest): Promise<StatusReport> {
  const loaded = await loadConfigOf(request);
  const target = openTarget(loaded, request.database, request.env);
  const { format, dir, placeholders } = loaded.config.project;
  await using session = await target.connect('lockkeeper status');
  const server = await requireKnownMajor(session);
  const read = (project: SelectedMigrations['project']) =>
    readHistory(session, project, { placeholders, variables: request.env });
  const place = { cwd: request.cwd, dir, format, placeholders };
  const selected = await selectMigrations(place, { paths: request.paths }, { name: target.words, read });
  const history = selected.applied ?? (await read(selected.project));
  const own = await readOnly(session, limits, () => readOwn(session));
  const { entries, holder } = own;
  const runs = summarizeRuns(entries ?? []);
  const open = unfinishedRun(runs);
  const alive = holder?.alive === true && open?.id === holder.runId;
  const facts: Omit<StatusReport, 'troubles'> = {
    kind: 'status',
    version: 1,
    tool,
    server,
    database: target.words,
    account: accountOf(selected, history),
    ledger: entries !== null,
    holder,
    running: alive ? open : null,
    progress: await readOnly(session, limits, () => progressOf(session, own)),
    unfinished: alive ? null : open,
    partlyApplied: partlyApplied(entries ?? []),
    disagreements: alive ? [] : compareAccounts(entries ?? [], history),
    kept: aboutToExpire(own.kept, request),
    notes: [...selected.project.notes, ...selected.notes],
  };
  const troubles = [...findTroubles(facts), ...(await reviewTroubles(loaded, request))];
  return redactSecrets({ ...facts, troubles }, loaded.secrets);
}

interface Own {
  /** Null where there is no ledger. */
  readonly entries: readonly LedgerEntry[] | null;
  readonly holder: LeaseHolder | null;
  readonly backends: Awaited<ReturnType<typeof readLeasedBackends>>;
  readonly kept: readonly KeptEntry[];
}

/** In one transaction, so that it is of one moment. */
async function readOwn(session: Session): Promise<Own> {
  const kept = (await listKept(session)).map(({ entry }) => entry);
  if ((await readLedgerVersion(session)) === null) return { entries: null, holder: null, backends: [], kept };
  const stored = await readLeaseHolder(session);
  const holder = stored === null ? null : { ...stored, alive: await lives(session, stored) };
  return { entries: await readEntries(session), holder, backends: await readLeasedBackends(session), kept };
}

/** Its keeper decides: a backend that a dead runner left behind is nobody. */
async function lives(session: Session, { backend }: LeaseHolder): Promise<boolean> {
  return (await livingBackends(session, [backend])).length > 0;
}

async function progressOf(session: Session, { holder, backends }: Own): Promise<readonly StatusProgress[]> {
  if (holder === null) return [];
  const pids = new Set(backends.map(({ pid }) => pid));
  const running = await readProgress(session);
  return running
    .filter(({ pid }) => pids.has(pid))
    .map(({ pid, command, phase, done, total }) => ({
      pid,
      command,
      phase,
      fraction: done === null || total === null ? null : Math.min(1, done / total),
    }));
}

function accountOf({ project, change }: SelectedMigrations, history: AppliedHistory): StatusAccount {
  const { applied, edited, failed, gaps, gapConduct, unknown, again } = history;
  const has = new Set(applied);
  const pending = change.map(({ id }) => id).filter((id) => !has.has(id));
  const known = new Set(project.migrations.map(({ id }) => id));
  const ours = applied.filter((id) => known.has(id));
  const about = { tool: history.tool, table: history.table };
  return { ...about, applied: ours, pending, edited, failed, gaps, gapConduct, unknown, again };
}

const dayMs = 86_400_000;

function aboutToExpire(
  kept: readonly KeptEntry[],
  { clock, expiresWithinDays }: Pick<StatusRequest, 'clock' | 'expiresWithinDays'>,
): readonly KeptEntry[] {
  const line = clock.date().getTime() + expiresWithinDays * dayMs;
  return kept.filter(
    ({ expired, expiresAt, restoredAt }) =>
      expired || (restoredAt === null && expiresAt !== null && Date.parse(expiresAt) <= line),
  );
}
