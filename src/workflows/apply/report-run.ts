import type { PlanRun } from '../../during/apply/execute/execute-plan.js';
import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import { writeRecord } from '../../foundation/records/write-record.js';
import type { AgreedCriterion } from '../../model/abort-criterion.js';
import type { ApplyPlan } from '../../model/apply-plan.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { ApplyReport } from '../../model/apply-report.js';
import type { RunVerdict } from '../../model/apply-run.js';
import type { PreflightReport } from '../../model/preflight.js';
import type { RunFigures } from '../../model/target-figures.js';
import type { SelectedMigrations } from '../select-migrations.js';
import { tool } from '../tool-version.js';
import { anchorHeads } from './anchor-heads.js';
import type { Preparation } from './prepare.js';
import { stateInWords } from './refusals.js';
import { runnerOf } from './run-under-lease.js';

export interface ApplyResult {
  readonly report: ApplyReport;
  readonly plan: ApplyPlan;
  /** Of a dry run: the steps as SQL that psql can run. */
  readonly script: string | null;
  /** Absolute path of the record; null when nothing was begun, or it could not be written. */
  readonly recordPath: string | null;
}

export interface ToldRun {
  readonly plan: ApplyPlan;
  readonly selected: SelectedMigrations;
  readonly verdict: RunVerdict;
  readonly preflight: PreflightReport | null;
  /** Null when nothing was begun. */
  readonly run: {
    readonly id: string;
    readonly result: PlanRun;
    readonly criteria: readonly AgreedCriterion[];
  } | null;
  /** Missing for runs that take none. */
  readonly figures?: RunFigures | null;
  readonly dryRun: boolean;
  readonly script: string | null;
  readonly notes: readonly string[];
  readonly startedAt: Date;
  readonly durationMs: number;
}

/**
 * What became of a run, as a report, and on disk where anything was begun. `afterwards` is what belongs to it once it is on
 * record; the run has ended when that has.
 */
export async function reportRun(
  preparation: Preparation,
  told: ToldRun,
  afterwards: (result: ApplyResult) => Promise<ApplyResult> = async (result) => result,
): Promise<ApplyResult> {
  const { loaded, session, request } = preparation;
  const version = session.closed ? 'unknown' : await readServerVersion(preparation);
  const report = redactSecrets(toReport(preparation, told, version), loaded.secrets);
  const { verdict, state, remedy } = report;
  try {
    if (told.run === null) return { report, plan: told.plan, script: told.script, recordPath: null };
    return await afterwards(await keepReport(preparation, report, { ...told, runId: told.run.id }));
  } finally {
    request.onEvent({ kind: 'ended', at: request.clock.date().toISOString(), verdict, state, remedy });
  }
}

async function keepReport(
  { loaded, target }: Preparation,
  report: ApplyReport,
  { plan, runId }: Pick<ToldRun, 'plan'> & { readonly runId: string },
): Promise<ApplyResult> {
  const { dir: evidenceDir } = loaded.config.evidence;
  const draft = { tool, createdAt: report.startedAt, kind: 'apply', body: report } as const;
  const written = await writeRecord(evidenceDir, draft).catch((cause: unknown) => {
    // What was done is done, and the ledger has it: that has to be told, whatever became of the folder meanwhile.
    if (!(cause instanceof ChangeSafetyError)) throw cause;
    return cause;
  });
  if (written instanceof ChangeSafetyError) {
    const notes = [...report.notes, `This run is not on record, only in the ledger. ${written.message}`];
    return { report: { ...report, notes }, plan, script: null, recordPath: null };
  }
  const { path } = written;
  const unanchored = await anchorHeads({ evidenceDir, runId, connect: target.connect });
  const notes = unanchored === null ? report.notes : [...report.notes, redactSecrets(unanchored, loaded.secrets)];
  return { report: { ...report, notes }, plan, script: null, recordPath: path };
}

async function readServerVersion({ session }: Preparation): Promise<string> {
  const sql = `SELECT pg_catalog.current_setting('server_version') AS version`;
  const rows = await session.query(sql).then(
    (answer) => answer.rows,
    () => [],
  );
  const version = rows[0]?.['version'];
  return typeof version === 'string' ? version : 'unknown';
}

function toReport(preparation: Preparation, told: ToldRun, version: string): ApplyReport {
  const { plan, verdict, run, selected, dryRun } = told;
  const outcomes = new Map((run?.result.outcomes ?? []).map((outcome) => [outcome.stepId, outcome]));
  const done = plan.steps.filter(({ id }) => outcomes.get(id)?.state === 'applied');
  const { words, name, tier } = preparation.target;
  return {
    kind: 'apply',
    version: 1,
    tool,
    server: { version },
    target: name,
    tier,
    direction: plan.direction,
    verdict,
    runId: run?.id ?? null,
    runner: runnerOf(preparation),
    changeDigest: plan.changeDigest,
    migrations: selected.change.map(({ id }) => id),
    completed: done.filter(({ completesMigration }) => completesMigration).map(({ migrationId }) => migrationId),
    steps: plan.steps.map(({ id, migrationId, path, kind, limits, statements }) => ({
      id,
      migrationId,
      path,
      kind,
      profile: limits.profile,
      sql: statements.map(({ sql }) => sql),
      outcome: outcomes.get(id) ?? null,
    })),
    preflight: told.preflight,
    ...stateInWords(verdict, { plan, done: done.length, target: words, dryRun }),
    criteria: run?.criteria ?? [],
    figures: told.figures ?? null,
    validation: null,
    queuedMs: run?.result.queuedMs ?? 0,
    notes: [...selected.project.notes, ...selected.notes, ...told.notes],
    startedAt: told.startedAt.toISOString(),
    durationMs: told.durationMs,
  };
}
