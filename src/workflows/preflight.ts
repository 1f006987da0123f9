import { changeDigest } from '../foundation/records/digest.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { PreflightReport } from '../model/preflight.js';
import { askGates, readServer } from './apply/ask-gates.js';
import type { WantedChange } from './apply/change-request.js';
import { openPreparation, planChange, type PlannedChange } from './apply/plan-change.js';
import type { Preparation } from './apply/prepare.js';
import { refuseUnfinished } from './apply/refusals.js';
import { type Judgement, recordJudgement } from './evidence/record-judgement.js';
import { tool } from './tool-version.js';

export type PreflightRequest = WantedChange;

/**
 * Asks every gate about what `apply` would do now, writes down what they saw where that can be written, and does nothing.
 * @throws ChangeSafetyError for what `apply` would refuse before it asks a gate.
 */
export async function preflight(request: PreflightRequest): Promise<PreflightReport> {
  const startedAt = request.clock.date();
  const preparation = await openPreparation(request);
  await using session = preparation.session;
  await refuseUnfinished(session, preparation.target);
  const { selected, planned } = await planChange(preparation, request);
  if (planned === null) return await nothingToAsk(preparation, selected, startedAt);
  const onGate = (title: string) => request.onProgress({ kind: 'phase', text: `Gate: ${title}` });
  const asked = { ...preparation, ...request, selected, ...planned, onGate, withoutRecords: true };
  const report = await askGates(asked);
  const { judged, plan } = planned;
  const unkept = await keep(preparation, { selected, judged, changeDigest: plan.changeDigest, preflight: report });
  return unkept === null ? report : { ...report, notes: [...report.notes, unkept] };
}

/** Who only looks may do so from where nothing can be written, and is told. Null where it is on record. */
async function keep(preparation: Preparation, judgement: Judgement): Promise<string | null> {
  try {
    await recordJudgement(preparation, judgement);
    return null;
  } catch (cause) {
    if (!(cause instanceof ChangeSafetyError)) throw cause;
    if (cause.code !== 'output-failed' && cause.code !== 'disk-full') throw cause;
    return `Nothing of this preflight was kept on record. ${cause.message}`;
  }
}

async function nothingToAsk(
  { session, target, request, loaded }: Preparation,
  { notes, project }: PlannedChange['selected'],
  startedAt: Date,
): Promise<PreflightReport> {
  const { placeholders } = loaded.config.project;
  return {
    kind: 'preflight',
    version: 1,
    tool,
    server: await readServer(session),
    target: target.name,
    tier: target.tier,
    migrations: [],
    changeDigest: changeDigest([], { transactionScope: project.transactionScope, placeholders }),
    gates: [],
    verdict: 'pass',
    notes: [...notes, 'There is nothing to apply, so no gate was asked.'],
    startedAt: startedAt.toISOString(),
    durationMs: Math.max(0, request.clock.date().getTime() - startedAt.getTime()),
  };
}
