import { buildBundle } from '../../after/evidence/bundle/build-bundle.js';
import { fillChecklist } from '../../after/evidence/checklists/checklist.js';
import { checklists } from '../../after/evidence/checklists/index.js';
import { redactBodies } from '../../after/evidence/redact/redact-body.js';
import { verifyChain } from '../../foundation/records/verify-chain.js';
import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { FilledChecklist } from '../../model/controls.js';
import type { EvidenceReport, EvidenceStatement } from '../../model/evidence-bundle.js';
import type { JsonValue } from '../../model/json.js';
import { tool } from '../tool-version.js';
import {
  type ChangeOnRecord,
  type EvidenceRequest,
  openChange,
  readTargetAnchors,
  secretsOf,
} from './evidence-request.js';
import { readProjectFiles } from './read-project-files.js';

export interface ShowEvidenceRequest extends EvidenceRequest {
  /** Null: the newest that took effect. */
  readonly change: string | null;
  /** Values in SQL and details of server messages are shown too: for local use. */
  readonly unredacted: boolean;
}

/** What is on record about a change, as a report. @throws ChangeSafetyError `usage` when nothing is, or somebody changed it. */
export async function showEvidence(request: ShowEvidenceRequest): Promise<EvidenceReport> {
  return (await gatherEvidence(request)).report;
}

export interface GatheredEvidence {
  readonly statement: EvidenceStatement;
  readonly report: EvidenceReport;
}

export async function gatherEvidence(request: ShowEvidenceRequest): Promise<GatheredEvidence> {
  const opened = await openChange(request, request.change);
  refuseBroken(opened);
  const { loaded, records, facts } = opened;
  const scripts = (await readProjectFiles(loaded, request.cwd))?.scripts ?? [];
  const redacted = !request.unredacted;
  const secrets = secretsOf(loaded, request);
  const built = buildBundle({
    records,
    facts,
    anchors: await readTargetAnchors(loaded, request),
    scripts,
    tool,
    exportedAt: request.clock.date().toISOString(),
    redacted,
  });
  const statement = withoutSecrets(built, secrets);
  const filled = checklists.map((one) => fillChecklist(one, facts));
  const shown = redacted ? redactChecklists(filled, { statement: built, scripts }) : filled;
  const report: EvidenceReport = {
    kind: 'evidence',
    version: 1,
    tool,
    evidence: statement.predicate,
    checklists: redactSecrets(shown, secrets),
  };
  return { statement, report };
}

/** Credentials were taken out when the records were written; what became known as one since then is taken out now. */
function withoutSecrets(statement: EvidenceStatement, secrets: readonly string[]): EvidenceStatement {
  const { records } = statement.predicate;
  const masked = redactSecrets(statement, secrets);
  if (masked === statement) return statement;
  const honest = masked.predicate.records.map((one, index) =>
    one.body === records[index]?.body || one.content === 'left out' ? one : { ...one, content: 'redacted' as const },
  );
  return { ...masked, predicate: { ...masked.predicate, records: honest } };
}

/** The lines say what records say, so the same values are taken out of them. */
function redactChecklists(
  filled: readonly FilledChecklist[],
  { statement, scripts }: { readonly statement: EvidenceStatement; readonly scripts: readonly string[] },
): readonly FilledChecklist[] {
  const bodies = statement.predicate.records.flatMap(({ content, body }) => (content === 'left out' ? [] : [body]));
  const [redacted] = redactBodies([filled as unknown as JsonValue, ...bodies], scripts);
  return redacted as unknown as readonly FilledChecklist[];
}

/** Nobody should sign what was tampered with. */
function refuseBroken({ records, loaded }: ChangeOnRecord): void {
  const [first] = verifyChain(records).problems;
  if (first === undefined) return;
  throw new ChangeSafetyError({
    code: 'usage',
    message: `The records in ${loaded.config.evidence.dir} are not as they were written (${first.name}).`,
    remedy: '`lockkeeper evidence verify` names each place. Bring back the records from a copy.',
    effect: 'none',
  });
}
