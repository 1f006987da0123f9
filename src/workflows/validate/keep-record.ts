import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import { writeRecord } from '../../foundation/records/write-record.js';
import type { ValidationReport } from '../../model/validation-report.js';
import type { WatchReport } from '../../model/watch-report.js';
import { anchorHeads } from '../apply/anchor-heads.js';
import { tool } from '../tool-version.js';
import type { WatchedPlace } from './take-figures.js';

export interface KeptReport<Report> {
  /** Without secrets, and with a note where it could not be anchored. */
  readonly report: Report;
  /** Absolute. */
  readonly recordPath: string;
}

/** Writes what was seen after a change behind the other records. Throws as `writeRecord` does. */
export async function keepRecord<Report extends ValidationReport | WatchReport>(
  { loaded, target }: Pick<WatchedPlace, 'loaded' | 'target'>,
  seen: Report,
): Promise<KeptReport<Report>> {
  const { dir: evidenceDir } = loaded.config.evidence;
  const report = redactSecrets(seen, loaded.secrets);
  const { kind, startedAt: createdAt, runId } = report;
  const { path } = await writeRecord(evidenceDir, { tool, createdAt, kind, body: report });
  const unanchored = runId === null ? null : await anchorHeads({ evidenceDir, runId, connect: target.connect });
  if (unanchored === null) return { report, recordPath: path };
  return {
    report: { ...report, notes: [...report.notes, redactSecrets(unanchored, loaded.secrets)] },
    recordPath: path,
  };
}
