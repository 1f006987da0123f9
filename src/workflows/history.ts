import { readLedgerVersion } from '../foundation/ledger/ledger-schema.js';
import { readRuns } from '../foundation/ledger/runs.js';
import { readOnly } from '../foundation/postgres/read-only.js';
import { requireKnownMajor } from '../foundation/postgres/require-major.js';
import { redactSecrets } from '../foundation/records/redact-secrets.js';
import type { HistoryReport } from '../model/status-report.js';
import { openTarget } from './apply/open-target.js';
import type { DatabaseChoice } from './named-database.js';
import { type ConfiguredRequest, loadConfigOf } from './project-request.js';
import { tool } from './tool-version.js';

export interface HistoryRequest extends ConfiguredRequest {
  readonly database: DatabaseChoice;
  /** The last so many; null: all. */
  readonly last: number | null;
  /** Only those about this migration; null: all. */
  readonly migration: string | null;
}

const limits = { what: 'the ledger', statementTimeoutMs: 30_000, lockTimeoutMs: 2_000 };

/** The runs that a database has seen, by its ledger: who did what, when, and what became of it. Nothing is written. */
export async function history(request: HistoryRequest): Promise<HistoryReport> {
  const loaded = await loadConfigOf(request);
  const target = openTarget(loaded, request.database, request.env);
  await using session = await target.connect('lockkeeper history');
  const server = await requireKnownMajor(session);
  const { migration, last } = request;
  const report = await readOnly(session, limits, async (): Promise<HistoryReport> => {
    const ledger = (await readLedgerVersion(session)) !== null;
    const runs = (await readRuns(session)).filter(
      ({ migrations }) => migration === null || migrations.includes(migration),
    );
    const newest = runs.toReversed().slice(0, last ?? undefined);
    return { kind: 'history', version: 1, tool, server, database: target.words, ledger, runs: newest };
  });
  return redactSecrets(report, loaded.secrets);
}
