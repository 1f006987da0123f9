import { chooseChange, findChanges, gatherFacts, type KnownChange } from '../../after/evidence/select-change.js';
import type { ChangeFacts } from '../../after/evidence/change-facts.js';
import type { LoadedConfig } from '../../foundation/config/load-config.js';
import { readAnchors } from '../../foundation/ledger/anchors.js';
import { readLedgerVersion } from '../../foundation/ledger/ledger-schema.js';
import { readOnly } from '../../foundation/postgres/read-only.js';
import { readRecords } from '../../foundation/records/read-records.js';
import type { StoredRecord } from '../../foundation/records/record.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { BundledAnchor } from '../../model/evidence-bundle.js';
import { openTarget } from '../apply/open-target.js';
import type { DatabaseChoice } from '../named-database.js';
import { type ConfiguredRequest, loadConfigOf } from '../project-request.js';
import type { Clock } from '../clock.js';

/** What every verb about evidence is told. */
export interface EvidenceRequest extends ConfiguredRequest {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whose ledger is asked for anchors; neither named: none is. */
  readonly database: DatabaseChoice;
}

export interface ChangeOnRecord {
  readonly loaded: LoadedConfig;
  readonly records: readonly StoredRecord[];
  readonly known: KnownChange;
  readonly facts: ChangeFacts;
}

/**
 * The change that is meant, with all that is on record about it: by the beginning of its digest, the id of a migration or of a
 * run; null: the newest. @throws ChangeSafetyError `usage` when there is no such change.
 */
export async function openChange(request: ConfiguredRequest, named: string | null): Promise<ChangeOnRecord> {
  const loaded = await loadConfigOf(request);
  const records = await readRecords(loaded.config.evidence.dir);
  const changes = findChanges(records);
  const known = chooseChange(changes, named);
  if (known === null) throw nothingOnRecord(loaded, changes, named);
  return { loaded, records, known, facts: gatherFacts(records, known) };
}

function nothingOnRecord(
  { config }: LoadedConfig,
  changes: readonly KnownChange[],
  named: string | null,
): ChangeSafetyError {
  const known = changes
    .slice(0, 3)
    .map(({ digest, migrations }) => `${digest.slice(0, 12)} (${migrations.join(', ')})`);
  return new ChangeSafetyError({
    code: 'usage',
    message:
      named === null
        ? `Nothing is on record in ${config.evidence.dir}.`
        : `No change ${named} is on record in ${config.evidence.dir}.`,
    remedy:
      known.length === 0
        ? '`lockkeeper rehearse`, `preflight` and `apply` write down what they do.'
        : `Name a change by its digest, a migration or a run. The newest: ${known.join('; ')}.`,
    effect: 'none',
  });
}

/** The anchors of a target's ledger, in their order; null where no target is named. */
export async function readTargetAnchors(
  loaded: LoadedConfig,
  { database, env }: Pick<EvidenceRequest, 'database' | 'env'>,
): Promise<readonly BundledAnchor[] | null> {
  if (database.target === null && database.database === null) return null;
  const target = openTarget(loaded, database, env);
  await using session = await target.connect('lockkeeper evidence');
  const limits = { what: 'the ledger', statementTimeoutMs: 30_000, lockTimeoutMs: 2_000 };
  return await readOnly(session, limits, async () =>
    (await readLedgerVersion(session)) === null ? [] : await readAnchors(session),
  );
}

/** Everything that must not be read anywhere: what the configuration took from the environment, and connection strings. */
export function secretsOf(
  { config, secrets }: LoadedConfig,
  { env, database }: Pick<EvidenceRequest, 'env' | 'database'>,
) {
  const urls = Object.values(config.targets).flatMap(({ url, directUrl, replicas }) => [
    url,
    directUrl ?? '',
    ...replicas,
  ]);
  const named = [
    env['PGPASSWORD'],
    env['DATABASE_URL'],
    database.database ?? undefined,
    config.stage.schemaFrom ?? undefined,
  ];
  // Without a password a connection string is no secret, and would mask every path and host.
  const withPassword = [...urls, ...named.slice(1)].filter(
    (url) => url !== undefined && /:\/\/[^/\s]*:[^/\s]*@/.test(url),
  );
  return [...secrets, ...(named[0] === undefined ? [] : [named[0]]), ...withPassword].filter(
    (one) => one !== undefined,
  );
}
