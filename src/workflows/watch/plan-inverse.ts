import { refuseInverse } from '../../after/watch/decide/refuse-inverse.js';
import { requireKnownMajor } from '../../foundation/postgres/require-major.js';
import { findAbout } from '../../foundation/records/find-about.js';
import { readRecords } from '../../foundation/records/read-records.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { CheckReport } from '../../model/check.js';
import type { ChangeRequest } from '../apply/change-request.js';
import { openPreparation } from '../apply/plan-change.js';
import { planRollback } from '../apply/plan-rollback.js';
import type { Preparation } from '../apply/prepare.js';
import { findProof } from '../rollback/prove-record.js';
import type { RecordedRun } from '../validate/find-run.js';

export interface InversePlan {
  /** Ids of the migrations, the newest first. */
  readonly ids: readonly string[];
  /** Why it is not done; null when it may be. */
  readonly refusal: string | null;
}

/** Whether everything that a run applied may be taken back without a person. Nothing is changed. */
export async function planInverse(request: ChangeRequest, run: RecordedRun): Promise<InversePlan> {
  const ids = run.report.completed.toReversed();
  const { report } = run;
  if (report.verdict !== 'applied' || ids.length !== report.migrations.length) {
    return { ids, refusal: 'The run did not come to its end: what it left is for a person.' };
  }
  const preparation = await openPreparation(request);
  await using session = preparation.session;
  const { major } = await requireKnownMajor(session);
  const records = await readRecords(preparation.loaded.config.evidence.dir);
  const judged = findAbout<CheckReport>(records, 'check', report.changeDigest)?.body ?? null;
  for (const id of ids) {
    const refusal = await refuse(preparation, { id, major, judged });
    if (refusal !== null) return { ids, refusal };
  }
  return { ids, refusal: ids.length === 0 ? 'The run applied no migration.' : null };
}

interface Asked {
  readonly id: string;
  readonly major: number;
  readonly judged: CheckReport | null;
}

async function refuse(preparation: Preparation, { id, major, judged }: Asked): Promise<string | null> {
  try {
    const planned = await planRollback(preparation, { id, script: null, judged: true });
    const proof = await findProof(preparation.loaded.config.evidence.dir, { ...planned, major });
    return refuseInverse({
      id,
      forward: judged?.migrations.find((migration) => migration.id === id) ?? null,
      back: planned.judged?.migrations[0] ?? null,
      proved: proof !== null,
    });
  } catch (cause) {
    if (cause instanceof ChangeSafetyError) return cause.message;
    throw cause;
  }
}
