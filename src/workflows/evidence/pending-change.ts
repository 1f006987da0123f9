import type { ChangeFacts } from '../../after/evidence/change-facts.js';
import { judgeControls } from '../../after/evidence/controls/judge-controls.js';
import { findChanges, gatherFacts } from '../../after/evidence/select-change.js';
import type { StoredRecord } from '../../foundation/records/record.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { ControlReport } from '../../model/controls.js';
import { planChange, type PlannedChange } from '../apply/plan-change.js';
import { openForVerb, type VerbRequest } from '../apply/verb-request.js';

export interface PendingControls {
  /** Null when the target has everything. */
  readonly report: ControlReport | null;
  readonly notes: readonly string[];
}

/** Stands for a judgement of this moment, which no record holds. */
const judgedNow = '';

/**
 * What the change asks for that `apply` would make now, judged as it lies there, and what of that is on record. A change that
 * may not be applied as it stands is a note. @throws ChangeSafetyError when the target cannot be asked.
 */
export async function judgePending(request: VerbRequest, records: readonly StoredRecord[]): Promise<PendingControls> {
  const preparation = await openForVerb(request);
  await using session = preparation.session;
  try {
    const { planned, selected } = await planChange({ ...preparation, session }, { until: null, only: [] });
    if (planned === null) return { report: null, notes: [] };
    const { target } = preparation;
    const facts = factsOf(records, { planned, selected });
    return { report: withoutMark(judgeControls({ ...facts, target: target.name, tier: target.tier })), notes: [] };
  } catch (cause) {
    if (!(cause instanceof ChangeSafetyError) || cause.code !== 'apply-refused') throw cause;
    return { report: null, notes: [`What is pending cannot be judged: ${cause.message}`] };
  }
}

interface Pending {
  readonly planned: NonNullable<PlannedChange['planned']>;
  readonly selected: PlannedChange['selected'];
}

function factsOf(records: readonly StoredRecord[], { planned, selected }: Pending): ChangeFacts {
  const { changeDigest } = planned.plan;
  const migrations = selected.change.map(({ id }) => id);
  const known = findChanges(records).find(({ digest }) => digest === changeDigest);
  const unknown = { digest: changeDigest, migrations, runIds: [], lastAt: '', applied: false };
  const facts = gatherFacts(records, { ...unknown, ...known, migrations });
  if (facts.checks.length > 0) return facts;
  const compatibility = { server: null, extensions: null, clients: null, drivers: [] };
  const body = { ...planned.judged, changeDigest, target: null, content: null, compatibility, startedAt: '' };
  return { ...facts, checks: [{ digest: judgedNow, createdAt: '', body }] };
}

/** What was judged just now is in no record, and nobody did it. */
function withoutMark(report: ControlReport): ControlReport {
  const controls = report.controls.map((control) =>
    control.record === judgedNow ? { ...control, record: null, at: null } : control,
  );
  return { ...report, controls };
}
