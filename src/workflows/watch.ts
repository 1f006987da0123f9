import { compareFigures } from '../after/watch/compare-figures.js';
import { compareSteps } from '../after/watch/compare-steps.js';
import { compareThree } from '../after/watch/compare-three.js';
import { severityTerms } from '../after/watch/decide/severity-terms.js';
import { whoIsCalled } from '../after/watch/decide/who-is-called.js';
import { baselineOf } from '../after/watch/decide/median.js';
import { findAbout } from '../foundation/records/find-about.js';
import { readRecords } from '../foundation/records/read-records.js';
import { redactSecrets } from '../foundation/records/redact-secrets.js';
import type { CheckReport } from '../model/check.js';
import type { Rehearsal } from '../model/rehearsal.js';
import type { WatchEvent, WatchReport, WatchSample } from '../model/watch-report.js';
import { openTarget } from './apply/open-target.js';
import type { VerbRequest } from './apply/verb-request.js';
import { loadConfigOf } from './project-request.js';
import { tool } from './tool-version.js';
import { findRun, type RecordedRun } from './validate/find-run.js';
import { keepRecord, type KeptReport } from './validate/keep-record.js';
import { takeFigures, type WatchedPlace, watchedSettings } from './validate/take-figures.js';
import { observeTarget, type Observed } from './watch/observe-target.js';
import { rollBackAutomatically } from './watch/roll-back-automatically.js';
import { Teller } from './watch/tell-trouble.js';
import { factNotes, factsOf } from './watch/watched-facts.js';

export interface WatchRequest extends VerbRequest {
  /** How long it is watched, in milliseconds. */
  readonly forMs: number;
  /** Of the ledger; null: the newest run on the target. */
  readonly runId: string | null;
  /** Take the change back where that is allowed. Otherwise it is recommended, and nothing is changed. */
  readonly autoRollback: boolean;
  readonly onEvent: (event: WatchEvent) => void;
}

/**
 * Watches a target after a change, and decides as the decision tree says. A signal ends it with a record of what was seen so
 * far. @throws ChangeSafetyError for what keeps it from beginning.
 */
export async function watch(request: WatchRequest): Promise<KeptReport<WatchReport>> {
  const { clock, signal, env, forMs } = request;
  const startedAt = clock.date();
  const start = clock.now();
  const loaded = await loadConfigOf(request);
  const target = openTarget(loaded, request.database, request.env);
  const place: WatchedPlace = { loaded, target, clock, signal, env };
  const run = await findRun(loaded.config.evidence.dir, target, request.runId);
  const onEvent = (event: WatchEvent): void => request.onEvent(redactSecrets(event, loaded.secrets));
  const runId = run?.report.runId ?? null;
  onEvent({ at: startedAt.toISOString(), kind: 'watching', runId, target: target.words, forMs });
  const facts = factsOf(place, run);
  const figures = run?.report.figures ?? null;
  const changedAt = run?.endedAt ?? startedAt;
  const { touched, before } = figures ?? { touched: [], before: null };
  const teller = new Teller(place, run);
  const onSeen = (event: WatchEvent): void => {
    onEvent(event);
    // Of an outage somebody hears at once, though the watch goes on.
    if (event.kind === 'decision' && event.decision.severity === 'P0') teller.tell(event.decision);
  };
  const observed = await observeTarget(place, { facts, changedAt, forMs, touched, before, onEvent: onSeen });
  teller.tell(observed.decision);
  const told = await teller.finish();
  const acts = request.autoRollback && observed.decision.verdict === 'roll back now';
  const automatic = acts ? await rollBackAutomatically(place, { request, run, facts, observed, onEvent }) : null;
  const seen: WatchReport = {
    ...(await describe(place, run, observed)),
    changedAt: changedAt.toISOString(),
    automatic,
    notes: [...factNotes(run, facts), ...observed.notes, ...told],
    startedAt: startedAt.toISOString(),
    durationMs: clock.now() - start,
  };
  const { verdict, reason } = seen.decision;
  onEvent({ at: clock.date().toISOString(), kind: 'ended', verdict, text: reason });
  return keepRecord(place, seen);
}

type Described = Omit<WatchReport, 'changedAt' | 'automatic' | 'notes' | 'startedAt' | 'durationMs'>;

async function describe(place: WatchedPlace, run: RecordedRun | null, observed: Observed): Promise<Described> {
  const { target, loaded } = place;
  const { decision, decisions, samples, ended, unknown, faults } = observed;
  const { severity, verdict } = decision;
  const report = run?.report ?? null;
  return {
    kind: 'watch',
    version: 1,
    tool,
    server: { version: report?.server.version ?? 'unknown' },
    target: target.name,
    tier: target.tier,
    runId: report?.runId ?? null,
    changeDigest: report?.changeDigest ?? null,
    migrations: report?.migrations ?? [],
    ended,
    decision,
    decisions,
    terms: severity === null || verdict === 'continue' ? null : severityTerms[severity],
    contacts: whoIsCalled(decision, watchedSettings(place).contacts),
    samples,
    unknown,
    faults,
    comparison: await compareWithBefore(place, run, samples),
    ...(await reviewSteps(loaded.config.evidence.dir, run)),
  };
}

/** The figures now are those of the last minutes, by the samples. */
async function compareWithBefore(place: WatchedPlace, run: RecordedRun | null, samples: readonly WatchSample[]) {
  const figures = run?.report.figures ?? null;
  if (figures === null || samples.at(-1)?.reachable !== true) return [];
  const last = samples.slice(-12);
  const names = Object.keys(watchedSettings(place).metrics);
  const metrics = names.map((name) => [name, baselineOf(last.map((sample) => sample.metrics[name] ?? null))] as const);
  const baseline = { metrics: Object.fromEntries(metrics), healthy: last.at(-1)?.healthy ?? null };
  const now = await takeFigures(place, figures.touched, baseline);
  return now === null ? [] : compareFigures(figures.before, now);
}

/** Predicted, rehearsed and real, side by side. */
async function reviewSteps(
  evidenceDir: string,
  run: RecordedRun | null,
): Promise<Pick<WatchReport, 'steps' | 'surprises'>> {
  if (run === null) return { steps: [], surprises: [] };
  const { report: actual } = run;
  const records = await readRecords(evidenceDir);
  const predicted = findAbout<CheckReport>(records, 'check', actual.changeDigest)?.body ?? null;
  const rehearsal = findAbout<Rehearsal>(records, 'rehearsal', actual.changeDigest)?.body ?? null;
  return {
    steps: compareSteps({ predicted, rehearsal, actual }),
    surprises: compareThree(predicted, rehearsal, actual),
  };
}
