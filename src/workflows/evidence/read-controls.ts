import { judgeControls } from '../../after/evidence/controls/judge-controls.js';
import { checkConfirmations } from '../../after/evidence/verify/check-confirmations.js';
import { findChanges, gatherFacts } from '../../after/evidence/select-change.js';
import { readRecords } from '../../foundation/records/read-records.js';
import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import { requireTarget } from '../../foundation/config/load-config.js';
import type { ControlsReport } from '../../model/controls.js';
import type { VerbRequest } from '../apply/verb-request.js';
import { readApprovalTerms } from '../apply/read-approval-terms.js';
import { tool } from '../tool-version.js';
import { loadConfigOf } from '../project-request.js';
import { type EvidenceRequest, secretsOf } from './evidence-request.js';
import { judgePending } from './pending-change.js';
import { readSigners } from './read-signers.js';

export interface ControlsRequest extends EvidenceRequest {
  /** As many as the newest; changes of other targets are left out where one is named. */
  readonly last: number;
  /** Whom to ask what is pending; null: nobody, the records say all. */
  readonly pending: VerbRequest | null;
}

/**
 * For each change, what is pending and then what is on record, the newest first: which of the steps that its risk and tier ask for
 * are done, by whom and with which figures, and which are missing. What was done is concluded from records alone.
 */
export async function readControls(request: ControlsRequest): Promise<ControlsReport> {
  const loaded = await loadConfigOf(request);
  const { target } = request.database;
  if (target !== null) requireTarget(loaded, target);
  const records = await readRecords(loaded.config.evidence.dir);
  const { signedConfirmations: demanded } = readApprovalTerms(loaded.config.policy, 0);
  const book = await readSigners(loaded);
  const { problems } = checkConfirmations({ records, book, redacted: new Set(), demanded });
  const refused = new Set(problems.map(({ place }) => place));
  // What the policy does not count is asked for again; elsewhere it stands, and it is told what is wrong with it.
  const counting = demanded ? records.filter(({ name }) => !refused.has(name)) : records;
  const pending = request.pending === null ? null : await judgePending(request.pending, records);
  const ahead = pending?.report ?? null;
  const judged = findChanges(records)
    .filter(({ digest }) => digest !== ahead?.changeDigest)
    .map((known) => judgeControls(gatherFacts(counting, known)))
    .filter((one) => target === null || one.target === target || one.target === null)
    .slice(0, request.last);
  const report: ControlsReport = {
    kind: 'controls',
    version: 1,
    tool,
    database: target === null ? null : `the target ${target}`,
    changes: [...(ahead === null ? [] : [ahead]), ...judged],
    notes: [
      ...(pending?.notes ?? []),
      ...problems.map(({ place, message }) => `The confirmation ${place} does not count: ${message}.`),
    ],
  };
  return redactSecrets(report, secretsOf(loaded, request));
}
