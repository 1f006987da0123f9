import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import { writeRecord } from '../../foundation/records/write-record.js';
import type { CheckReport } from '../../model/check.js';
import type { ChangeContent, CheckRecord } from '../../model/evidence-bundle.js';
import type { PreflightReport } from '../../model/preflight.js';
import type { Preparation } from '../apply/prepare.js';
import type { SelectedMigrations } from '../select-migrations.js';
import { tool } from '../tool-version.js';
import { readCompatibility } from './read-compatibility.js';

export interface Judgement {
  readonly selected: SelectedMigrations;
  /** Of just the migrations that are to be applied. */
  readonly judged: CheckReport;
  readonly changeDigest: string;
  /** Null when the gates were not asked. */
  readonly preflight: PreflightReport | null;
}

/**
 * Writes down how a change was classified and what the gates saw, before anything of it begins: with the bytes that were
 * judged and with what had to fit together. @throws ChangeSafetyError `disk-full`, `output-failed`.
 */
export async function recordJudgement(preparation: Preparation, judgement: Judgement): Promise<void> {
  const { loaded, target, session, request } = preparation;
  const { judged, changeDigest, preflight, selected } = judgement;
  const evidenceDir = loaded.config.evidence.dir;
  const startedAt = preflight?.startedAt ?? request.clock.date().toISOString();
  const check: CheckRecord = {
    ...judged,
    changeDigest,
    target: target.name,
    content: contentOf(preparation, selected),
    compatibility: await readCompatibility(session, loaded.dir),
    startedAt,
  };
  const body = redactSecrets(check, loaded.secrets);
  await writeRecord(evidenceDir, { tool, createdAt: startedAt, kind: 'check', body });
  if (preflight === null) return;
  const gates = redactSecrets(preflight, loaded.secrets);
  await writeRecord(evidenceDir, { tool, createdAt: startedAt, kind: 'preflight', body: gates });
}

/** What the digest is made of; null where that cannot be written down without a secret. */
function contentOf({ loaded }: Preparation, { change, project }: SelectedMigrations): ChangeContent | null {
  const content: ChangeContent = {
    transactionScope: project.transactionScope,
    placeholders: loaded.config.project.placeholders,
    migrations: change.map(({ id, path, transaction, down, sources }) => ({
      id,
      path,
      transactionMode: transaction.mode,
      down: down === null ? null : { path: down.path, transactionMode: down.transaction.mode },
      sources: sources.map((source) => ({ path: source.path, sha256: source.sha256 })),
    })),
  };
  return redactSecrets(content, loaded.secrets) === content ? content : null;
}
